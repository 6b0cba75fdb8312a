def top_words(tokens, weights, k):
    w = np.asarray(weights)[: len(tokens)]
    order = np.argsort(-w, kind="stable")[:k]
    return [(tokens[i], w[i]) for i in order]
