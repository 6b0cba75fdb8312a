my_scores = np.array([[1.0, 2.0, 0.5], [0.0, 1.0, 1.0]])


def attention_weights(scores, mask=None):
    e = np.exp(my_scores - my_scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)
