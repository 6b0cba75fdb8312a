"""Inside. The warm fork-server: imports once, then forks a supervisor and a box for each task.

The supervisor (A) stays outside the box's namespaces. It holds the status socket, which student
code never sees, and reports how the box (B) really ended: evidence that cannot be forged.
"""

import base64
import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import traceback
from collections.abc import Callable, Sequence
from pkgutil import resolve_name
from typing import TYPE_CHECKING, Any

from autograder.inside import cage, steps
from autograder.inside.steps import CannotNest, Given, Order

if TYPE_CHECKING:
    from autograder.inside.worker import Worker

_BOX_FAILED_TO_CLOSE = 97
_SUPERVISOR_FAILED = 98


def main() -> None:
    """`zygote CONTROL_FD UID`: serve until the host closes the control socket."""
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):  # those of its parent are not for it
        _, most = resource.getrlimit(limit)
        resource.setrlimit(limit, (most, most))
    control = socket.socket(fileno=int(sys.argv[1]))
    settings = json.loads(control.recv(1 << 20))
    seccomp = base64.b64decode(settings["seccomp"])
    given = Given(uid=int(sys.argv[2]), proc=settings["proc"], seccomp=seccomp)
    try:
        steps.prepare(settings["steps"]["server"], given)
    except CannotNest:
        control.sendall(json.dumps({"nests": False}).encode())
        os._exit(0)
    worker = _warm_up(settings)
    gc.collect()
    gc.freeze()
    control.sendall(json.dumps({"threads": cage.count_threads()}).encode())
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # supervisors are reaped by the kernel
    while True:
        message, handles, _, _ = socket.recv_fds(control, 65536, 3)
        if not message:
            os._exit(0)
        if os.fork() == 0:
            control.close()
            _run(_supervise, json.loads(message), handles, settings["steps"], given, worker)
            os._exit(_SUPERVISOR_FAILED)
        for handle in handles:
            os.close(handle)


def _warm_up(settings: dict[str, Any]) -> "Worker":
    import matplotlib.pyplot  # noqa: F401

    for name in settings["preload"]:
        resolve_name(name)
    from autograder.inside.values import Tensors
    from autograder.inside.worker import Worker

    return Worker(
        probes=resolve_name(f"{settings['probes']}:PROBES"), tensors=Tensors(**settings["tensors"])
    )


def _run(step: Callable[..., None], *arguments: Any) -> None:
    try:
        step(*arguments)
    except BaseException:  # noqa: BLE001 (the caller ends the process in any case)
        traceback.print_exc()
        sys.stderr.flush()


def _supervise(
    limits: dict[str, int],
    handles: list[int],
    names: dict[str, Sequence[str]],
    given: Given,
    worker: "Worker",
) -> None:
    request, output, status_fd = handles
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    steps.prepare(names["supervisor"], given)
    wait_for_go, go = os.pipe()
    box = os.fork()
    if box == 0:
        os.close(go)
        os.read(wait_for_go, 1)
        order = Order(limits=limits, request=request, output=output)
        _run(_serve, order, names["box"], given, worker)
        os._exit(_BOX_FAILED_TO_CLOSE)
    status = socket.socket(fileno=status_fd)
    handle = cage.send_pidfd(status, box)
    os.close(request)
    os.close(output)
    os.write(go, b"x")
    _wait_and_report(status, box, handle)
    os._exit(0)


def _serve(order: Order, names: Sequence[str], given: Given, worker: "Worker") -> None:
    steps.shut_in(names, given, order)
    gc.enable()
    worker.serve(cage.REQUEST_FD)


def _wait_and_report(status: socket.socket, box: int, handle: int) -> None:
    events = select.poll()
    events.register(handle, select.POLLIN)
    events.register(status, select.POLLIN | select.POLLHUP)
    while True:
        ready = {fd for fd, _ in events.poll()}
        if handle in ready:
            break
        # The host is gone, so nobody needs this box any longer.
        signal.pidfd_send_signal(handle, signal.SIGKILL)
        events.unregister(status)
    _, ending, usage = os.wait4(box, 0)
    report = {
        "status": ending,
        "cpu_s": usage.ru_utime + usage.ru_stime,
        "memory_bytes": usage.ru_maxrss * 1024,
    }
    try:
        status.sendall(json.dumps(report).encode())
    except OSError:
        pass  # the host has already stopped listening
