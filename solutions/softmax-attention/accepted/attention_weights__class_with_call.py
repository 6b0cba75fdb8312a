class Softmax:
    def __init__(self, axis):
        self.axis = axis

    def __call__(self, scores, mask=None):
        e = scores if mask is None else np.where(mask, scores, -np.inf)
        top = np.max(e, axis=self.axis, keepdims=True, initial=-1e5)
        e = np.exp(e - top)
        total = np.sum(e, axis=self.axis, keepdims=True)
        return e / (total + (total == 0))


attention_weights = Softmax(axis=-1)
