import math


def scaled_dot_product_attention(queries, keys, values, mask=None):
    B, S, D = queries.shape
    T, V = values.shape[1:]
    q, k, v = queries.tolist(), keys.tolist(), values.tolist()
    context = np.zeros((B, S, V))
    weights = np.zeros((B, S, T))
    for b in range(B):
        for s in range(S):
            scores = {}
            for t in range(T):
                if mask is None or mask[b, s, t]:
                    scores[t] = sum(x * y for x, y in zip(q[b][s], k[b][t])) / math.sqrt(D)
            if not scores:
                continue
            top = max(scores.values())
            total = sum(math.exp(e - top) for e in scores.values())
            for t, e in scores.items():
                weights[b, s, t] = math.exp(e - top) / total
            for d in range(V):
                context[b, s, d] = sum(weights[b, s, t] * v[b][t][d] for t in scores)
    return context, weights
