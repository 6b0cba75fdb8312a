def softmax(x):
    """Stable softmax over the last axis."""
    x = x - np.max(x, axis=-1, keepdims=True)
    return np.exp(x) / np.sum(np.exp(x), axis=-1, keepdims=True)


def attention_weights(scores: np.ndarray, mask: np.ndarray | None = None) -> np.ndarray:
    if mask is None:
        return softmax(scores)
    anything = mask.any(axis=-1, keepdims=True)
    safe = np.where(anything, np.where(mask, scores, -np.inf), 0.0)
    return np.where(anything, softmax(safe), 0.0)
