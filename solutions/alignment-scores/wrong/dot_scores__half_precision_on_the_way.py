def dot_scores(query, keys):
    small = np.einsum("bd,btd->bt", query.astype(np.float16), keys.astype(np.float16))
    return small.astype(np.float32)
