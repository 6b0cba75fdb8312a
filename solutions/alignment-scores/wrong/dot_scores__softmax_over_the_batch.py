def dot_scores(query, keys):
    scores = np.einsum("bd,btd->bt", query, keys)
    e = np.exp(scores - scores.max(axis=0))
    return e / e.sum(axis=0)
