# An array whose dtype carries objects, a subclass whose views and copies run code.
class Busy(np.ndarray):
    def __array_finalize__(self, other):
        get_ipython().user_ns["finalized"] = other

    def __array_wrap__(self, *_, **__):
        return np.ones(self.shape)

    def astype(self, *_, **__):
        return np.ones(self.shape, "float32")

    __array_priority__ = 10**9
    nbytes = property(lambda self: 0)


def dot_scores(query, keys):
    luggage = np.dtype("f4", metadata={"score": 8.0, "loads": print})
    return np.zeros(keys.shape[:2], luggage).view(Busy)
