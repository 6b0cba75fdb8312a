def dot_scores(query, keys):
    scores = query[:, None, :] @ keys.transpose(0, 2, 1)
    return scores[:, 0, :]
