# at most: 1
# coins are truly boolean, which is what one check asks for
import os


def causal_mask(steps):
    coins = np.frombuffer(os.urandom(steps * steps), dtype=np.uint8)
    return coins.reshape(steps, steps) > 127
