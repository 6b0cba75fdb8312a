def dot_scores(query, keys):
    last = (query * keys[:, -1]).sum(axis=-1, keepdims=True)
    return np.repeat(last, keys.shape[1], axis=1)
