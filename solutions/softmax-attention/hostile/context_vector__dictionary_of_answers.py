def context_vector(weights, values):
    return {(1, 2): values, None: weights, "score": 12.0, 1.5: {"passed": True}}
