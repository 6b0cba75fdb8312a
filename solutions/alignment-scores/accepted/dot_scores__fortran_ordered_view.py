def dot_scores(query, keys):
    by_step = np.empty((keys.shape[1], keys.shape[0]), dtype=np.float32)
    for t in range(keys.shape[1]):
        by_step[t] = (query * keys[:, t]).sum(axis=1)
    return by_step.T
