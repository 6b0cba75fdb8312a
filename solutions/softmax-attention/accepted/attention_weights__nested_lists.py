from math import exp


def attention_weights(scores, mask=None):
    def row(s, m):
        kept = [x for x, real in zip(s, m) if real]
        if not kept:
            return [0.0 for _ in s]
        top = max(kept)
        total = sum(exp(x - top) for x in kept)
        return [exp(x - top) / total if real else 0.0 for x, real in zip(s, m)]

    def deeper(s, m):
        if isinstance(s[0], list):
            return [deeper(a, b) for a, b in zip(s, m)]
        return row(s, m)

    if mask is None:
        mask = np.ones_like(scores, dtype=bool)
    return deeper(scores.tolist(), mask.tolist())
