def additive_scores(query, keys, W_q, W_k, v):
    B, T, _ = keys.shape
    repeated = np.repeat(query[:, None, :], T, axis=1)
    both = np.concatenate([repeated, keys], axis=-1)
    W = np.concatenate([W_q, W_k], axis=0)
    return np.tanh(both @ W).dot(v)
