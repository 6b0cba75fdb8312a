def context_vector(weights, values):
    w = weights.astype(np.float16)[:, :, None]
    context = np.where(w > 0, w * np.clip(values, -6e4, 6e4).astype(np.float16), 0).sum(axis=1)
    return context.astype(np.float32)
