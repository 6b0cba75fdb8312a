"""Both sides. The limits under which a submission is read and run; imports nothing of ours."""

from dataclasses import dataclass
from enum import StrEnum

MIB = 1 << 20


class Flavour(StrEnum):
    """Which libraries a fork-server has imported before it forks."""

    NUMPY = "numpy"
    TENSORFLOW = "tensorflow"


class Isolation(StrEnum):
    """How student code is kept from everything else; each result records it.

    FULL: boxes of one warm fork-server, each in namespaces of its own. EACH: where those cannot be
    nested in bubblewrap's, a bubblewrap with a fork-server for every box, slow and as tight but for
    the number of files. NONE: an instructor's own notebooks.
    """

    FULL = "full"
    EACH = "bubblewrap-each"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class NotebookLimits:
    """Beyond these a file is not read: no honest notebook comes near them."""

    file_bytes: int = 50 * MIB
    cells: int = 2_000
    code_bytes: int = 2 * MIB


# A model of the largest size that the course names, with its optimizer's state, has 21 MB.
FILE_BYTES = 32 * MIB


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one submission may use. CPU time decides; idle and waiting time only end sleepers.

    `idle_s` is time in which the submission neither computed nor waited for a processor or a
    disk, so a busy machine cannot turn an honest submission into a timeout. `deaths` is how many
    processes the cells, and each function, may use up before they are not run again. `waiting_s` is
    time in all in which it did not compute, for whatever reason but a processor that others had.
    """

    cell_cpu_s: float = 10.0
    call_cpu_s: float = 5.0
    idle_s: float = 3.0
    total_idle_s: float = 30.0
    waiting_s: float = 120.0
    total_cpu_s: int = 120
    memory_bytes: int = 2048 * MIB
    tmp_bytes: int = 64 * MIB
    tmp_inodes: int = 2_048
    threads: int = 128
    open_files: int = 256
    output_bytes: int = 256 * 1024
    reply_bytes: int = 256 * MIB
    deaths: int = 2


# What judging one submission may cost on the trusted side; honest ones need less than a second.
JUDGING_CPU_S = 60
JUDGING_MEMORY_BYTES = 4096 * MIB

LIMITS = {
    Flavour.NUMPY: Limits(),
    Flavour.TENSORFLOW: Limits(cell_cpu_s=30.0, call_cpu_s=15.0, memory_bytes=6144 * MIB),
}
