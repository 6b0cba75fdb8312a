"""Fork-servers start, serve and end; nothing of them is left over."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread

import pytest

from autograder.config import NUMPY
from autograder.errors import SandboxFault, SandboxUnavailable
from autograder.grading.process import GraderProcess, ProcessEnded
from autograder.sandbox import Sandbox, self_test
from autograder.sandbox.forkserver import SharedServer
from autograder.sandbox.tiers import Tier
from tests.conftest import ROOT
from tests.sandbox.boxes import descendants


def test_self_test_finds_the_tier_of_this_machine(tier: Tier) -> None:
    assert self_test(ROOT) is tier


def test_missing_bubblewrap_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SandboxUnavailable, match="bubblewrap"):
        self_test(ROOT)


@pytest.mark.usefixtures("tier")
def test_everything_is_gone_when_the_host_is_killed() -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from autograder.config import NUMPY\nfrom autograder.sandbox import Sandbox\n"
        f"s = Sandbox(Path({str(ROOT)!r})); b = s.spawn(NUMPY)\n"
        "print(b.pid, flush=True); time.sleep(60)"
    )
    host = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert host.stdout is not None
    box = int(host.stdout.readline())
    pids = set(descendants(host.pid))
    assert box in pids
    assert len(pids) >= 4, "bubblewrap, the fork-server, the supervisor and the box"
    host.kill()
    host.wait()
    host.stdout.close()
    deadline = time.monotonic() + 20
    while any(map(lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if lives(pid)]


def lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def open_descriptors() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_box_of_a_dead_fork_server_leaves_no_descriptor_open() -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.close()
    server, before = SharedServer(NUMPY, control), open_descriptors()
    for _ in range(3):
        with pytest.raises(SandboxFault, match="gone"):
            server.spawn()
    assert open_descriptors() == before
    server.close()


@pytest.mark.parametrize("said", [b"", b"no"])
def test_box_that_was_not_made_leaves_no_descriptor_open(said: bytes) -> None:
    control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)

    def answer_without_one() -> None:
        _, handles, _, _ = socket.recv_fds(theirs, 65536, 3)
        request, output, status = handles
        with socket.socket(fileno=status) as answering:
            if said:
                socket.send_fds(answering, [said], [output])
        os.close(request)
        os.close(output)

    server, before = SharedServer(NUMPY, control), open_descriptors()
    for _ in range(3):
        failing = Thread(target=answer_without_one)
        failing.start()
        with pytest.raises(SandboxFault, match="could not make a box"):
            server.spawn()
        failing.join()
    assert open_descriptors() == before
    server.close()
    theirs.close()


def fail(*_: object, **__: object) -> None:
    raise OSError("no more")


@pytest.mark.parametrize(
    ("what", "raised"),
    [
        ("autograder.grading.process.subprocess.Popen", OSError),
        ("autograder.grading.process.Connection.send", ProcessEnded),
    ],
)
def test_grader_process_that_does_not_start_leaves_nothing(
    monkeypatch: pytest.MonkeyPatch, what: str, raised: type[Exception]
) -> None:
    monkeypatch.setattr(what, fail)
    sandbox, before, started = Sandbox(ROOT), open_descriptors(), set(descendants(os.getpid()))
    for _ in range(3):
        with pytest.raises(raised):
            GraderProcess(sandbox)
    assert open_descriptors() == before
    assert set(descendants(os.getpid())) <= started
