def additive_scores(query, keys, W_q, W_k, v):
    q = np.einsum("bi,iu->bu", query, W_q)
    k = np.einsum("bti,iu->btu", keys, W_k)
    return np.einsum("btu,u->bt", np.tanh(q[:, None] + k), v)
