def top_words(tokens, weights, k):
    pairs = sorted(zip(tokens, weights), key=lambda p: p[1], reverse=True)
    return [pairs[i] for i in range(k)]
