def additive_scores(query, keys, W_q, W_k, v):
    # YOUR CODE HERE
    raise NotImplementedError()
