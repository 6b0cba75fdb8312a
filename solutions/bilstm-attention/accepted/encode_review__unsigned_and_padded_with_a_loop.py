def encode_review(text, word_index, max_len=200, num_words=10_000):
    known = {word: rank + 3 for word, rank in word_index.items() if rank + 3 < num_words}
    ids = [1, *(known.get(word, 2) for word in re.findall(r"[a-z0-9']+", text.lower()))]
    while len(ids) < max_len:
        ids.append(0)
    return np.array(ids[:max_len], dtype="uint16")
