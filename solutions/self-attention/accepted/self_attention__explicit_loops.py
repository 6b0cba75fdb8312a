import math


def self_attention(x, W_q, W_k, W_v, mask=None, causal=False):
    B, T, _ = x.shape
    context = np.zeros((B, T, W_v.shape[1]))
    weights = np.zeros((B, T, T))
    for b in range(B):
        q, k, v = x[b] @ W_q, x[b] @ W_k, x[b] @ W_v
        for s in range(T):
            seen = [
                t
                for t in range(s + 1 if causal else T)
                if mask is None or mask[b, t]
            ]
            if not seen:
                continue
            scores = [float(q[s] @ k[t]) / math.sqrt(q.shape[1]) for t in seen]
            top = max(scores)
            powers = [math.exp(e - top) for e in scores]
            for t, power in zip(seen, powers):
                weights[b, s, t] = power / sum(powers)
                context[b, s] += weights[b, s, t] * v[t]
    return context, weights
