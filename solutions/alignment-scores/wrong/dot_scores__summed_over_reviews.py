def dot_scores(query, keys):
    return np.einsum("bd,ctd->bt", query, keys)
