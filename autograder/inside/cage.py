"""Inside, before student code. Puts one process into namespaces and limits of its own.

The order of the calls matters: mounts need the capabilities of the new user namespace, so they
come before these are dropped; the seccomp filter comes last, since it forbids most of this.
"""

import ctypes
import fcntl
import os
import resource
import shutil
import socket
import struct
from pathlib import Path
from typing import Any

_libc = ctypes.CDLL(None, use_errno=True)

_CLONE_NEWNS, _CLONE_NEWCGROUP, _CLONE_NEWUTS = 0x00020000, 0x02000000, 0x04000000
_CLONE_NEWIPC, _CLONE_NEWUSER, _CLONE_NEWPID = 0x08000000, 0x10000000, 0x20000000
_CLONE_NEWNET = 0x40000000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV, _MS_NOEXEC, _MS_REMOUNT = 1, 2, 4, 8, 32
_MS_REC, _MS_PRIVATE = 0x4000, 0x40000
_PR_SET_DUMPABLE, _PR_SET_SECCOMP, _PR_CAPBSET_DROP = 4, 22, 24
_PR_SET_NO_NEW_PRIVS, _PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 38, 47, 4
_SECCOMP_MODE_FILTER = 2
_CAPABILITY_VERSION_3 = 0x20080522
REQUEST_FD = 3


def _check(status: int, what: str) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def _prctl(option: int, value: int, what: str, third: Any = 0) -> None:
    _check(_libc.prctl(option, ctypes.c_ulong(value), third, 0, 0), what)


def _mount(target: str, kind: str | None, flags: int, data: str | None = None) -> None:
    arguments = [text.encode() if text else None for text in (kind, target, kind, data)]
    source, where, filesystem, options = arguments
    _check(
        _libc.mount(source, where, filesystem, ctypes.c_ulong(flags), options), f"mount {target}"
    )


def enter_namespaces() -> None:
    """Leave every namespace shared with other submissions; the next fork is pid 1 of its own."""
    uid, gid = os.geteuid(), os.getegid()
    flags = _CLONE_NEWUSER | _CLONE_NEWNS | _CLONE_NEWPID | _CLONE_NEWNET
    _check(_libc.unshare(flags | _CLONE_NEWIPC | _CLONE_NEWUTS | _CLONE_NEWCGROUP), "unshare")
    # A process that changed its uid is not dumpable, and then cannot write its own maps.
    _prctl(_PR_SET_DUMPABLE, 1, "dumpable")
    for name, line in (
        ("setgroups", "deny"),
        ("uid_map", f"1000 {uid} 1"),
        ("gid_map", f"1000 {gid} 1"),
    ):
        Path("/proc/self", name).write_text(line)


def can_nest() -> bool:
    """Whether a process may enter namespaces of its own here and mount in them.

    Ubuntu's AppArmor profile for bubblewrap, for one, forbids it.
    """
    child = os.fork()
    if child == 0:
        try:
            enter_namespaces()
            _mount("/", None, _MS_REC | _MS_PRIVATE)
            _mount("/tmp", "tmpfs", _MS_NOSUID | _MS_NODEV)
            os._exit(0)
        finally:
            os._exit(1)
    return os.waitpid(child, 0)[1] == 0


def count_threads() -> int:
    """How many threads this process has; 1 where /proc is a stand-in, which does not say."""
    tasks = Path("/proc/self/task")
    return len(list(tasks.iterdir())) if tasks.is_dir() else 1


def give_up_privileges(seccomp: bytes) -> None:
    """Confine the process for good: no capabilities and no way to get any, few system calls.

    Raises:
        OSError: when any step fails; the caller must then end without running student code.
    """
    _drop_capabilities()
    _prctl(_PR_SET_NO_NEW_PRIVS, 1, "no_new_privs")
    _prctl(_PR_SET_DUMPABLE, 0, "dumpable")
    os.chdir("/tmp")
    _load_seccomp(seccomp)


def connect(request: int, output: int) -> None:
    """Student code gets nothing as stdin, the output pipe, and the request socket as fd 3."""
    nothing = os.open("/dev/null", os.O_RDONLY)
    wanted = ((nothing, 0), (output, 1), (output, 2), (request, REQUEST_FD))
    # Moved out of the way first: one of them may itself be a number that is wanted.
    for source, target in [(fcntl.fcntl(fd, fcntl.F_DUPFD, 64), to) for fd, to in wanted]:
        os.dup2(source, target)
    _libc.close_range(ctypes.c_uint(REQUEST_FD + 1), ctypes.c_uint(0xFFFFFFFF), 0)


def set_limits(limits: dict[str, int]) -> None:
    """Bound what the kernel counts; a process without privileges cannot raise it again."""
    cpu = limits["total_cpu_s"]
    for name, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 2),
        (resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"]),
        (resource.RLIMIT_NOFILE, limits["open_files"], limits["open_files"]),
        (resource.RLIMIT_NPROC, limits["threads"], limits["threads"]),
        (resource.RLIMIT_FSIZE, limits["tmp_bytes"], limits["tmp_bytes"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_SIGPENDING, 256, 256),
    ):
        resource.setrlimit(name, (soft, hard))


def mount_its_own(limits: dict[str, int], proc: dict[str, str]) -> None:
    """Cover what could be written to, or tells of others, with mounts of this box's own."""
    _mount("/", None, _MS_REC | _MS_PRIVATE)
    plain = _MS_NOSUID | _MS_NODEV
    bounds = f"size={limits['tmp_bytes']},nr_inodes={limits['tmp_inodes']},mode=1777"
    _mount("/tmp", "tmpfs", plain, bounds)
    _mount("/dev/shm", "tmpfs", plain | _MS_NOEXEC, "size=1m,nr_inodes=64,mode=1777")
    _mount("/proc", "tmpfs", plain | _MS_NOEXEC, "size=1m,nr_inodes=64,mode=755")
    stand_in_for_proc(proc)
    _mount("/proc", None, _MS_REMOUNT | _MS_RDONLY | plain | _MS_NOEXEC)


def empty_tmp() -> None:
    """Remove what the imports left in a /tmp that is the box's from now on."""
    for path in Path("/tmp").iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()


def stand_in_for_proc(proc: dict[str, str]) -> None:
    """Fill an empty /proc with the few files that TensorFlow needs.

    A real one cannot be mounted below a bubblewrap that root started, and shows more than a
    submission needs.
    """
    folder = Path("/proc/self")
    folder.mkdir()
    (folder / "exe").symlink_to(Path("/usr/bin/python3").resolve())
    for name, content in (("self/cmdline", "python\0"), ("self/maps", ""), *proc.items()):
        Path("/proc", name).write_text(content)


def _drop_capabilities() -> None:
    capability = 0
    while _libc.prctl(_PR_CAPBSET_DROP, ctypes.c_ulong(capability), 0, 0, 0) == 0:
        capability += 1
    _libc.prctl(_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)
    header = struct.pack("<II", _CAPABILITY_VERSION_3, 0)
    _check(_libc.capset(header, bytes(24)), "capset")


class _Program(ctypes.Structure):
    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def _load_seccomp(program: bytes) -> None:
    filter_ = _Program(len(program) // 8, program)
    _prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, "seccomp", ctypes.byref(filter_))


def drop_root(uid: int) -> None:
    """Become an ordinary user: the kernel's process limits do not bind uid 0."""
    os.setgroups([])
    os.setresgid(uid, uid, uid)
    os.setresuid(uid, uid, uid)


def send_pidfd(status: socket.socket, pid: int) -> int:
    """Give the host a handle on the process that no later process can inherit."""
    handle = os.pidfd_open(pid)
    socket.send_fds(status, [b"started"], [handle])
    return handle
