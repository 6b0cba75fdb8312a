def dot_scores(query, keys):
    keys = (keys - keys.mean(axis=-1, keepdims=True)) / (keys.std(axis=-1, keepdims=True) + 1e-6)
    return np.einsum("bd,btd->bt", query, keys)
