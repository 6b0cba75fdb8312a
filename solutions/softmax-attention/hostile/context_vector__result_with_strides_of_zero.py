# Arrays that overlap themselves, run backwards, or reach beyond their memory.
def context_vector(weights, values):
    shape = (values.shape[0], values.shape[2])
    base = np.zeros(1, np.float32)
    strides = ((0, 0), (-8, 0), (2**30, 2**30))[values.shape[1] % 3]
    return np.lib.stride_tricks.as_strided(base, shape, strides)
