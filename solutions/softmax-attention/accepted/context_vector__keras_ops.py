import keras


def context_vector(weights, values):
    weights = keras.ops.expand_dims(weights, axis=1)
    return keras.ops.squeeze(keras.ops.matmul(weights, values), axis=1)
