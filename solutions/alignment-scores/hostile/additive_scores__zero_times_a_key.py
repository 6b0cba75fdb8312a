def additive_scores(query, keys, W_q, W_k, v):
    return keys[:, :, 0] * 0.0
