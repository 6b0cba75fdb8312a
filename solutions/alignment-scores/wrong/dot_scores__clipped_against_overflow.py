def dot_scores(query, keys):
    return np.clip(np.einsum("bd,btd->bt", query, keys), -100, 100)
