def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    pass
