def attention_weights(scores, mask=None):
    return np.zeros((1,) * 64, dtype=np.float32)
