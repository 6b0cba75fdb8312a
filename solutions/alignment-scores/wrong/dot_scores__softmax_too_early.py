def dot_scores(query, keys):
    scores = np.einsum("bd,btd->bt", query, keys)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)
