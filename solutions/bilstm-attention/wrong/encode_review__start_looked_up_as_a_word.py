def encode_review(text, word_index, max_len=200, num_words=10_000):
    words = ["<start>"] + re.findall(r"[a-z0-9']+", text.lower())
    ids = []
    for word in words[:max_len]:
        rank = word_index.get(word)
        if rank is None or rank + 3 >= num_words:
            ids.append(2)
        else:
            ids.append(rank + 3)
    return np.array(ids + [0] * (max_len - len(ids)))
