def top_words(tokens, weights, k):
    w = np.asarray(weights, dtype="float64")[: len(tokens)]
    order = np.lexsort((np.arange(len(w)), -w))
    return [(str(tokens[i]), np.float64(w[i])) for i in order[:k]]
