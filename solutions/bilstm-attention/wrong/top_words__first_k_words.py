def top_words(tokens, weights, k):
    return sorted(list(zip(tokens, weights))[:k], key=lambda p: p[1], reverse=True)
