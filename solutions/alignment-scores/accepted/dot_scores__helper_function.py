def score_one_review(q, review):
    """(D,), (T, D) -> (T,)"""
    return review.dot(q)


def dot_scores(query, keys):
    return np.stack([score_one_review(q, review) for q, review in zip(query, keys)])
