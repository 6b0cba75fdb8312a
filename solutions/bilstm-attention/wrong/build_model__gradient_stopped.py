def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    ids = keras.Input(shape=(max_len,), dtype="int32")
    vectors = keras.layers.Embedding(vocab_size, embed_dim, mask_zero=True)(ids)
    states = keras.layers.Bidirectional(keras.layers.LSTM(hidden, return_sequences=True))(vectors)
    states = keras.ops.stop_gradient(states)  # "only attention should learn"
    mask = keras.ops.not_equal(ids, 0)
    context, _ = AttentionPooling(units, name="attention")(states, mask=mask)
    context = keras.layers.Dropout(dropout)(context)
    probability = keras.layers.Dense(1, activation="sigmoid")(context)
    return keras.Model(ids, probability)
