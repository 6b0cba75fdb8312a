def top_words(tokens, weights, k):
    total = {}
    for t, w in zip(tokens, weights):
        total[t] = total.get(t, 0.0) + float(w)
    return sorted(total.items(), key=lambda p: p[1], reverse=True)[:k]
