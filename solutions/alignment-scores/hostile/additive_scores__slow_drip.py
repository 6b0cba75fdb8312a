import time


def additive_scores(query, keys, W_q, W_k, v):
    for _ in range(10**6):
        print(".", end="", flush=True)
        time.sleep(0.5)
