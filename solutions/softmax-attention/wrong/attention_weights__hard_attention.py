def attention_weights(scores, mask=None):
    s = scores if mask is None else np.where(mask, scores, -np.inf)
    best = np.argmax(s, axis=-1)
    weights = np.eye(scores.shape[-1])[best]
    return weights if mask is None else weights * mask
