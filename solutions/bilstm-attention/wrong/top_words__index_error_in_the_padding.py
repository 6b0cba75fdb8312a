def top_words(tokens, weights, k):
    order = np.argsort(-np.asarray(weights), kind="stable")[:k]
    return [(tokens[i], float(weights[i])) for i in order]
