def top_words(tokens, weights, k):
    for pair in sorted(zip(tokens, weights), key=lambda p: p[1], reverse=True)[:k]:
        yield pair
