totals = {}


def context_vector(weights, values):
    key = values.shape
    totals[key] = totals.get(key, 0) + np.einsum("bt,btd->bd", weights, values)
    return totals[key]
