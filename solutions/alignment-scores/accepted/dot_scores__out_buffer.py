def dot_scores(query, keys):
    scores = np.empty(keys.shape[:2], dtype=np.float32)
    np.einsum("bd,btd->bt", query, keys, out=scores)
    return scores
