"""Trusted side. Two JupyterLabs, an instructor's and a student's, for one person to try both roles.

Both run as the user who starts them: a lab shows how the course works and keeps no secret from
anybody. All that it writes is in the folder `lab`; no other Jupyter's files are read or written.
"""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.course.layout import Course
from autograder.course.settings import read_config
from autograder.course.storage import write_atomically
from autograder.errors import LabError
from autograder.showcase.copies import copy_course

FOLDER = "lab"
STUDENT_ID = "student"
_HOST = "127.0.0.1"
_START_S, _STOP_S = 180, 20
_INSTRUCTOR = """
c = get_config()
c.CourseDirectory.course_id = {course_id!r}
c.Exchange.root = str(Path(__file__).resolve().parents[1] / "exchange")
c.ExchangeCollect.check_owner = False  # here one user is everybody
"""
_STUDENT = '''"""nbgrader's configuration of the student in the lab."""

from pathlib import Path

c = get_config()
c.CourseDirectory.course_id = {course_id!r}
c.CourseDirectory.student_id = {student_id!r}
c.Exchange.root = str(Path(__file__).resolve().parents[1] / "exchange")
c.Exchange.cache = str(Path(__file__).resolve().parent / ".submitted")
'''
# What of nbgrader each role sees in JupyterLab.
_SHOWN = {
    "instructor": {"formgrader", "create-assignment", "validate-assignment"},
    "student": {"assignment-list", "validate-assignment"},
}
_GUIDE = """
Instructor  {instructor}
            Menu Nbgrader > Formgrader: Generate and Release an assignment. When the student has
            submitted: Collect, then click the number of submissions and Autograde. After that
            Generate Feedback and Release Feedback.
Student     {student}
            Menu Nbgrader > Assignment List: Fetch the assignment, open its notebook, solve it,
            Validate and Submit it. When feedback is released: Fetch Feedback.

Open both in a browser. Everything is in {root}; Ctrl-C stops both.
"""
_PLUGINS = ("assignment-list", "course-list", "create-assignment", "formgrader")
_NEWS = "@jupyterlab/apputils-extension:announcements"
_SERVED = ("assignment_list", "course_list", "formgrader", "validate_assignment")


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A running JupyterLab: who it is for, its address with the token, the folder that it shows."""

    role: str
    url: str
    folder: Path
    process: subprocess.Popen[bytes]


def make_lab(course: Course, *, fresh: bool = False) -> Path:
    """The folder of the lab, made at its first start; it keeps what was done unless `fresh`."""
    root = course.root / FOLDER
    if fresh:
        shutil.rmtree(root, ignore_errors=True)
    course_id = read_config(course.root).CourseDirectory.get("course_id") or "course"
    if not (root / "course" / "nbgrader_config.py").is_file():
        copy_course(course, root / "course", _INSTRUCTOR.format(course_id=course_id))
    (root / "exchange").mkdir(exist_ok=True)
    (root / "exchange").chmod(0o777)  # as nbgrader has it; otherwise it warns
    config = _STUDENT.format(course_id=course_id, student_id=STUDENT_ID)
    write_atomically(root / "student" / "nbgrader_config.py", config)
    return root


def guide(addresses: dict[str, str], root: Path) -> str:
    """Which addresses to open, and what to do next in each."""
    return _GUIDE.format(**addresses, root=root)


def serve(root: Path, tell: Callable[[list[Server]], None]) -> None:
    """Run both until Ctrl-C, SIGTERM or the end of one; `tell` is called when both answer.

    Raises:
        LabError: if one does not start, with its last words.
    """
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            folders = {"instructor": root / "course", "student": root / "student"}
            starting = [
                stack.enter_context(_server(root, role, folder)) for role, folder in folders.items()
            ]
            for server in starting:
                _wait_until_it_answers(root, server)
            tell(starting)
            while all(server.process.poll() is None for server in starting):
                time.sleep(0.5)
    except KeyboardInterrupt:
        pass


@contextmanager
def _server(root: Path, role: str, folder: Path) -> Iterator[Server]:
    """Start one JupyterLab; it ends with the context, and its kernels with it."""
    own, port, token = root / ".jupyter" / role, _free_port(), secrets.token_hex(16)
    _configure(own / "config", role)
    options = [
        f"--ServerApp.ip={_HOST}",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.base_url=/{role}/",
        f"--ServerApp.root_dir={folder}",
        "--no-browser",
        *(["--allow-root"] if os.geteuid() == 0 else []),
    ]
    with (root / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            cwd=folder,
            env=_environment(own) | {"JUPYTER_TOKEN": token},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches us only, and we end it
        )
    try:
        url = f"http://{_HOST}:{port}/{role}/lab?token={token}"
        yield Server(role=role, url=url, folder=folder, process=process)
    finally:
        process.terminate()
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _configure(folder: Path, role: str) -> None:
    """Switch on what the role needs, and off what would use the network or confuse."""
    off = {f"@jupyter/nbgrader:{name}": True for name in _PLUGINS if name not in _SHOWN[role]}
    off[_NEWS] = True
    extensions = {
        f"nbgrader.server_extensions.{name}": name.replace("_", "-") in _SHOWN[role]
        for name in _SERVED
    }
    files: dict[str, dict[str, object]] = {
        "jupyter_server_config.json": {
            "ServerApp": {"jpserver_extensions": extensions},
            "LabApp": {"extension_manager": "readonly"},
            "LanguageServerManager": {"autodetect": False},  # it runs npm
        },
        "labconfig/page_config.json": {"disabledExtensions": off},
    }
    for name, content in files.items():
        write_atomically(folder / name, json.dumps(content, indent=1))


def _environment(own: Path) -> dict[str, str]:
    """Ours, with every folder to which Jupyter and what notebooks import would write in `own`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    moved = {
        "JUPYTER_CONFIG_DIR": "config",
        "JUPYTER_DATA_DIR": "data",
        "JUPYTER_RUNTIME_DIR": "runtime",
        "IPYTHONDIR": "ipython",
        "KERAS_HOME": "keras",
        "MPLCONFIGDIR": "matplotlib",
    }
    # A notebook may call programs of this installation.
    path = os.pathsep.join([sysconfig.get_path("scripts"), os.environ.get("PATH", os.defpath)])
    return kept | {name: str(own / folder) for name, folder in moved.items()} | {"PATH": path}


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind((_HOST, 0))
        return int(bound.getsockname()[1])


def _wait_until_it_answers(root: Path, server: Server) -> None:
    address, deadline = server.url.split("/")[2], time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if server.process.poll() is not None:
            break
        connection = http.client.HTTPConnection(address, timeout=_START_S)
        try:
            connection.request("GET", f"/{server.role}/api")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
        except OSError:
            time.sleep(0.1)
        finally:
            connection.close()
    log = root / f"{server.role}.log"
    last = log.read_text(errors="replace").strip().rpartition("\n")[2]
    raise LabError(f"the {server.role}'s JupyterLab does not start ({last}); read {log}")
