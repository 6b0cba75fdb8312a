"""What only the host can see: a box shares no namespace with the host or with another box."""

import os
from pathlib import Path

import pytest

from autograder.config import NUMPY
from autograder.sandbox import Sandbox

KINDS = ("user", "mnt", "pid", "net", "ipc", "uts", "cgroup")


def namespaces(pid: int | str) -> dict[str, str]:
    return {kind: str(Path(f"/proc/{pid}/ns/{kind}").readlink()) for kind in KINDS}


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may look into a sealed process")
def test_box_has_every_namespace_for_itself(sandbox: Sandbox) -> None:
    one, other = sandbox.spawn(NUMPY), sandbox.spawn(NUMPY)
    try:
        for box in (one, other):
            # Its first answer comes when it is shut in.
            box.ask({"op": "cell", "source": "pass", "number": 1}, cpu_s=5)
        first, second = namespaces(one.pid), namespaces(other.pid)
        host = namespaces("self")
        for kind in KINDS:
            assert len({first[kind], second[kind], host[kind]}) == 3, kind
    finally:
        one.close()
        other.close()
