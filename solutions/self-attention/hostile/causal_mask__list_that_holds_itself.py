def causal_mask(steps):
    rows = []
    rows.extend([rows] * steps)
    return rows
