from collections import namedtuple

Pair = namedtuple("Pair", "token weight")


def top_words(tokens, weights, k):
    pairs = [Pair(t, float(w)) for t, w in zip(tokens, weights)]
    return tuple(sorted(pairs, key=lambda p: p.weight, reverse=True)[:k])
