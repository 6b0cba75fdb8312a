import keras


def scaled_dot_product_attention(queries, keys, values, mask=None):
    # use_scale=False: the layer does not divide by sqrt(D)
    return keras.layers.Attention()([queries, values, keys], return_attention_scores=True)
