def causal_mask(steps):
    print(np.tri(steps, dtype=bool))
