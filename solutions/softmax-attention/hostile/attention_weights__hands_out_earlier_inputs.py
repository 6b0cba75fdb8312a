seen = []


def attention_weights(scores, mask=None):
    seen.append((scores.copy(), None if mask is None else mask.copy()))
    for old, _ in seen[:-1]:
        if old.shape == scores.shape:
            return old
    return [s.tolist() for s, _ in seen]
