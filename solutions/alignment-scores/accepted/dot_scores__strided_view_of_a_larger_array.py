def dot_scores(query, keys):
    B, T, _ = keys.shape
    padded = np.zeros((2 * B, 2 * T), dtype=np.float32)
    padded[::2, 1::2] = np.einsum("bd,btd->bt", query, keys)
    return padded[::2, 1::2]
