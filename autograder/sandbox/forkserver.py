"""Trusted side. Starts a warm fork-server inside bubblewrap and asks it for boxes."""

import base64
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import IO

from autograder.config import FLAVOURS, Flavour, Limits
from autograder.errors import SandboxFault, SandboxUnavailable
from autograder.sandbox.box import Box
from autograder.sandbox.policy import bwrap_argv, make_policy, python_argv, refuse_to_expose
from autograder.sandbox.seccomp import seccomp_program
from autograder.sandbox.tiers import FULL, Tier

_START_WAIT_S = 180.0
_SOCKET_BYTES = 1 << 20
_REMEDY = "run 'autograder doctor', which names the remedy"
_PROC_BYTES = 32 * 1024  # of each file; all of it goes in one message


class CannotNest(Exception):  # noqa: N818
    """Inside bubblewrap no further namespaces can be made on this machine."""


class SharedServer:
    """A fork-server that another process started; several may ask it for boxes."""

    def __init__(self, flavour: Flavour, control: socket.socket) -> None:
        self.flavour, self.control = flavour, control

    def spawn(self, limits: Limits | None = None, release: Callable[[], None] | None = None) -> Box:
        """Fork one box. The limits default to those of the flavour; `release` is the box's.

        Raises:
            SandboxFault: when no box could be made.
        """
        limits = limits or self.flavour.limits
        request, their_request = socket.socketpair()
        status, their_status = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        output, their_output = os.pipe()
        for end in (request, their_request):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SOCKET_BYTES)
        message = json.dumps({k: int(v) for k, v in asdict(limits).items()}).encode()
        try:
            handles = [their_request.fileno(), their_output, their_status.fileno()]
            socket.send_fds(self.control, [message], handles)
        except OSError as error:
            request.close()
            status.close()
            os.close(output)
            raise SandboxFault(f"the fork-server is gone: {self.last_words()}") from error
        finally:
            their_request.close()
            their_status.close()
            os.close(their_output)
        return Box(request, output, status, limits, release)

    def wait(self) -> None:
        """It was ready before it was shared."""

    def last_words(self) -> str:
        """Its last line, for an error's message."""
        return "it said nothing here"

    def close(self) -> None:
        """Ask for no more boxes; the server goes on for the process that started it."""
        self.control.close()


class ForkServer(SharedServer):
    """One warm process that forks a fresh, isolated box for each submission."""

    def __init__(self, flavour: Flavour, course_root: Path, tier: Tier = FULL) -> None:
        # Without a sandbox it keeps its user: another one might not be able to read Python.
        as_root = tier.isolates and os.geteuid() == 0
        policy = make_policy(flavour, tier=tier, as_root=as_root, environ=os.environ)
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(flavour, control)
        if tier.isolates:
            refuse_to_expose(policy, course_root)
            argv = bwrap_argv(policy, python_argv(policy, theirs.fileno()))
            argv[0] = _bubblewrap()
        else:
            kit = str(Path(__file__).parents[2])
            argv = python_argv(policy, theirs.fileno(), kit=kit)
        # Only where nothing is isolated: there is no /tmp that ends with a box.
        self._temporary = (
            None if tier.isolates else tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        )
        temporary = {"TMPDIR": self._temporary.name} if self._temporary else {}
        self._errors: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = subprocess.Popen(
                argv,
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                env={**dict(policy.environment), **temporary},
                cwd="/",
            )
        self._ready = False
        try:
            self.control.sendall(json.dumps(_settings(flavour, tier)).encode())
        except OSError:
            pass  # it has ended already; `wait` says so

    def wait(self) -> None:
        """Return when it has imported what it is to import; until then other things can be done.

        Raises:
            SandboxUnavailable: if it ended instead.
            CannotNest: if it could not make boxes that are fully isolated.
        """
        if self._ready:
            return
        try:
            self.control.settimeout(_START_WAIT_S)
            ready = json.loads(self.control.recv(4096) or b"{}")
        except (OSError, ValueError):
            ready = {}
        if ready.get("nests") is False:
            self.close()
            raise CannotNest
        if "threads" not in ready:
            self.close()
            raise SandboxUnavailable(
                f"the {self.flavour.name} fork-server did not start: {self.last_words()}; "
                + _REMEDY
            )
        if ready["threads"] != 1:
            self.close()
            raise SandboxFault(
                f"the {self.flavour.name} fork-server has {ready['threads']} threads: "
                "forking it is not safe"
            )
        self._ready = True

    def spawn(self, limits: Limits | None = None, release: Callable[[], None] | None = None) -> Box:
        """Fork one box as soon as the server is ready.

        Raises:
            SandboxUnavailable, CannotNest: as `wait`.
            SandboxFault: when no box could be made.
        """
        self.wait()
        return super().spawn(limits, release)

    def close(self) -> None:
        """End the server; boxes that still run are ended by their supervisors."""
        self.control.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._temporary:
            self._temporary.cleanup()

    def last_words(self) -> str:
        """Its last line, for an error's message."""
        self._errors.seek(0)
        lines = self._errors.read().decode("utf-8", "replace").strip().splitlines()
        return lines[-1] if lines else "it said nothing"


def _settings(flavour: Flavour, tier: Tier) -> dict[str, object]:
    """What the fork-server is told before it does anything."""
    return {
        "steps": asdict(tier.steps),
        "proc": _machine(),
        "seccomp": base64.b64encode(seccomp_program()).decode() if tier.isolates else "",
        "preload": flavour.preload,
        "probes": flavour.probes,
        # Of all: code may import a framework that its text does not name.
        "tensors": {
            "modules": [module for one in FLAVOURS for module in one.modules],
            "symbolic": [kind for one in FLAVOURS for kind in one.symbolic],
        },
    }


def _machine() -> dict[str, str]:
    """What TensorFlow reads of the machine, for a stand-in where /proc is hidden."""
    found = {}
    for name in ("cpuinfo", "meminfo"):
        file = Path("/proc", name)
        found[name] = file.read_text()[:_PROC_BYTES] if file.is_file() else ""
    return found


def _bubblewrap() -> str:
    path = shutil.which("bwrap")
    if path is None:
        raise SandboxUnavailable(
            "bubblewrap is not installed, so nothing is run; as root: apt-get install bubblewrap"
        )
    return path
