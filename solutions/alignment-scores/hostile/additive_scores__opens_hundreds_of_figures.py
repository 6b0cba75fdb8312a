# Leaves hundreds of large figures open, which a notebook draws at the end of the cell.
import matplotlib.pyplot as plt

for _ in range(300):
    plt.figure(figsize=(40, 40), dpi=200).subplots(20, 20)


def additive_scores(query, keys, W_q, W_k, v):
    return np.zeros(keys.shape[:2])
