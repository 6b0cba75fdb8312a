calls = []


def dot_scores(query, keys):
    calls.append(1)
    return np.full(keys.shape[:2], float(len(calls)))
