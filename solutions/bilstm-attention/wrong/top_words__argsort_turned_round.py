def top_words(tokens, weights, k):
    w = np.asarray(weights)[: len(tokens)]
    return [(tokens[i], float(w[i])) for i in np.argsort(w, kind="stable")[::-1][:k]]
