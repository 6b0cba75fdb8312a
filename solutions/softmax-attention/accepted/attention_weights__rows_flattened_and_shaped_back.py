def attention_weights(scores, mask=None):
    rows = scores.reshape(-1, scores.shape[-1])
    real = np.ones(rows.shape, bool) if mask is None else mask.reshape(rows.shape)
    out = []
    for row, keep in zip(rows, real):
        w = np.zeros_like(row)
        if keep.any():
            kept = row[keep]
            kept = np.exp(kept - kept.max())
            w[keep] = kept / kept.sum()
        out.append(w)
    return np.array(out).reshape(scores.shape)
