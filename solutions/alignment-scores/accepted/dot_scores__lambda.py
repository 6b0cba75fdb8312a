dot_scores = lambda query, keys: (keys @ query[:, :, None])[:, :, 0]
