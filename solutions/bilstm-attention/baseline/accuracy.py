def train_model(reviews):
    """A SimpleRNN of the same width that must carry what it read to the last word."""
    generated = reviews.name == "generated"
    width = 32 if generated else 64
    ids = keras.Input(shape=(reviews.max_len,), dtype="int32")
    vectors = keras.layers.Embedding(reviews.num_words, width, mask_zero=True)(ids)
    state = keras.layers.SimpleRNN(width)(vectors)
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))
    rate, batch_size, epochs, patience = (0.005, 64, 6, 3) if generated else (0.001, 128, 6, 1)
    model.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=patience, restore_best_weights=True)
    model.fit(
        reviews.train_ids,
        reviews.train_labels,
        validation_data=(reviews.validation_ids, reviews.validation_labels),
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[stop],
        verbose=0,
    )
    return model
