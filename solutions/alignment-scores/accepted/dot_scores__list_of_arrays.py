def dot_scores(query, keys):
    result = []
    for b in range(len(query)):
        result.append(keys[b] @ query[b])
    return result
