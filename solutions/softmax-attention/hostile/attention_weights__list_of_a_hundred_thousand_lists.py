def attention_weights(scores, mask=None):
    row = []
    return [row] * 10**5
