def encode_review(text, word_index, max_len=200, num_words=10_000):
    index = {word: rank + 3 for word, rank in word_index.items()}
    index["pad"] = 0
    index["start"] = 1
    index["unk"] = 2
    ids = [index["start"]]
    for word in re.findall(r"[a-z0-9']+", text.lower()):
        number = index.get(word, index["unk"])
        ids.append(number if number < num_words else index["unk"])
    ids = ids[:max_len]
    return np.array(ids + [index["pad"]] * (max_len - len(ids)))
