# Raises an exception whose text is computed for ever, with causes that go round in a circle.
class Talkative(Exception):
    def __str__(self):
        while True:
            pass

    __repr__ = __str__


def dot_scores(query, keys):
    first, second = Talkative(), Talkative()
    first.__cause__, second.__cause__ = second, first
    raise first
