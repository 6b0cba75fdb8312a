def scaled_dot_product_attention(queries, keys, values, mask=None):
    pass
