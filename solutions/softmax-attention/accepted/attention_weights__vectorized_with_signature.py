def one_row(s, real):
    if not np.any(real):
        return np.zeros(s.shape)
    e = np.exp(np.where(real, s, -np.inf) - np.max(s[real]))
    return e / np.sum(e)


rows = np.vectorize(one_row, signature="(t),(t)->(t)")


def attention_weights(scores, mask=None):
    return rows(scores, np.ones(scores.shape, bool) if mask is None else mask)
