def dot_score(query, keys):
    return np.einsum("bd,btd->bt", query, keys)
