# A dictionary whose keys all begin their search at the same place of a hash table.
def dot_scores(query, keys):
    return {(number << 40) + 8: None for number in range(200_000)}
