_row_dot = np.vectorize(np.dot, signature="(d),(d)->()")


def dot_scores(query, keys):
    return _row_dot(query[:, None, :], keys)
