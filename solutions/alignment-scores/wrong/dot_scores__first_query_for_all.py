def dot_scores(query, keys):
    return (keys @ query.T)[:, :, 0]
