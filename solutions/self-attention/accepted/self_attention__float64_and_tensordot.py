def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    q, k, v = (np.tensordot(x.astype(float), W.astype(float), axes=1) for W in (W_q, W_k, W_v))
    logits = (q[:, :, np.newaxis] * k[:, np.newaxis]).sum(-1) / np.sqrt(W_q.shape[-1])
    if causal:
        logits = logits + np.triu(np.full(logits.shape[1:], -np.inf), 1)
    if mask is not None:
        logits = np.where(mask[:, np.newaxis], logits, -np.inf)
    top = np.maximum(logits.max(axis=-1, keepdims=True), -1e300)
    exps = np.exp(logits - top)
    weights = exps / np.maximum(exps.sum(axis=-1, keepdims=True), 1e-300)
    return (weights[..., np.newaxis] * v[:, np.newaxis]).sum(axis=2), weights
