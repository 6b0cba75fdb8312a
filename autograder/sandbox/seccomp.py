"""Trusted side, pure. The system calls that a submission may not make, as a BPF program.

It is compiled out here, so that nothing inside needs libseccomp; inside only loads the bytes.
"""

import errno
import tempfile
from functools import cache

import pyseccomp

_CLONE_THREAD = 0x00010000
_PR_SET_PDEATHSIG = 1
_TIOCSTI = 0x5412
_UNKNOWN = -1  # libseccomp's answer for a call that neither it nor this architecture has

# Grouped by what a submission would want them for.
_DENIED = """
    ptrace process_vm_readv process_vm_writev process_madvise pidfd_open pidfd_getfd kcmp
    pidfd_send_signal
    fork vfork execve execveat
    unshare setns mount umount2 pivot_root chroot move_mount fsopen fsmount fsconfig fspick
    open_tree mount_setattr
    socket socketpair connect bind listen accept accept4
    keyctl add_key request_key bpf perf_event_open userfaultfd
    io_uring_setup io_uring_enter io_uring_register
    open_by_handle_at name_to_handle_at
    init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff
    acct quotactl quotactl_fd syslog personality
    memfd_create memfd_secret shmget shmat shmctl msgget semget mq_open
    iopl ioperm lookup_dcookie nfsservctl
    settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname vhangup
    fanotify_init inotify_init inotify_init1
    migrate_pages move_pages mbind set_mempolicy mlock mlock2 mlockall
    setuid setgid setresuid setresgid setgroups setreuid setregid setfsuid setfsgid capset
    setsid setpgid
    landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp
    preadv2 pwritev2 mincore cachestat fadvise64 readahead
    mknod mknodat chown fchown lchown fchownat
""".split()


@cache
def seccomp_program() -> bytes:
    """The filter as BPF instructions of 8 bytes each, for this machine's architecture."""
    rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
    denied = pyseccomp.ERRNO(errno.EPERM)
    for name in _DENIED:
        number = pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name)
        if number != _UNKNOWN:
            rules.add_rule(denied, number)
    # glibc falls back to clone, whose flags a filter can read, when clone3 does not exist.
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), "clone3")
    rules.add_rule(denied, "clone", pyseccomp.Arg(0, pyseccomp.MASKED_EQ, _CLONE_THREAD, 0))
    rules.add_rule(denied, "prctl", pyseccomp.Arg(0, pyseccomp.EQ, _PR_SET_PDEATHSIG))
    rules.add_rule(denied, "ioctl", pyseccomp.Arg(1, pyseccomp.MASKED_EQ, 0xFFFFFFFF, _TIOCSTI))
    with tempfile.TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return file.read()
