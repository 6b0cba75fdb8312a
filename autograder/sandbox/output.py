"""Trusted side. What a box prints: read while it runs, kept up to a limit, never believed."""

import os

_AT_A_TIME = 65536


class Output:
    """The reading end of the pipe that is a box's stdout and stderr."""

    def __init__(self, pipe: int, most_bytes: int) -> None:
        """What is printed beyond `most_bytes` is thrown away."""
        os.set_blocking(pipe, False)
        self._pipe, self._most_bytes = pipe, most_bytes
        self._kept = bytearray()

    def fileno(self) -> int:
        """For `poll`."""
        return self._pipe

    def drain(self) -> None:
        """Read what is there, so that the box never waits for us to read."""
        try:
            while part := os.read(self._pipe, _AT_A_TIME):
                left = self._most_bytes - len(self._kept)
                self._kept += part[: max(0, left)]
                if left <= 0:
                    return  # one part at a time: a flood must not keep us from the clock
        except BlockingIOError:
            return

    def take(self) -> str:
        """What was printed since the last call, up to the limit."""
        self.drain()
        text = self._kept.decode("utf-8", "replace")
        self._kept.clear()
        return text

    def close(self) -> None:
        """Give the descriptor back."""
        os.close(self._pipe)
