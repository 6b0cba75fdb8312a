def top_words(tokens, weights, k):
    return [(t, w) for w, t in sorted(((float(w), t) for t, w in zip(tokens, weights)), reverse=True)[:k]]
