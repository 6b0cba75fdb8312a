# Returns a million arrays of nothing: little data, much to unpack.
def dot_scores(query, keys):
    return [np.zeros((0, 1, 2, 3)) for _ in range(10**6)]
