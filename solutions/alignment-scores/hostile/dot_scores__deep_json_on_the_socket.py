# Answers with JSON of a million brackets, and with a number of a million digits.
import os
import struct

asked = []


def dot_scores(query, keys):
    asked.append(1)
    header = b'{"l":[' * 10**6 if len(asked) % 2 else b"9" * 10**6
    os.write(3, struct.pack("<IQ", len(header), 0) + header)
    return np.zeros(keys.shape[:2])
