def dot_scores(query, keys):
    scores = [0.0]
    scores.append(scores)
    return scores
