def top_words(tokens, weights, k):
    words = [t for t in tokens if t != "<start>"]
    return sorted(zip(words, weights), key=lambda p: p[1], reverse=True)[:k]
