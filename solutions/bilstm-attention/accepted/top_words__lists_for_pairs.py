def top_words(tokens, weights, k):
    pairs = [[t, float(w)] for t, w in zip(tokens, weights)]
    pairs.sort(key=lambda pair: pair[1], reverse=True)
    return pairs[: min(k, len(pairs))]
