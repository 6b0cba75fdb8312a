"""Trusted side. What boxes answered, as bytes to keep. Trusts nothing in them when read back.

A recording is data that a stranger's code made: it is read back through the same wire as answers
are, and is trusted no more than a box.
"""

import io
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from autograder import wire
from autograder.config import MIB

MOST_BYTES = 32 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One request to a box and what came of it: a frame, or an end with its message."""

    request: str
    frame: bytes = b""
    ending: str = ""
    message: str = ""
    printed: str = ""


def packed(events: Mapping[str, Sequence[Event]]) -> bytes | None:
    """The events of each box, by its label; None if they are too large to keep."""
    tree = {label: [_plain(event) for event in of_box] for label, of_box in events.items()}
    try:
        first, buffers = wire.encode(tree)
    except wire.WireError:
        return None
    data = b"".join((first, *buffers))
    return zlib.compress(data, 1) if len(data) <= MOST_BYTES else None


def unpacked(recording: bytes) -> dict[str, list[Event]]:
    """A recording's events; one that is damaged knows nothing."""
    try:
        tree = decoded(zlib.decompress(recording))
        return {
            label: [
                Event(request=r, frame=f.tobytes(), ending=e, message=m, printed=p)
                for r, f, e, m, p in events
            ]
            for label, events in tree.items()
        }
    except (zlib.error, wire.WireError, ValueError, AttributeError, TypeError):
        return {}


def decoded(frame: bytes) -> Any:
    """The value in one frame.

    Raises:
        wire.WireError: if it is none.
    """
    stream = io.BytesIO(frame)
    return wire.receive(lambda count: bytearray(stream.read(count)), max_body=MOST_BYTES)


def _plain(event: Event) -> list[Any]:
    frame = np.frombuffer(event.frame, np.uint8)
    return [event.request, frame, event.ending, event.message, event.printed]
