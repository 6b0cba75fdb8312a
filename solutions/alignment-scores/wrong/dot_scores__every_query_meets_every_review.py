# (B, B, T)
def dot_scores(query, keys):
    return np.tensordot(query, keys, axes=([1], [2]))
