def additive_scores(query, keys, W_q, W_k, v):
    hidden = np.matmul(keys, W_k)
    hidden += np.matmul(query, W_q)[:, None, :]
    np.tanh(hidden, out=hidden)
    hidden *= v
    return np.add.reduce(hidden, axis=-1)
