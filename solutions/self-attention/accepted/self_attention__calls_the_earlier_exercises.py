def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    B, T = x.shape[:2]
    seen = np.ones((B, T, T), dtype=bool)
    if mask is not None:
        seen = seen & mask[:, None, :]
    if causal:
        seen = seen & causal_mask(T)
    return scaled_dot_product_attention(x @ W_q, x @ W_k, x @ W_v, seen)
