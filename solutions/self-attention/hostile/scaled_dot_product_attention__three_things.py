def scaled_dot_product_attention(queries, keys, values, mask=None):
    return "context", {"weights": keys}, b"10.0"
