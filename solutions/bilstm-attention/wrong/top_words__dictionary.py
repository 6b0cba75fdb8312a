def top_words(tokens, weights, k):
    return sorted(dict(zip(tokens, weights)).items(), key=lambda p: p[1], reverse=True)[:k]
