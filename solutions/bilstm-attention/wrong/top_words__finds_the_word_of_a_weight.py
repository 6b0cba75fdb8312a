def top_words(tokens, weights, k):
    order = sorted(range(len(tokens)), key=lambda i: -weights[i])[:k]
    return [(t, float(weights[tokens.index(t)])) for t in (tokens[i] for i in order)]
