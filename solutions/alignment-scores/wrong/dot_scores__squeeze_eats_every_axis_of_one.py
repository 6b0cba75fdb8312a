def dot_scores(query, keys):
    return np.squeeze(query[:, None, :] @ keys.transpose(0, 2, 1))
