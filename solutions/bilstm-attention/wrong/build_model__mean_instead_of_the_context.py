def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    ids = keras.Input(shape=(max_len,), dtype="int32")
    vectors = keras.layers.Embedding(vocab_size, embed_dim, mask_zero=True)(ids)
    states = keras.layers.Bidirectional(keras.layers.LSTM(hidden, return_sequences=True))(vectors)
    context, _ = AttentionPooling(units, name="attention")(states)
    context = keras.layers.GlobalAveragePooling1D()(states)
    context = keras.layers.Dropout(dropout)(context)
    probability = keras.layers.Dense(1, activation="sigmoid")(context)
    return keras.Model(ids, probability)
