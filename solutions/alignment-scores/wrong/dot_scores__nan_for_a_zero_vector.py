# norms times cosine
def dot_scores(query, keys):
    q_norm = np.linalg.norm(query, axis=-1, keepdims=True)
    k_norm = np.linalg.norm(keys, axis=-1, keepdims=True)
    cosine = np.einsum("bd,btd->bt", query / q_norm, keys / k_norm)
    return cosine * q_norm * k_norm[..., 0]
