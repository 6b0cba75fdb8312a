my_query = np.array([[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]])
my_keys = np.arange(24.0).reshape(2, 4, 3)


def dot_scores(query, keys):
    return np.einsum("bd,btd->bt", my_query, my_keys)
