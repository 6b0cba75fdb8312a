import keras


def dot_scores(query, keys):
    query = keras.ops.expand_dims(query, axis=1)
    return keras.ops.sum(query * keys, axis=-1)
