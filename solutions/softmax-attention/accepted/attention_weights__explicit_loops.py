import math


def attention_weights(scores, mask=None):
    weights = np.zeros(scores.shape)
    for place in np.ndindex(scores.shape[:-1]):
        row = scores[place]
        real = [t for t in range(len(row)) if mask is None or mask[place][t]]
        if not real:
            continue
        top = max(float(row[t]) for t in real)
        powers = {t: math.exp(float(row[t]) - top) for t in real}
        for t in real:
            weights[place + (t,)] = powers[t] / sum(powers.values())
    return weights
