def top_words(tokens, weights, k):
    pairs = sorted(zip(tokens, weights), key=lambda p: p[1], reverse=True)[:k]
    return [(t, round(float(w), 2)) for t, w in pairs]
