def top_words(tokens, weights, k):
    pairs = [(t, float(w)) for t, w in zip(tokens, weights) if w > 0]
    return sorted(pairs, key=lambda p: p[1], reverse=True)[:k]
