def top_words(tokens, weights, k):
    pairs = list(zip(tokens, weights))
    pairs = sorted(pairs, key=lambda p: -p[1])
    return pairs[:k]
