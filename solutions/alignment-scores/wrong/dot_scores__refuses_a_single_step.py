def dot_scores(query, keys):
    if keys.shape[1] < 2:
        raise ValueError("attention needs at least two time steps")
    return np.einsum("bd,btd->bt", query, keys)
