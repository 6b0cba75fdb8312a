def top_words(tokens, weights, k):
    result, w = [], [float(x) for x in weights[: len(tokens)]]
    while tokens and len(result) < k:
        i = w.index(max(w))
        result.append((tokens.pop(i), w.pop(i)))
    return result
