causal_mask = lambda steps: np.greater_equal.outer(np.arange(steps), np.arange(steps))
