from keras import layers


def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    inputs = layers.Input((max_len,), dtype="int32", name="ids")
    h = layers.Embedding(vocab_size, embed_dim, mask_zero=True, name="words")(inputs)
    h = layers.Bidirectional(layers.LSTM(hidden, return_sequences=True), name="reader")(h)
    pooled = AttentionPooling(units, name="attention")(h)
    h = layers.Dropout(dropout, name="drop")(pooled[0])
    outputs = layers.Dense(1, activation=keras.activations.sigmoid, name="positive")(h)
    return keras.Model(inputs=inputs, outputs=outputs, name="bilstm")
