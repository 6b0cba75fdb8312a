class Reader(keras.Model):
    def __init__(self, vocab_size, embed_dim, hidden, units, dropout):
        super().__init__()
        self.embedding = keras.layers.Embedding(vocab_size, embed_dim, mask_zero=True)
        self.reader = keras.layers.Bidirectional(keras.layers.LSTM(hidden, return_sequences=True))
        self.attention = AttentionPooling(units, name="attention")
        self.dropout = keras.layers.Dropout(dropout)
        self.last = keras.layers.Dense(1, activation="sigmoid")

    def call(self, ids, training=None):
        context, _ = self.attention(self.reader(self.embedding(ids)))
        return self.last(self.dropout(context, training=training))


def build_model(vocab_size=10_000, max_len=200, embed_dim=64, hidden=64, units=64, dropout=0.5):
    return Reader(vocab_size, embed_dim, hidden, units, dropout)
