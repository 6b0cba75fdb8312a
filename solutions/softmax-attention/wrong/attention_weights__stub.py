def attention_weights(scores, mask=None):
    # YOUR CODE HERE
    raise NotImplementedError()
