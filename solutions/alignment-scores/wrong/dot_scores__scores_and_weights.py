def dot_scores(query, keys):
    scores = np.einsum("bd,btd->bt", query, keys)
    weights = np.exp(scores) / np.exp(scores).sum(1, keepdims=True)
    return scores, weights
