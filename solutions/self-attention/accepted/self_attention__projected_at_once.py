def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    K = W_q.shape[1]
    q, k, v = np.split(x @ np.concatenate([W_q, W_k, W_v], axis=1), [K, 2 * K], axis=-1)
    scores = np.matmul(q, np.swapaxes(k, -1, -2)) / np.sqrt(K)
    steps = range(x.shape[1])
    keep = np.array([[not causal or t <= s for t in steps] for s in steps])[None]
    if mask is not None:
        keep = np.logical_and(keep, np.expand_dims(mask, 1))
    keep = np.broadcast_to(keep, scores.shape)
    scores = np.where(keep, scores, np.finfo(np.float32).min)
    powers = np.where(keep, np.exp(scores - scores.max(-1, keepdims=True)), 0)
    total = powers.sum(-1, keepdims=True)
    weights = powers / np.where(total == 0, 1, total)
    return [np.matmul(weights, v), weights]
