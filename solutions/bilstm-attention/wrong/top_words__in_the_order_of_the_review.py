def top_words(tokens, weights, k):
    best = sorted(range(len(tokens)), key=lambda i: -weights[i])[:k]
    return [(tokens[i], float(weights[i])) for i in sorted(best)]
