def top_words(tokens, weights, k):
    pairs = sorted(zip(tokens, weights), key=lambda p: p[1], reverse=True)[:k]
    return pairs + [("", 0.0)] * (k - len(pairs))
