"""Trusted side. Where a stranger's code runs unsealed: a bubblewrap without network or home.

Not the kit's sandbox, and no grader: it only keeps the machine whole while others grade.
"""

import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
MEMORY_BYTES = 12 << 30
_SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/passwd")


def jail_argv(
    folder: Path,
    command: Sequence[str],
    *,
    readable: Iterable[Path] = (),
    environ: Mapping[str, str] | None = None,
    cwd: str = "/course",
) -> list[str]:
    """The command line that runs `command` alone, with `folder` as its /course and home.

    It can read Python, this kit and `readable`, and write to `folder` and a /tmp of its own. All
    that it starts dies with it, and with us.
    """
    argv = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    argv += ["--clearenv", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    for place in _SYSTEM:
        argv += ["--ro-bind-try", place, place]
    for path in {Path(sys.base_prefix), Path(sys.prefix), ROOT / "autograder", *readable}:
        argv += ["--ro-bind", str(path.resolve()), str(path)]
    argv += ["--bind", str(folder), "/course", "--chdir", cwd]
    around = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": "/course",
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **(environ or {}),
    }
    for name, value in around.items():
        argv += ["--setenv", name, value]
    limits = [f"--as={MEMORY_BYTES}", f"--fsize={1 << 30}", "--core=0"]
    return [*argv, "--", "prlimit", *limits, "--", *map(os.fspath, command)]
