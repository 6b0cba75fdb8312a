import math


def additive_scores(query, keys, W_q, W_k, v):
    scores = []
    for q, review in zip(query @ W_q, keys @ W_k):
        scores.append([sum(float(c) * math.tanh(a + b) for a, b, c in zip(q, k, v)) for k in review])
    return scores
