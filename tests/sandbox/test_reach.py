"""What a submission cannot reach from its box: other processes, files, the network, the kernel."""

import errno
import platform
import sys
from pathlib import Path

import pyseccomp
import pytest

from autograder.config import NUMPY
from autograder.sandbox import Box, BoxEnded, Ending, Sandbox
from tests.sandbox.boxes import QUICK, call, evaluate, raises, run

FORBIDDEN = """
ptrace process_vm_readv process_vm_writev process_madvise pidfd_open pidfd_getfd kcmp
kill tkill pidfd_send_signal rt_sigqueueinfo rt_tgsigqueueinfo
fork vfork execve execveat clone wait4 waitid
unshare setns mount umount2 pivot_root chroot move_mount fsopen fsmount fsconfig fspick open_tree
socket socketpair connect bind listen accept accept4 sendmsg recvmsg sendmmsg recvmmsg setsockopt
keyctl add_key request_key bpf perf_event_open userfaultfd
io_uring_setup io_uring_enter io_uring_register io_setup io_submit
open_by_handle_at name_to_handle_at fanotify_init inotify_init1
init_module finit_module delete_module kexec_load reboot swapon swapoff acct quotactl syslog
memfd_create memfd_secret shmget shmat shmctl msgget semget mq_open remap_file_pages
personality iopl ioperm lookup_dcookie modify_ldt arch_prctl
settimeofday clock_settime adjtimex clock_adjtime sethostname setdomainname vhangup
migrate_pages move_pages mbind set_mempolicy mlock mlock2 mlockall
setuid setgid setresuid setresgid setgroups setreuid setregid setfsuid setfsgid capset
setsid setpgid setpriority sched_setaffinity sched_setscheduler sched_setparam sched_setattr
landlock_create_ruleset landlock_add_rule landlock_restrict_self seccomp
preadv2 pwritev2 mincore cachestat fadvise64 readahead vmsplice splice tee
mknod mknodat chown fchown lchown fchownat setxattr lsetxattr fsetxattr setrlimit
flock
"""


def test_no_network(shared_box: Box) -> None:
    assert raises(shared_box, "socket.socket()") == "PermissionError"


def test_no_new_processes(shared_box: Box) -> None:
    assert raises(shared_box, "__import__('posix').fork()") == "PermissionError", "not os.fork"
    assert raises(shared_box, "__import__('subprocess').run(['true'])") == "PermissionError"
    assert raises(shared_box, "os.execv('/usr/bin/true', ['true'])") == "PermissionError"


def test_system_calls_that_no_honest_work_needs_are_not_there(shared_box: Box) -> None:
    names = FORBIDDEN.split()
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        "def error_of(number):\n"
        "    zero = ctypes.c_long(0)\n"
        "    done = libc.syscall(ctypes.c_long(number), zero, zero, zero, zero, zero, zero)\n"
        "    return ctypes.get_errno() if done == -1 else 0"
    )
    run(shared_box, source)
    here = {name: number for name, number in numbers.items() if number >= 0}
    found = {name: call(shared_box, "error_of", number)["value"] for name, number in here.items()}
    assert found == dict.fromkeys(here, errno.EPERM)


def test_call_that_is_newer_than_the_list_is_not_there(shared_box: Box) -> None:
    source = "import ctypes; libc = ctypes.CDLL(None, use_errno=True); libc.syscall(4_000)"
    assert evaluate(shared_box, source, "ctypes.get_errno()") == errno.EPERM


@pytest.mark.parametrize(
    "attempt",
    [
        # A second table of descriptors, and locks: memory of the kernel's that nobody counts.
        "syscall(NUMBERS['close_range'], 100, 200, 2)",
        "syscall(NUMBERS['fcntl'], 0, 6, None)",
        "syscall(NUMBERS['fcntl'], 0, 36, None)",
        # A thread whose caller sleeps as if it waited for a disk; a thread in new namespaces.
        "syscall(NUMBERS['clone'], 0x3D0F00 | 0x4000, None, None, None, None)",
        "syscall(NUMBERS['clone'], 0x3D0F00 | 0x10000000, None, None, None, None)",
        # Who is at the other end of the socket, and bytes that overtake others.
        "syscall(NUMBERS['getsockopt'], 3, 1, 77, None, None)",
        "syscall(NUMBERS['sendto'], 3, b'x', 1, 1, None, 0)",
    ],
)
def test_some_of_a_call_is_not_there(shared_box: Box, attempt: str) -> None:
    names = ("close_range", "fcntl", "clone", "getsockopt", "sendto")
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"NUMBERS = {numbers}\nsyscall = libc.syscall\n"
        f"done = {attempt}"
    )
    assert evaluate(shared_box, source, "[done, ctypes.get_errno()]") == [-1, errno.EPERM]


def test_terminals_of_others_are_not_there(shared_box: Box) -> None:
    assert evaluate(shared_box, "import os", "os.listdir('/dev/pts')") == []


def test_limits_can_be_read_but_not_set(shared_box: Box) -> None:
    limits = "__import__('resource')"
    assert raises(shared_box, f"{limits}.getrlimit({limits}.RLIMIT_AS)") is None
    assert (
        raises(shared_box, f"{limits}.setrlimit({limits}.RLIMIT_AS, (1 << 20, 1 << 20))")
        is not None
    )


def test_call_of_another_architecture_ends_the_process(box: Box) -> None:
    """As `int 0x80` would reach a 32-bit call that the filter's numbers do not mean."""
    if platform.machine() != "x86_64":
        pytest.skip("only x86-64 has a second ABI of its own")
    code = (
        "import ctypes, mmap\n"
        "code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)\n"
        "code.write(bytes.fromhex('b814000000cd80c3'))  # getpid() of 32 bits\n"
        "address = ctypes.addressof(ctypes.c_char.from_buffer(code))\n"
        "print(ctypes.CFUNCTYPE(ctypes.c_int)(address)())"
    )
    with pytest.raises(BoxEnded) as ended:
        run(box, code)
    assert ended.value.ending is Ending.CRASHED
    assert box.take_output() == ""


def test_no_capabilities_and_no_way_to_new_privileges(shared_box: Box) -> None:
    source = (
        "import ctypes, struct; libc = ctypes.CDLL(None)\n"
        "header = struct.pack('<II', 0x20080522, 0); sets = ctypes.create_string_buffer(24)\n"
        "libc.capget(header, sets)"
    )
    facts = "[sets.raw == bytes(24), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0)]"
    assert evaluate(shared_box, source, facts) == [True, 1, 2]  # none, no_new_privs, seccomp filter


def test_nothing_of_the_course_home_or_gradebook_is_there(shared_box: Box) -> None:
    walk = (
        "import os\nfound = []\n"
        "for folder, folders, files in os.walk('/'):\n"
        "    found += [os.path.join(folder, f) for f in files]"
    )
    assert evaluate(shared_box, walk, "len(found)") > 1000, "it saw Python and its packages"
    system = ("/usr/", "/dev/", "/proc/", "/etc/", "/kit/0/", f"{sys.base_prefix}/")
    others = evaluate(shared_box, "", f"[f for f in found if not f.startswith({system})]")
    allowed = ("/kit/autograder/__init__.py", "/kit/autograder/wire.py", "/kit/autograder/inside/")
    assert others
    assert not [f for f in others if not f.startswith(allowed)]
    # nbgrader's own package ships test data of such names; ours must not be there.
    own = "[f for f in found if 'nbgrader/' not in f and ('check_dot' in f or 'gradebook.db' in f)]"
    assert evaluate(shared_box, "", own) == []
    assert str(Path.home()) not in evaluate(shared_box, "", "list(os.environ.values())")


def test_only_the_streams_and_the_request_socket_are_open(shared_box: Box) -> None:
    source = (
        "import os\ndef is_open(number):\n"
        "    try: os.fstat(number)\n"
        "    except OSError: return False\n"
        "    return True"
    )
    assert evaluate(shared_box, source, "[n for n in range(256) if is_open(n)]") == [0, 1, 2, 3]


def test_system_is_read_only(shared_box: Box) -> None:
    for path in ("/x", "/usr/x", "/etc/x", "/kit/x", "/proc/x", "/dev/x", "/kit/0/site-packages/x"):
        assert raises(shared_box, f"open({path!r}, 'w')") in ("OSError", "PermissionError")


def test_files_left_behind_are_gone_for_the_next(tiered: Sandbox, box: Box) -> None:
    run(box, "open('/tmp/answer', 'w').write('42'); open('/dev/shm/answer', 'w').write('42')")
    other = tiered.spawn(NUMPY, QUICK)
    try:
        assert evaluate(other, "import os", "os.listdir('/tmp') + os.listdir('/dev/shm')") == []
    finally:
        other.close()


def test_two_boxes_of_one_server_do_not_share_memory(tiered: Sandbox, box: Box) -> None:
    run(box, "import numpy; numpy.secret = 1")
    other = tiered.spawn(NUMPY, QUICK)
    assert evaluate(other, "import numpy", "hasattr(numpy, 'secret')") is False
    other.close()


@pytest.mark.parametrize("victims", ["0", "-1", "os.getppid()"])
def test_signals_reach_nobody_else(tiered: Sandbox, box: Box, victims: str) -> None:
    other = tiered.spawn(NUMPY, QUICK)
    try:
        try:
            run(box, f"import os, signal\nos.kill({victims}, signal.SIGKILL)")
        except BoxEnded:
            pass
        assert evaluate(other, "", "1 + 1") == 2
        third = tiered.spawn(NUMPY, QUICK)
        assert evaluate(third, "", "1 + 1") == 2
        third.close()
    finally:
        other.close()
