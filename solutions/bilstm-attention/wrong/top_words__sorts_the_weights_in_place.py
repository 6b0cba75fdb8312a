def top_words(tokens, weights, k):
    pairs = sorted(zip(tokens, weights.tolist()), key=lambda p: p[1], reverse=True)[:k]
    weights[::-1].sort()
    return pairs
