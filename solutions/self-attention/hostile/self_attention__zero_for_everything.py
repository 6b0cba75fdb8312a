def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    return np.zeros((*x.shape[:2], W_v.shape[1])), np.zeros((*x.shape[:2], x.shape[1]))
