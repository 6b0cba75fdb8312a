def top_words(tokens, weights, k):
    left = list(range(len(tokens)))
    result = []
    while left and len(result) < k:
        best = max(left, key=lambda i: weights[i])
        left.remove(best)
        result.append((tokens[best], float(weights[best])))
    return result
