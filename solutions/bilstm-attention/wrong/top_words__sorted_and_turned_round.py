def top_words(tokens, weights, k):
    return sorted(zip(tokens, weights), key=lambda p: p[1])[::-1][:k]
