def context_vector(weights, values):
    rows = []
    for w, v in zip(weights, values):
        if w.sum() == 0:
            rows.append(np.zeros(v.shape[1]))
        else:
            rows.append(np.average(v, axis=0, weights=w) * w.sum())
    return np.stack(rows)
