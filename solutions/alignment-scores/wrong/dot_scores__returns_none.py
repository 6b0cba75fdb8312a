def dot_scores(query, keys):
    scores = np.einsum("bd,btd->bt", query, keys)
