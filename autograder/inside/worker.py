"""Inside. Serves requests in the process that student code owns; nothing it says is believed.

A request is `{"op": "files" | "cell" | "call" | "probe", …}`. What is answered is data or
a description of it; the verdict is reached outside.
"""

import os
import random
import re
import socket
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from autograder import wire
from autograder.inside.habits import settle_in
from autograder.inside.objects import Registry
from autograder.inside.shell import make_shell
from autograder.inside.values import Tensors, describe_only, to_data

_MAX_BODY = 1 << 30
_MAX_MESSAGE = 2_000
_MAX_FRAMES = 200
_CELL_NAME = re.compile(r"<ipython-input-(\d+)-")
_LINE_IN_GRAPH = re.compile(r'File "<ipython-input-(\d{1,6})-\w+>", line (\d{1,6}), in')


class Worker:
    """The shell and the registry of one box; made before the fork, so that no submission waits."""

    def __init__(self, *, probes: Mapping[str, Callable[..., Any]], tensors: Tensors) -> None:
        """`probes` are general functions by name; `tensors` says what is sent as an array."""
        self._probes, self._tensors = probes, tensors
        self._registry = Registry()
        self._shell = make_shell()
        self._shell.run("pass", 0)

    def serve(self, fd: int) -> None:
        """Answer requests until the host hangs up."""
        requests = socket.socket(fileno=fd)
        settle_in(self._shell)
        random.seed(0)
        np.random.seed(0)
        operations = {
            "files": _lay_out,
            "cell": self._run_cell,
            "call": self._call,
            "probe": self._probe,
        }
        while True:
            request = wire.receive(partial(_read, requests), max_body=_MAX_BODY)
            answer = operations[request["op"]](request)
            sys.stdout.flush()
            sys.stderr.flush()
            _send(requests, request["id"], answer)

    def _run_cell(self, request: dict[str, Any]) -> dict[str, Any]:
        shown, outputs, error = self._shell.run(request["source"], request["number"])
        raised = None if error is None else describe(error)
        status = "raised" if shown else "ok"
        answer = {"status": status, "error": shown, "raised": raised, "outputs": outputs}
        return answer if self._shell.value is None else {**answer, "value": self._last_value()}

    def _last_value(self) -> Any:
        """What a cell ends in, as far as it could be a score."""
        value = self._shell.value
        try:
            single = not isinstance(value, str | list | tuple | dict) and np.ndim(value) == 0
            return to_data(value, self._tensors) if single else describe_only(value)
        except BaseException:  # noqa: BLE001 (it is the student's object)
            return describe_only(value)

    def _call(self, request: dict[str, Any]) -> dict[str, Any]:
        """Call a function of the namespace, or a method of the kept object `owner`."""
        missing, resolve = object(), self._registry.resolve
        keep = self._registry.keep if request.get("keep") else describe_only
        try:
            if request.get("owner") is None:
                function = self._shell.user_ns.get(request["name"], missing)
            else:
                function = getattr(resolve(request["owner"]), request["name"], missing)
            if function is missing or not callable(function):
                return {"status": "missing"}
            arguments = resolve(request["arguments"])
            returned = function(*arguments, **resolve(request["keywords"]))
            value = to_data(returned, self._tensors, keep)
            after = to_data(arguments, self._tensors) if request["return_arguments"] else None
        except BaseException as error:  # noqa: BLE001 (SystemExit is an answer like any other)
            return _failure(error)
        return {"status": "ok", "value": value, "arguments": after}

    def _probe(self, request: dict[str, Any]) -> dict[str, Any]:
        """Run a general function of ours on kept objects."""
        try:
            arguments = self._registry.resolve(request["arguments"])
            keywords = self._registry.resolve(request["keywords"])
            result = self._probes[request["name"]](self._shell.user_ns, *arguments, **keywords)
            return {"status": "ok", "value": to_data(result, self._tensors, self._registry.keep)}
        except BaseException as error:  # noqa: BLE001 (as in a call)
            return _failure(error)


def _lay_out(request: dict[str, Any]) -> dict[str, Any]:
    """Put files into the folder in which the cells run; comes before the first of them."""
    if Path.cwd() == Path("/"):  # where nothing is isolated
        os.chdir(tempfile.mkdtemp())
    for name, content in request["files"].items():
        path = Path(name)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content.tobytes())
        except (FileExistsError, IsADirectoryError, NotADirectoryError):
            continue  # a name that a folder of a library's has
        except OSError as error:
            return {"status": "raised", "error": str(error)}
    return {"status": "ok"}


def _read(requests: socket.socket, count: int) -> bytearray:
    data = bytearray(count)
    view = memoryview(data)
    while view:
        got = requests.recv_into(view)
        if got == 0:
            os._exit(0)
        view = view[got:]
    return data


def _send(requests: socket.socket, number: int, answer: dict[str, Any]) -> None:
    try:
        first, buffers = wire.encode({"id": number, **answer})
    except wire.WireError:
        too_large = {"status": "ok", "value": wire.Opaque("a value too large to send")}
        first, buffers = wire.encode({"id": number, **too_large})
    requests.sendall(first)
    for buffer in buffers:
        requests.sendall(buffer)


def _failure(error: BaseException) -> dict[str, Any]:
    return {"status": "raised", "error": describe(error)}


def describe(error: BaseException) -> dict[str, Any]:
    """Its type, its text, and the deepest of the student's own lines, as cell and line number.

    The cell is None where no line is the student's. `module` is what could not be imported,
    or that from which something could not.
    """
    described: dict[str, Any] = {"type": "", "message": "", "cell": None, "line": 0, "module": ""}
    try:
        described["type"] = str(type(error).__name__)
        described["message"] = str(error)[:_MAX_MESSAGE]
        if isinstance(error, ImportError):
            described["module"] = str(error.name)[:_MAX_MESSAGE]
        for frame in traceback.extract_tb(error.__traceback__, _MAX_FRAMES):
            own = _CELL_NAME.match(frame.filename)
            if own:
                described |= {"cell": int(own[1]), "line": frame.lineno}
        # TensorFlow runs its own version of a function, and names the original line in the text.
        for own in _LINE_IN_GRAPH.finditer(str(error)):
            described |= {"cell": int(own[1]), "line": int(own[2])}
    except BaseException:  # noqa: BLE001 (an exception may lie about itself)
        return described
    return described
