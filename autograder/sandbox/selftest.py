"""Trusted side. Asks a real box whether this machine isolates; believes only what it sees."""

from pathlib import Path

from autograder.config import NUMPY
from autograder.errors import SandboxFault, SandboxUnavailable
from autograder.sandbox.ending import BoxEnded
from autograder.sandbox.sandbox import Sandbox
from autograder.sandbox.tiers import Tier

# Each line must hold inside. It runs as a cell, so that it sees what a submission would see.
_MUST_HOLD = {
    "no other process is visible": "not [n for n in os.listdir('/proc') if n.isdigit()]",
    "only standard streams and one socket are open": (
        "[n for n in range(64) if _is_open(n)] == [0, 1, 2, 3]"
    ),
    "the system is read-only": (
        "not any(os.access(p, os.W_OK) for p in ('/', '/usr', '/etc', '/dev'))"
    ),
    "no network interface is up but loopback": "not _can(lambda: __import__('socket').socket())",
    "no process can be started": "not _can(os.fork)",
    "nothing of the course is visible": "not os.path.exists(course)",
}
_CELL = """
import os
def _can(act):
    try: act()
    except OSError: return False
    return True
def _is_open(fd):
    try: os.fstat(fd)
    except OSError: return False
    return True
def self_test(course, claims):
    return [bool(eval(claim, globals(), {"course": course, "os": os})) for claim in claims]
"""


def self_test(course_root: Path) -> Tier:
    """Which isolation boxes of this machine have.

    Raises:
        SandboxUnavailable: with what is missing and what to do about it.
    """
    sandbox = Sandbox(course_root)
    try:
        box = sandbox.spawn(NUMPY)
        try:
            box.ask({"op": "cell", "source": _CELL, "number": 1}, cpu_s=10)
            answer = box.ask(
                {
                    "op": "call",
                    "name": "self_test",
                    "arguments": (str(course_root.resolve() / "source"), list(_MUST_HOLD.values())),
                    "keywords": {},
                    "return_arguments": False,
                },
                cpu_s=10,
            )
        finally:
            box.close()
    except (SandboxFault, BoxEnded) as error:
        raise SandboxUnavailable(
            f"a sandbox could not be made: {error}; this needs Linux with user namespaces "
            "(as root: sysctl kernel.unprivileged_userns_clone=1; on Ubuntu also "
            "kernel.apparmor_restrict_unprivileged_userns=0) and Debian's package bubblewrap"
        ) from error
    finally:
        sandbox.close()
    held = answer.get("value")
    if type(held) is not list or len(held) != len(_MUST_HOLD):
        raise SandboxUnavailable(f"the self-test failed inside: {answer.get('error')}")
    broken = [claim for claim, holds in zip(_MUST_HOLD, held, strict=True) if holds is not True]
    if broken:
        raise SandboxUnavailable("this machine does not isolate: not true that " + broken[0])
    return sandbox.tier
