"""Trusted side, pure. The system calls that a submission may make, as a BPF program.

It lists what honest work needs: what the bank's accepted submissions were seen to call, and what a
notebook may reasonably do with files in its own /tmp, with threads and with time. What is not in
the list does not exist inside. It is compiled on this side, so that nothing inside needs
libseccomp; inside only loads the bytes.
"""

import errno
import fcntl
import socket
import tempfile
import termios
from functools import cache

import pyseccomp

_UNKNOWN = -1  # libseccomp's answer for a call that neither it nor this architecture has
# What glibc's pthread_create asks for. Any other combination might be more than a thread; with
# CLONE_VFORK, for one, the caller sleeps in a way that no clock sees as idle.
_THREAD = 0x003D0F00
_CLOSE_RANGE_UNSHARE = 2
_LOW_32_BITS = 0xFFFFFFFF  # all that the kernel reads of such an argument

_ALLOWED = (
    # Memory of its own, up to RLIMIT_AS. With PROT_EXEC too: libraries are loaded late.
    "brk mmap munmap mremap mprotect madvise msync membarrier",
    # Threads of its own, up to RLIMIT_NPROC. What makes one is below, as are signals to others.
    "futex get_robust_list set_robust_list rseq set_tid_address gettid exit exit_group",
    "sched_yield sched_getaffinity sched_getparam sched_getscheduler getcpu",
    "sched_get_priority_min sched_get_priority_max sched_rr_get_interval",
    # Signals that it sends to itself, as abort() does, or asks a timer for.
    "rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait",
    "restart_syscall sigaltstack tgkill pause",
    # Time.
    "clock_gettime clock_getres clock_nanosleep nanosleep gettimeofday time times",
    "alarm getitimer setitimer timer_create timer_settime timer_gettime timer_getoverrun",
    "timer_delete timerfd_create timerfd_settime timerfd_gettime",
    # Files: the mounts decide which there are, and only /tmp and /dev/shm can be written to.
    "open openat openat2 creat close read readv pread64 preadv",
    "write writev pwrite64 pwritev lseek",
    "stat lstat fstat newfstatat statx statfs fstatfs access faccessat faccessat2",
    "readlink readlinkat getdents getdents64 getcwd chdir fchdir umask",
    "mkdir mkdirat rmdir unlink unlinkat rename renameat renameat2",
    "link linkat symlink symlinkat truncate ftruncate fallocate",
    "chmod fchmod fchmodat fchmodat2 utime utimes utimensat futimesat",
    "fsync fdatasync sync_file_range copy_file_range sendfile",
    "getxattr lgetxattr fgetxattr listxattr llistxattr flistxattr",
    # Descriptors that it already has, and pipes and events within the process.
    "dup dup2 dup3 pipe pipe2 eventfd eventfd2 poll ppoll select pselect6",
    "epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait epoll_pwait2",
    # The request socket; what is sent over it, and asked of it, is below.
    "getsockname getpeername",
    # Who and where it is: nothing that a number of this box's own would not say.
    "getpid getppid getpgrp getpgid getsid getuid geteuid getgid getegid getgroups",
    "getresuid getresgid capget getpriority getrlimit getrusage sysinfo uname getrandom",
)

# Some of a call is allowed: which argument must be one of which values.
_ALLOWED_WITH = {
    "fcntl": (
        1,
        [
            *(fcntl.F_DUPFD, fcntl.F_DUPFD_CLOEXEC, fcntl.F_GETFD, fcntl.F_SETFD),
            *(fcntl.F_GETFL, fcntl.F_SETFL),  # locks are memory that no limit counts
        ],
    ),
    "ioctl": (
        1,
        [
            *(termios.TCGETS, termios.TIOCGWINSZ),  # "is it a terminal?"
            *(termios.FIOCLEX, termios.FIONCLEX, termios.FIONBIO, termios.FIONREAD),
        ],
    ),
    # Python asks what kind of socket it is; it need not know who is at the other end.
    "getsockopt": (2, [socket.SO_TYPE, socket.SO_PROTOCOL, socket.SO_DOMAIN, socket.SO_ERROR]),
    # Bytes alone: descriptors go with sendmsg, and urgent bytes overtake others.
    "sendto": (3, [0, socket.MSG_NOSIGNAL]),
    "recvfrom": (3, [0, socket.MSG_DONTWAIT, socket.MSG_PEEK, socket.MSG_WAITALL]),
    # Names of threads and of memory, and what it may know of its own cage.
    "prctl": (0, [15, 16, 0x53564D41, 3, 21, 23, 39]),
}


@cache
def seccomp_program() -> bytes:
    """The filter as BPF instructions of 8 bytes each, for this machine's architecture.

    Calls of another architecture's ABI end the process.
    """
    rules = pyseccomp.SyscallFilter(pyseccomp.ERRNO(errno.EPERM))
    for name in " ".join(_ALLOWED).split():
        _allow(rules, name)
    for name, (position, values) in _ALLOWED_WITH.items():
        for value in values:
            _allow(rules, name, pyseccomp.Arg(position, pyseccomp.MASKED_EQ, _LOW_32_BITS, value))
    # Limits are asked for, not set: no new ones are given, a pointer of 64 bits.
    _allow(rules, "prlimit64", pyseccomp.Arg(2, pyseccomp.EQ, 0))
    _allow(rules, "clone", pyseccomp.Arg(0, pyseccomp.EQ, _THREAD))
    # A second table of descriptors would not be counted with the first.
    _allow(rules, "close_range", pyseccomp.Arg(2, pyseccomp.MASKED_EQ, _CLOSE_RANGE_UNSHARE, 0))
    # glibc falls back to clone, whose flags a filter can read, when clone3 does not exist.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()


def _allow(rules: pyseccomp.SyscallFilter, name: str, *arguments: pyseccomp.Arg) -> None:
    number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
    if number != _UNKNOWN:
        rules.add_rule(pyseccomp.ALLOW, number, *arguments)
