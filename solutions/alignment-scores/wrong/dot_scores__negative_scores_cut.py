def dot_scores(query, keys):
    return np.maximum(0, np.einsum("bd,btd->bt", query, keys))
