"""Inside. The warm fork-server: imports once, then forks a supervisor and a box a submission.

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
from collections.abc import Callable
from typing import Any

from autograder.inside import cage

_BOX_FAILED_TO_CLOSE = 97
_SUPERVISOR_FAILED = 98


def main() -> None:
    """`zygote CONTROL_FD FLAVOUR UID`: serve until the host closes the control socket."""
    for limit in (resource.RLIMIT_AS, resource.RLIMIT_CPU):  # those of who started it are not its
        _, most = resource.getrlimit(limit)
        resource.setrlimit(limit, (most, most))
    control = socket.socket(fileno=int(sys.argv[1]))
    flavour, uid = sys.argv[2], int(sys.argv[3])
    settings = json.loads(control.recv(1 << 20))
    if settings["isolation"] == "bubblewrap-each":
        cage.stand_in_for_proc(settings["proc"])
    if uid > 0 and os.geteuid() == 0:
        cage.drop_root(uid)
    if settings["isolation"] == "full" and not cage.can_nest():
        control.sendall(json.dumps({"nests": False}).encode())
        os._exit(0)
    _warm_up(flavour)
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
            _run(_supervise, json.loads(message), handles, settings)
            os._exit(_SUPERVISOR_FAILED)
        for handle in handles:
            os.close(handle)


def _warm_up(flavour: str) -> None:
    import matplotlib.pyplot  # noqa: F401

    if flavour == "tensorflow":
        import keras
        import tensorflow  # noqa: F401

        keras.layers.LSTM  # noqa: B018  (loads what Keras loads late)
    from autograder.inside import worker

    worker.prepare()


def _run(step: Callable[..., None], *arguments: Any) -> None:
    try:
        step(*arguments)
    except BaseException:
        traceback.print_exc()
        sys.stderr.flush()


def _supervise(
    limits: dict[str, int],
    handles: list[int],
    settings: dict[str, Any],
) -> None:
    request, output, status_fd = handles
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    if settings["isolation"] == "full":
        cage.enter_namespaces()
    wait_for_go, go = os.pipe()
    box = os.fork()
    if box == 0:
        os.close(go)
        os.read(wait_for_go, 1)
        _run(_serve, limits, request, output, settings)
        os._exit(_BOX_FAILED_TO_CLOSE)
    status = socket.socket(fileno=status_fd)
    handle = cage.send_pidfd(status, box)
    os.close(request)
    os.close(output)
    os.write(go, b"x")
    _wait_and_report(status, box, handle)
    os._exit(0)


def _serve(
    limits: dict[str, int],
    request: int,
    output: int,
    settings: dict[str, Any],
) -> None:
    os.setsid()  # else kill(0, …) would reach the whole pool
    cage.connect(request, output)
    if settings["isolation"] == "full":
        cage.mount_its_own(limits, settings["proc"])
    elif settings["isolation"] == "bubblewrap-each":
        cage.empty_tmp()
    cage.set_limits(limits)
    if settings["isolation"] != "none":
        cage.give_up_privileges(base64.b64decode(settings["seccomp"]))
    gc.enable()
    from autograder.inside import worker

    worker.serve(cage.REQUEST_FD)


def _wait_and_report(status: socket.socket, box: int, handle: int) -> None:
    events = select.poll()
    events.register(handle, select.POLLIN)
    events.register(status, select.POLLIN | select.POLLHUP)
    while True:
        ready = {fd for fd, _ in events.poll()}
        if handle in ready:
            break
        # The host is gone, and nobody is left who could want this box.
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
