"""Trusted side, pure. What the fork-server may see and do, as bubblewrap's arguments.

Nothing here starts a process, so the policy is tested by looking at it.
"""

import itertools
import os
import site
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import autograder
from autograder.config import FLAVOURS, Flavour
from autograder.errors import CourseError
from autograder.sandbox.tiers import Tier

SANDBOX_UID = 65534
STUDENT_UID = 1000
KIT = "/kit"
PACKAGE = Path(autograder.__file__).parent
_ENVIRONMENT = {
    "PATH": "/usr/bin:/bin",
    "LANG": "C.UTF-8",
    "HOME": "/tmp",
    "USER": "student",
    "NBGRADER_EXECUTION": "autograde",  # tests may ask for it; nbgrader says it as well
    "LOGNAME": "student",
    "TZ": "UTC",
    "PYTHONDONTWRITEBYTECODE": "1",
    "PYTHONHASHSEED": "0",
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    # Of all: code may import a framework that its text does not name.
    **dict(setting for one in FLAVOURS for setting in one.environment),
    "MPLBACKEND": "Agg",
    "MPLCONFIGDIR": "/tmp/.matplotlib",
    "IPYTHONDIR": "/tmp/.ipython",
}
# A processor that needs these to compute correctly needs them inside as well.
_PASSED_ON = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
# Libraries, and what shows text in a figure. Not all of /usr: nbgrader's exchange, with everybody's
# submissions, lies below /usr/local/share when no other folder was chosen.
_SYSTEM = (
    *("/usr/bin", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib"),
    *("/usr/share/fonts", "/usr/share/fontconfig", "/usr/share/zoneinfo"),
)
_boxes = itertools.count()
_INSIDE_FILES = ("__init__.py", "wire.py", "inside")


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What is visible inside: Python, its packages, and the part of the kit that serves.

    `read_only` are pairs of a folder out here and its mount point inside. Packages get mount points
    of their own: the folder out here may be hidden inside (/tmp is the box's), and its path is not
    for student code. `as_root` says who starts bubblewrap: root must not use a user namespace and
    drops to `SANDBOX_UID` inside, since the kernel's process limits do not bind uid 0.
    """

    flavour: Flavour
    tier: Tier
    as_root: bool
    read_only: tuple[tuple[str, str], ...]
    environment: tuple[tuple[str, str], ...]


def make_policy(
    flavour: Flavour, *, tier: Tier, as_root: bool, environ: Mapping[str, str]
) -> Policy:
    """The policy for this interpreter and its packages."""
    base = str(Path(sys.base_prefix).resolve())
    if base.startswith("/tmp/"):
        raise CourseError(f"Python lies in {base}, which is hidden inside; use one outside /tmp")
    system = (
        [*_SYSTEM, base]
        if not base.startswith("/usr")
        else [*_SYSTEM, f"{base}/lib", f"{base}/bin"]
    )
    return Policy(
        flavour=flavour,
        tier=tier,
        as_root=as_root,
        read_only=(
            *((folder, folder) for folder in dict.fromkeys(system) if Path(folder).is_dir()),
            *zip(_packages(), _mount_points(), strict=True),
        ),
        environment=tuple(
            {
                **_ENVIRONMENT,
                **{name: environ[name] for name in _PASSED_ON if name in environ},
            }.items()
        ),
    )


def refuse_to_expose(policy: Policy, course_root: Path) -> None:
    """Fail closed when the course lies in a folder that student code could read."""
    root = course_root.resolve()
    for folder, _ in policy.read_only:
        if root.is_relative_to(folder):
            raise CourseError(
                f"the course {root} lies inside {folder}, which student code can read; "
                "move the course elsewhere"
            )


def bwrap_argv(policy: Policy, command: Sequence[str]) -> list[str]:
    """Bubblewrap's command line: no network, no capabilities, an almost empty read-only root."""
    argv = ["bwrap", "--die-with-parent", "--new-session", "--unshare-pid", "--unshare-net"]
    argv += ["--unshare-ipc", "--unshare-uts", "--hostname", "sandbox"]
    if policy.as_root:
        argv += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        argv += ["--unshare-user", "--uid", str(STUDENT_UID), "--gid", str(STUDENT_UID)]
    argv += ["--clearenv"]
    for name, value in policy.environment:
        argv += ["--setenv", name, value]
    mount_points = [mount_point for _, mount_point in policy.read_only]
    for parent in _parents([*mount_points, f"{KIT}/autograder/inside", "/etc/x"]):
        # bubblewrap 0.8 makes parents with mode 0700, which an ordinary uid cannot enter.
        argv += ["--perms", "0755", "--dir", parent]
    for folder, mount_point in policy.read_only:
        argv += ["--ro-bind", folder, mount_point]
    for link in ("bin", "lib", "lib32", "lib64"):
        argv += _system_folder(link)
    argv += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    argv += ["--ro-bind-try", "/etc/localtime", "/etc/localtime"]
    argv += ["--dev", "/dev", "--tmpfs", "/dev/pts", "--remount-ro", "/dev/pts"]
    argv += ["--remount-ro", "/dev"]
    if policy.tier.mounts is None:
        raise ValueError(f"the tier {policy.tier.name!r} has no bubblewrap")
    argv += policy.tier.mounts(policy.flavour.limits)
    for name in _INSIDE_FILES:
        argv += ["--ro-bind", str(PACKAGE / name), f"{KIT}/autograder/{name}"]
    argv += ["--remount-ro", "/", "--chdir", "/tmp", "--", *command]
    return argv


def python_argv(policy: Policy, control_fd: int, *, kit: str = KIT) -> list[str]:
    """How the fork-server itself is started; `-P` keeps the current folder off `sys.path`."""
    packages = _mount_points() if kit == KIT else _packages()
    start = (
        f"import sys; sys.path.insert(0, {kit!r}); sys.path.extend({packages!r});"
        "from autograder.inside.zygote import main; main()"
    )
    python = os.path.realpath(sys.executable)
    ordinary = SANDBOX_UID if policy.tier.warm else _uid_of_its_own()
    uid = str(ordinary if policy.as_root else -1)
    return [python, "-B", "-s", "-P", "-c", start, str(control_fd), uid]


def _uid_of_its_own() -> int:
    """A uid that no user has: threads are counted by uid where boxes share a user namespace."""
    return (1 << 31) + (os.getpid() << 8) + next(_boxes) % 256


def _packages() -> list[str]:
    return [str(Path(folder).resolve()) for folder in site.getsitepackages()]


def _mount_points() -> list[str]:
    return [f"{KIT}/{number}/site-packages" for number, _ in enumerate(_packages())]


def _parents(paths: Sequence[str]) -> list[str]:
    found: dict[str, None] = {}
    for path in paths:
        for parent in reversed(Path(path).parents):
            if str(parent) != "/":
                found[str(parent)] = None
    return list(found)


def _system_folder(name: str) -> list[str]:
    folder = Path("/", name)
    if folder.is_symlink():
        return ["--symlink", str(folder.readlink()), str(folder)]
    if folder.is_dir():
        return ["--ro-bind", str(folder), str(folder)]
    return []
