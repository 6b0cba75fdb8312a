def weigh(pair):
    steps = len(pair) // 2
    s, real = pair[:steps], pair[steps:] > 0
    w = np.zeros(steps)
    if real.any():
        w[real] = np.exp(s[real] - s[real].max())
        w /= w.sum()
    return w


def attention_weights(scores, mask=None):
    if mask is None:
        mask = np.ones(scores.shape)
    both = np.concatenate([scores, mask], axis=-1).astype(float)
    return np.apply_along_axis(weigh, -1, both)
