class ScaledDotProduct:
    def __call__(self, queries, keys, values, mask=None):
        weights = self.weights(queries @ keys.transpose(0, 2, 1), queries.shape[2], mask)
        return weights @ values, weights

    @staticmethod
    def weights(products, features, mask):
        scores = products / features**0.5
        if mask is not None:
            scores = np.ma.masked_array(scores, ~mask)
        shifted = scores - scores.max(axis=-1, keepdims=True)
        powers = np.ma.filled(np.exp(shifted), 0)
        total = powers.sum(axis=-1, keepdims=True)
        return powers / np.where(total > 0, total, 1)


scaled_dot_product_attention = ScaledDotProduct()
