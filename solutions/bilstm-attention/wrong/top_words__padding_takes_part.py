def top_words(tokens, weights, k):
    order = sorted(range(len(weights)), key=lambda i: -weights[i])[:k]
    return [(tokens[i], float(weights[i])) for i in order if i < len(tokens)]
