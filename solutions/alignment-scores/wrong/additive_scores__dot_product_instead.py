def additive_scores(query, keys, W_q, W_k, v):
    return np.einsum("bu,btu->bt", query @ W_q, keys @ W_k)
