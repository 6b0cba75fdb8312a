import warnings


def attention_weights(scores, mask=None, verbose=True):
    if verbose:
        print("scores", scores.shape)
        warnings.warn("rows of padding get zeros")
    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    e = np.where(mask, scores, -np.inf)
    best = np.max(np.where(mask, scores, -1e4), axis=-1, keepdims=True)
    e = np.exp(e - best)
    return e / np.clip(e.sum(axis=-1, keepdims=True), 1e-12, None)


attention_weights(np.zeros((2, 3)), np.array([[True, True, False], [False] * 3]))
