def attention_weights(scores, mask=None):
    s = scores if mask is None else scores * mask
    return s / s.sum(axis=-1, keepdims=True)
