def dot_scores(query, keys):
    return [[0.0], [0.0, None], {"score": 8}, "8", 2**200, b"8", [], float("nan")]
