"""Trusted side. The fork-servers of one grading run, in the best isolation that there is here."""

import socket
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.config import Flavour, Limits
from autograder.errors import SandboxFault, SandboxUnavailable
from autograder.sandbox.box import Box
from autograder.sandbox.forkserver import CannotNest, ForkServer, SharedServer
from autograder.sandbox.tiers import FULL, NONE


class Sandbox:
    """The fork-servers of one grading run, each started when it is first needed.

    `tier` is the isolation that boxes of this machine have; it is known once a fork-server was
    ready.
    """

    def __init__(
        self,
        course_root: Path,
        *,
        isolate: bool = True,
        controls: Mapping[Flavour, socket.socket] | None = None,
    ) -> None:
        """`controls` are those of another process's fork-servers, see `controls`."""
        self.course_root, self.isolate = course_root, isolate
        self.tier = FULL if isolate else NONE
        self._servers: dict[Flavour, SharedServer] = {
            flavour: SharedServer(flavour, control) for flavour, control in (controls or {}).items()
        }

    @property
    def isolation(self) -> str:
        """The tier's name, as results have it."""
        return self.tier.name

    def start(self, flavour: Flavour) -> None:
        """Start a fork-server that will be needed; it imports while other things are done.

        Raises:
            SandboxUnavailable: when bubblewrap is not installed.
        """
        if self.tier.warm:
            self._server(flavour)

    def controls(self) -> dict[Flavour, socket.socket]:
        """What other processes need in order to share the fork-servers, once these are ready."""
        return {flavour: server.control for flavour, server in self._servers.items()}

    def wait(self) -> None:
        """Return when every fork-server that was started is ready.

        Raises:
            SandboxUnavailable: when one did not start.
        """
        for server in list(self._servers.values()):
            try:
                server.wait()
            except CannotNest:
                self._fall_back()
                return
            except SandboxUnavailable:
                del self._servers[server.flavour]
                raise

    def spawn(self, flavour: Flavour, limits: Limits | None = None) -> Box:
        """A box of this flavour; a fork-server that died is replaced once."""
        for last_try in (False, True):
            try:
                return self._spawn(flavour, limits)
            except SandboxFault:
                if flavour in self._servers:
                    self._servers.pop(flavour).close()
                if last_try:
                    raise
        raise AssertionError("unreachable")

    def _spawn(self, flavour: Flavour, limits: Limits | None) -> Box:
        while self.tier.warm:
            try:
                return self._server(flavour).spawn(limits)
            except CannotNest:
                self._fall_back()
        own = ForkServer(flavour, self.course_root, self.tier)
        try:
            return own.spawn(limits, release=own.close)
        except BaseException:
            own.close()
            raise

    def _server(self, flavour: Flavour) -> SharedServer:
        if flavour not in self._servers:
            self._servers[flavour] = ForkServer(flavour, self.course_root, self.tier)
        return self._servers[flavour]

    def _fall_back(self) -> None:
        if self.tier.otherwise is None:
            raise SandboxUnavailable(f"the isolation {self.tier.name!r} is not possible here")
        self.tier = self.tier.otherwise
        self.close()

    def close(self) -> None:
        """End the fork-servers; those that are needed again start again."""
        while self._servers:
            self._servers.popitem()[1].close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.close()
