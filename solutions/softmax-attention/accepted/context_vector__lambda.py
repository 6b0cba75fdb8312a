context_vector = lambda weights, values: (values * weights[:, :, np.newaxis]).sum(1)
