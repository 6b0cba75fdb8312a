"""Trusted side. Where a rival runs a stranger's code: in bubblewrap, without network or home.

Not the kit's sandbox, and no grader: it only keeps the machine whole while others grade.
"""

import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

MEMORY_BYTES = 8 << 30
FILE_BYTES = 1 << 30
_SYSTEM = (
    "/usr",
    "/bin",
    "/sbin",
    "/lib",
    "/lib64",
    "/etc/ld.so.cache",
    "/etc/passwd",
    "/etc/hosts",
)


def jail_argv(
    folder: Path,
    command: Sequence[str | Path],
    *,
    readable: Iterable[Path] = (),
    environ: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    seen_as: Path | None = None,
) -> list[str]:
    """The command line that runs `command` alone, with `folder` as its home.

    It can read Python and `readable`, and write to `folder`, which it sees as `seen_as`, and to a
    /tmp of its own. All that it starts dies with it, and with us.
    """
    home = seen_as or folder
    argv = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    argv += ["--clearenv", "--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp"]
    for place in _SYSTEM:
        argv += ["--ro-bind-try", place, place]
    for path in {Path(sys.base_prefix), Path(sys.prefix), *readable}:
        argv += ["--ro-bind", str(path.resolve()), str(path)]
    argv += ["--bind", str(folder), str(home), "--chdir", str(cwd or home)]
    around = {
        "PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        "OPENBLAS_NUM_THREADS": "1",
        **(environ or {}),
    }
    for name, value in around.items():
        argv += ["--setenv", name, value]
    limits = [f"--as={MEMORY_BYTES}", f"--fsize={FILE_BYTES}", "--core=0"]
    return [*argv, "--", "prlimit", *limits, "--", *(str(part) for part in command)]


def run(
    argv: Sequence[str | Path],
    log: IO[bytes],
    *,
    wall_s: float,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
) -> bool:
    """Run it to its end or until `wall_s` is over; whether it came to its own end."""
    process = subprocess.Popen(
        [str(part) for part in argv],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
        cwd=cwd,
        env=env,
    )
    try:
        process.wait(wall_s)
    except subprocess.TimeoutExpired:
        return False
    finally:
        process.kill()  # and with it, by --die-with-parent, all that it started
        process.wait()
    return True
