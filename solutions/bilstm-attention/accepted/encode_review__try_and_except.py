def encode_review(text, word_index, max_len=200, num_words=10_000):
    ids = [1] + [0] * (max_len - 1)
    words = re.findall("[a-z0-9']+", text.lower())
    for i, word in enumerate(words[: max_len - 1], start=1):
        try:
            ids[i] = word_index[word] + 3
        except KeyError:
            ids[i] = 2
        if ids[i] >= num_words:
            ids[i] = 2
    return np.asarray(ids, dtype="int64")
