def train_model(reviews):
    """The SimpleRNN of the lesson: it must carry what it read to the last of all steps.

    On IMDB with the lecture's sizes, and like there it also reads the padding.
    """
    generated = reviews.name == "generated"
    embed_dim, units = (32, 32) if generated else (100, 256)
    ids = keras.Input(shape=(reviews.max_len,), dtype="int32")
    vectors = keras.layers.Embedding(reviews.num_words, embed_dim, mask_zero=generated)(ids)
    state = keras.layers.SimpleRNN(units)(vectors)
    model = keras.Model(ids, keras.layers.Dense(1, activation="sigmoid")(state))
    rate, batch_size, epochs = (0.005, 64, 6) if generated else (0.001, 128, 3)
    model.compile(keras.optimizers.Adam(rate), loss="binary_crossentropy", metrics=["accuracy"])
    best = keras.callbacks.EarlyStopping(monitor="val_accuracy", patience=epochs, restore_best_weights=True)
    model.fit(
        reviews.train_ids,
        reviews.train_labels,
        validation_data=(reviews.validation_ids, reviews.validation_labels),
        epochs=epochs,
        batch_size=batch_size,
        callbacks=[best],
        verbose=0,
    )
    return model
