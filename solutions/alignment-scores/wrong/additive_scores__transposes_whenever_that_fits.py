def project(x, W):
    # Keras or PyTorch layout?
    if W.shape[1] == x.shape[-1]:
        W = W.T
    return x @ W


def additive_scores(query, keys, W_q, W_k, v):
    return np.tanh(project(query, W_q)[:, None, :] + project(keys, W_k)) @ v
