from collections import namedtuple

Attention = namedtuple("Attention", "context weights")


def scaled_dot_product_attention(queries, keys, values, mask=None):
    scores = np.einsum("bsd,btd->bst", queries, keys) * queries.shape[-1] ** -0.5
    if mask is not None:
        scores = scores.copy()
        scores[np.logical_not(mask)] = -np.inf
    highest = np.nan_to_num(scores.max(axis=-1, keepdims=True), neginf=0.0)
    exps = np.exp(scores - highest)
    weights = exps / np.clip(exps.sum(axis=-1, keepdims=True), 1e-20, None)
    return Attention(context=weights @ values, weights=weights)
