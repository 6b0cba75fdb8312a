def attention_weights(scores, mask=None):
    bits = np.arange(scores.size, dtype=np.uint32).reshape(scores.shape) | np.uint32(0x7FC00000)
    return bits.view(np.float32)
