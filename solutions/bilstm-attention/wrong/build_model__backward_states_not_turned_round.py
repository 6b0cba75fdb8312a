def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    ids = keras.Input(shape=(max_len,), dtype="int32")
    vectors = keras.layers.Embedding(vocab_size, embed_dim, mask_zero=True)(ids)
    forward = keras.layers.LSTM(hidden, return_sequences=True)(vectors)
    backward = keras.layers.LSTM(hidden, return_sequences=True, go_backwards=True)(vectors)
    states = keras.layers.Concatenate()([forward, backward])
    context, _ = AttentionPooling(units, name="attention")(states)
    context = keras.layers.Dropout(dropout)(context)
    return keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(context))
