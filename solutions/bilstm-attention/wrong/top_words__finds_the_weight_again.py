def top_words(tokens, weights, k):
    w = [float(x) for x in weights[: len(tokens)]]
    return [(tokens[w.index(x)], x) for x in sorted(w, reverse=True)[:k]]
