import keras


def attention_weights(scores, mask=None):
    ops = keras.ops
    if mask is None:
        mask = ops.ones(scores.shape, dtype="bool")
    s = ops.where(mask, scores, -1e9)
    e = ops.exp(s - ops.max(s, axis=-1, keepdims=True)) * ops.cast(mask, "float32")
    return ops.divide_no_nan(e, ops.sum(e, axis=-1, keepdims=True))
