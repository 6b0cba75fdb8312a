"""Trusted side. The limits under which a submission is read and run, and in which libraries."""

import re
from dataclasses import dataclass

MIB = 1 << 20


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
    the time in all in which it did not compute, except while others had the processor.
    """

    cell_cpu_s: float = 10.0
    call_cpu_s: float = 5.0
    idle_s: float = 10.0
    total_idle_s: float = 60.0
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Flavour:
    """All that the engine knows of the libraries that a fork-server imports before it forks.

    To add a framework, add its record to FLAVOURS and a module of probes to `inside/`.

    `modules` are its top-level modules: code that names one of them runs in this flavour. `preload`
    is what is imported, as `pkgutil.resolve_name` reads it; with a colon, an attribute that loads
    what the library loads late. `packages` are the distributions whose versions a verdict follows
    from. An object of `modules` that has `__array__` is sent as an array, unless its type is one
    of `symbolic`, which hold no numbers. `probes` is the module inside that has PROBES.
    """

    name: str
    title: str
    modules: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    packages: tuple[str, ...] = ()
    environment: tuple[tuple[str, str], ...] = ()
    symbolic: tuple[str, ...] = ()
    probes: str
    limits: Limits = Limits()

    def is_named_in(self, source: str) -> bool:
        """Whether this code has one of the framework's modules as a word of its own."""
        return any(re.search(rf"\b{module}\b", source) for module in self.modules)


TENSORFLOW = Flavour(
    name="tensorflow",
    title="TensorFlow and Keras",
    modules=("tensorflow", "keras"),
    preload=("keras", "tensorflow", "keras:layers.LSTM"),
    packages=("tensorflow-cpu", "tensorflow", "keras"),
    environment=(
        ("TF_NUM_INTRAOP_THREADS", "1"),
        ("TF_NUM_INTEROP_THREADS", "1"),
        ("TF_CPP_MIN_LOG_LEVEL", "3"),
        ("CUDA_VISIBLE_DEVICES", "-1"),
        ("KERAS_BACKEND", "tensorflow"),
        ("HDF5_USE_FILE_LOCKING", "FALSE"),  # no file can be locked inside
    ),
    symbolic=("KerasTensor",),
    probes="autograder.inside.probes",
    limits=Limits(cell_cpu_s=30.0, call_cpu_s=15.0, memory_bytes=6144 * MIB),
)
# For code that names no framework. It has probes all the same: a file that was handed in may be a
# model of Keras, which is then imported when it is asked about.
NUMPY = Flavour(name="numpy", title="NumPy", packages=("numpy",), probes=TENSORFLOW.probes)
# Code that names several frameworks runs in the first of them.
FLAVOURS = (TENSORFLOW, NUMPY)
