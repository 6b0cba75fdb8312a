def additive_scores(query, keys, W_q, W_k, v):
    k = np.einsum("btd,ud->btu", keys, W_k)
    return np.tanh((query @ W_q)[:, None, :] + k) @ v
