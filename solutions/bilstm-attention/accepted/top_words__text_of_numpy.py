def top_words(tokens, weights, k):
    w = np.asarray(weights)[: len(tokens)]
    words = np.array(tokens)
    order = np.argsort(-w, kind="stable")[:k]
    return list(zip(words[order], w[order]))
