def top_words(tokens, weights, k):
    return [t for t, w in sorted(zip(tokens, weights), key=lambda p: p[1], reverse=True)[:k]]
