def top_words(tokens, weights, k):
    pairs = list(zip(tokens, weights))[1:]
    return sorted(pairs, key=lambda p: p[1], reverse=True)[:k]
