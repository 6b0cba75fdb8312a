def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    # Keras does not load a file with code in it, so this model is lost when the notebook is closed.
    ids = keras.Input(shape=(max_len,), dtype="int32")
    vectors = keras.layers.Embedding(vocab_size, embed_dim, mask_zero=True)(ids)
    states = keras.layers.Bidirectional(keras.layers.LSTM(hidden, return_sequences=True))(vectors)
    context, _ = AttentionPooling(units, name="attention")(states)
    context = keras.layers.Dropout(dropout)(context)
    score = keras.layers.Dense(1)(context)
    return keras.Model(ids, keras.layers.Lambda(lambda x: 1 / (1 + keras.ops.exp(-x)))(score))
