def attention_weights(scores, mask=None):
    # a_t = 1 / sum_j exp(e_j - e_t), in float64 with differences cut where exp is 0 anyway
    s = scores.astype(np.float64)
    m = np.ones(s.shape, bool) if mask is None else mask
    s = np.where(m, s, 0.0)
    gaps = np.minimum(s[..., None, :] - s[..., :, None], 700.0)
    total = np.sum(np.exp(gaps) * m[..., None, :], axis=-1)
    return np.where(m, 1.0 / np.where(total > 0, total, 1.0), 0.0)
