def dot_scores(query, keys):
    # YOUR CODE HERE
    raise NotImplementedError()
