_WORD = re.compile(r"[a-z0-9']+")


def encode_review(text, word_index, max_len=200, num_words=10_000):
    ranks = np.array([word_index.get(w.group(), -3) for w in _WORD.finditer(text.lower())], dtype=int)
    ids = ranks + 3
    ids = np.where((ids > 3) & (ids < num_words), ids, 2)
    ids = np.concatenate([[1], ids])[:max_len]
    return np.pad(ids, (0, max_len - len(ids)))
