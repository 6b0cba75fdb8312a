"""Inside. Objects that are not data stay here; the host holds their numbers."""

from typing import Any

from autograder.wire import Handle


class UnknownHandle(Exception):  # noqa: N818
    """The host was told of an object that was never kept."""


class Registry:
    """Keeps objects for as long as the box lives, so that a number never means another one."""

    def __init__(self) -> None:
        self._objects: list[Any] = []

    def keep(self, value: Any) -> Handle:
        """Keep any object; what is said of it outside is its number and the name of its type."""
        self._objects.append(value)
        return Handle(len(self._objects) - 1, str(type(value).__name__))

    def resolve(self, value: Any) -> Any:
        """The value with every handle in it, also in lists and dictionaries, as its object.

        Raises:
            UnknownHandle: for a number that `keep` has not given.
        """
        kind = type(value)
        if kind is Handle:
            if value.number >= len(self._objects):
                raise UnknownHandle
            return self._objects[value.number]
        if kind is list or kind is tuple:
            return kind(self.resolve(item) for item in value)
        if kind is dict:
            return {key: self.resolve(item) for key, item in value.items()}
        return value
