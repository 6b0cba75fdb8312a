import keras


def attention_weights(scores, mask=None):
    return keras.layers.Softmax(axis=-1)(scores, mask=mask)
