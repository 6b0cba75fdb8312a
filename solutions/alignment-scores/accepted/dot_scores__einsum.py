def dot_scores(query, keys):
    return np.einsum("bd,btd->bt", query, keys)
