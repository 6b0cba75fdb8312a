def dot_scores(query, keys):
    return np.round(np.einsum("bd,btd->bt", query, keys), 2)
