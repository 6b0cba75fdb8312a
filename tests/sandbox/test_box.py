"""What a submission can do in its box: nothing that reaches further than its own answers.

Run as root these tests go bubblewrap's root way; test_ordinary_user.py runs them the other way.
"""

import errno
import itertools
import os
import platform
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyseccomp
import pytest

from autograder.config import MIB, NUMPY, TENSORFLOW
from autograder.errors import SandboxFault, SandboxUnavailable
from autograder.sandbox import Box, BoxEnded, Ending, Sandbox, self_test
from autograder.wire import Opaque

ROOT = Path(__file__).parents[2]
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
QUICK = replace(NUMPY.limits, cell_cpu_s=1.0, call_cpu_s=1.0, idle_s=0.7)


@pytest.fixture
def box(sandbox: Sandbox) -> Iterator[Box]:
    opened = sandbox.spawn(NUMPY, QUICK)
    yield opened
    opened.close()


def run(box: Box, source: str) -> dict[str, Any]:
    return box.ask({"op": "cell", "source": source, "number": 1}, cpu_s=5)


def call(box: Box, name: str, *arguments: Any) -> dict[str, Any]:
    request = {"op": "call", "name": name, "arguments": arguments, "keywords": {}}
    return box.ask({**request, "return_arguments": False}, cpu_s=1)


def evaluate(box: Box, source: str, expression: str) -> Any:
    """Run `source` as a cell, then bring the value of `expression` out."""
    answer = run(box, f"{source}\ndef probe_(): return {expression}")
    assert answer["error"] is None, answer
    return call(box, "probe_")["value"]


def raises(box: Box, expression: str) -> str | None:
    """The type of what `expression` raises, or None."""
    source = f"def attempt_():\n    import os, socket, ctypes\n    {expression}"
    assert run(box, source)["error"] is None
    error = call(box, "attempt_").get("error")
    return error["type"] if error else None


def test_arrays_go_in_and_come_out(box: Box) -> None:
    run(box, "def twice(x): return 2 * x")
    value = call(box, "twice", np.arange(6, dtype=np.float32).reshape(2, 3))["value"]
    assert value.dtype == np.float32
    assert value.tolist() == [[0, 2, 4], [6, 8, 10]]


def test_lists_tuples_and_numbers_keep_their_types(box: Box) -> None:
    run(box, "def back(x): return x")
    value = [(1, 2.5), {"a": None}, "text", True, float("inf")]
    assert call(box, "back", value)["value"] == value


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("object()", "object"),
        ("2**70", "int of more than 64 bits"),
        ("__import__('numpy').array([object()])", "array of dtype object"),
        ("(i for i in [1])", "generator"),
        ("type('Lying', (), {})()", "Lying"),
    ],
)
def test_what_is_no_data_comes_out_as_a_name(box: Box, expression: str, name: str) -> None:
    assert evaluate(box, "", expression) == Opaque(name)


def test_no_network(box: Box) -> None:
    assert raises(box, "socket.socket()") == "PermissionError"


def test_no_new_processes(box: Box) -> None:
    assert raises(box, "os.fork()") == "PermissionError"
    assert raises(box, "__import__('subprocess').run(['true'])") == "PermissionError"
    assert raises(box, "os.execv('/usr/bin/true', ['true'])") == "PermissionError"


def test_system_calls_that_no_honest_work_needs_are_not_there(box: Box) -> None:
    names = FORBIDDEN.split()
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        "def error_of(number):\n"
        "    zero = ctypes.c_long(0)\n"
        "    done = libc.syscall(ctypes.c_long(number), zero, zero, zero, zero, zero, zero)\n"
        "    return ctypes.get_errno() if done == -1 else 0"
    )
    run(box, source)
    here = {name: number for name, number in numbers.items() if number >= 0}
    found = {name: call(box, "error_of", number)["value"] for name, number in here.items()}
    assert found == dict.fromkeys(here, errno.EPERM)


def test_call_that_is_newer_than_the_list_is_not_there(box: Box) -> None:
    source = "import ctypes; libc = ctypes.CDLL(None, use_errno=True); libc.syscall(4_000)"
    assert evaluate(box, source, "ctypes.get_errno()") == errno.EPERM


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
def test_some_of_a_call_is_not_there(box: Box, attempt: str) -> None:
    names = ("close_range", "fcntl", "clone", "getsockopt", "sendto")
    numbers = {name: pyseccomp.resolve_syscall(pyseccomp.Arch.NATIVE, name) for name in names}
    source = (
        "import ctypes; libc = ctypes.CDLL(None, use_errno=True)\n"
        f"NUMBERS = {numbers}\nsyscall = libc.syscall\n"
        f"done = {attempt}"
    )
    assert evaluate(box, source, "[done, ctypes.get_errno()]") == [-1, errno.EPERM]


def test_terminals_of_others_are_not_there(box: Box) -> None:
    assert evaluate(box, "import os", "os.listdir('/dev/pts')") == []


def test_limits_can_be_read_but_not_set(box: Box) -> None:
    limits = "__import__('resource')"
    assert raises(box, f"{limits}.getrlimit({limits}.RLIMIT_AS)") is None
    assert raises(box, f"{limits}.setrlimit({limits}.RLIMIT_AS, (1 << 20, 1 << 20))") is not None


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


def test_no_capabilities_and_no_way_to_new_privileges(box: Box) -> None:
    source = (
        "import ctypes, struct; libc = ctypes.CDLL(None)\n"
        "header = struct.pack('<II', 0x20080522, 0); sets = ctypes.create_string_buffer(24)\n"
        "libc.capget(header, sets)"
    )
    facts = "[sets.raw == bytes(24), libc.prctl(39, 0, 0, 0, 0), libc.prctl(21, 0, 0, 0, 0)]"
    assert evaluate(box, source, facts) == [True, 1, 2]  # none, no_new_privs, seccomp filter


def test_the_process_is_nobody_and_alone(box: Box) -> None:
    assert evaluate(box, "import os", "[os.getpid(), os.getuid(), os.getgid()]") == [1, 1000, 1000]
    assert evaluate(box, "", "[os.getsid(0), os.getpgrp()]") == [1, 1], "a session of its own"
    assert evaluate(box, "", "sorted(os.listdir('/proc'))") == ["cpuinfo", "meminfo", "self"]


def test_nothing_of_the_course_home_or_gradebook_is_there(box: Box) -> None:
    walk = (
        "import os\nfound = []\n"
        "for folder, folders, files in os.walk('/'):\n"
        "    found += [os.path.join(folder, f) for f in files]"
    )
    assert evaluate(box, walk, "len(found)") > 1000, "it saw Python and its packages"
    system = ("/usr/", "/dev/", "/proc/", "/etc/", "/kit/0/", f"{sys.base_prefix}/")
    others = evaluate(box, "", f"[f for f in found if not f.startswith({system})]")
    allowed = ("/kit/autograder/__init__.py", "/kit/autograder/wire.py", "/kit/autograder/inside/")
    assert others
    assert not [f for f in others if not f.startswith(allowed)]
    # nbgrader's own package ships test data of such names; ours must not be there.
    own = "[f for f in found if 'nbgrader/' not in f and ('check_dot' in f or 'gradebook.db' in f)]"
    assert evaluate(box, "", own) == []
    assert os.path.expanduser("~") not in evaluate(box, "", "list(os.environ.values())")


def test_only_the_streams_and_the_request_socket_are_open(box: Box) -> None:
    source = (
        "import os\ndef is_open(number):\n"
        "    try: os.fstat(number)\n"
        "    except OSError: return False\n"
        "    return True"
    )
    assert evaluate(box, source, "[n for n in range(256) if is_open(n)]") == [0, 1, 2, 3]


def test_system_is_read_only(box: Box) -> None:
    for path in ("/x", "/usr/x", "/etc/x", "/kit/x", "/proc/x", "/dev/x", "/kit/0/site-packages/x"):
        assert raises(box, f"open({path!r}, 'w')") in ("OSError", "PermissionError")


def test_tmp_is_bounded(box: Box) -> None:
    assert raises(box, "open('/tmp/big', 'wb').write(bytes(80 << 20))") == "OSError"
    halves = "[open(f'/tmp/{name}', 'wb').write(bytes(40 << 20)) for name in 'ab']"
    assert raises(box, halves) == "OSError", "not only each file, but all of them"
    assert raises(box, "open('/dev/shm/big', 'wb').write(bytes(4 << 20))") == "OSError"


def test_number_of_files_is_bounded(box: Box) -> None:
    assert raises(box, "[open(f'/tmp/{i}', 'w').close() for i in range(5000)]") == "OSError"


def test_files_left_behind_are_gone_for_the_next(sandbox: Sandbox, box: Box) -> None:
    run(box, "open('/tmp/answer', 'w').write('42'); open('/dev/shm/answer', 'w').write('42')")
    other = sandbox.spawn(NUMPY, QUICK)
    try:
        assert evaluate(other, "import os", "os.listdir('/tmp') + os.listdir('/dev/shm')") == []
    finally:
        other.close()


def test_memory_is_bounded(box: Box) -> None:
    assert raises(box, "bytearray(3 << 30)") == "MemoryError"


def test_open_files_and_threads_are_bounded(box: Box) -> None:
    assert raises(box, "[open('/dev/null') for _ in range(999)]") == "OSError"
    threads = (
        "import threading, time\n"
        "threading.stack_size(1 << 16)  # so that it is not memory that ends this\n"
        "started = 0\n"
        "try:\n"
        "    while started < 999:\n"
        "        threading.Thread(target=time.sleep, args=(9,), daemon=True).start()\n"
        "        started += 1\n"
        "except RuntimeError: pass"
    )
    assert 0 < evaluate(box, threads, "started") < QUICK.threads


def test_endless_loop_is_a_timeout(box: Box) -> None:
    with pytest.raises(BoxEnded, match="still computing") as ended:
        box.ask({"op": "cell", "source": "while True: pass", "number": 1}, cpu_s=0.3)
    assert ended.value.ending is Ending.TIMEOUT


def test_processor_time_is_known_while_it_runs_and_afterwards(box: Box) -> None:
    run(box, "import time\nend = time.process_time() + 0.2\nwhile time.process_time() < end: pass")
    used = box.cpu_s
    assert 0.2 <= used < 5
    with pytest.raises(BoxEnded):
        run(box, "import os\nos._exit(0)")
    assert box.cpu_s > used


def test_sleeper_is_a_timeout(box: Box) -> None:
    with pytest.raises(BoxEnded, match="did nothing") as ended:
        run(box, "import time; time.sleep(1000)")
    assert ended.value.ending is Ending.TIMEOUT


def test_total_processor_time_is_bounded_by_the_kernel(sandbox: Sandbox) -> None:
    box = sandbox.spawn(NUMPY, replace(QUICK, total_cpu_s=1))
    with pytest.raises(BoxEnded, match="processor time in all") as ended:
        box.ask({"op": "cell", "source": "while True: pass", "number": 1}, cpu_s=60)
    box.close()
    assert ended.value.ending is Ending.TIMEOUT


@pytest.mark.parametrize("code", [0, 1])
def test_ending_itself_is_a_crash_whatever_the_exit_status(box: Box, code: int) -> None:
    with pytest.raises(BoxEnded) as ended:
        run(box, f"import os; os._exit({code})")
    assert (ended.value.ending, ended.value.message) == (Ending.CRASHED, "the process ended itself")


def test_crash_of_the_interpreter_is_told_by_its_signal(box: Box) -> None:
    with pytest.raises(BoxEnded, match="signal 11"):
        run(box, "import ctypes; ctypes.string_at(0)")


@pytest.mark.parametrize("victims", ["0", "-1", "os.getppid()"])
def test_signals_reach_nobody_else(sandbox: Sandbox, box: Box, victims: str) -> None:
    other = sandbox.spawn(NUMPY, QUICK)
    try:
        try:
            run(box, f"import os, signal\nos.kill({victims}, signal.SIGKILL)")
        except BoxEnded:
            pass
        assert evaluate(other, "", "1 + 1") == 2
        third = sandbox.spawn(NUMPY, QUICK)
        assert evaluate(third, "", "1 + 1") == 2
        third.close()
    finally:
        other.close()


def test_output_flood_is_cut_and_is_no_timeout(box: Box) -> None:
    answer = run(box, "for _ in range(2000): print('x' * 10_000)")
    assert answer["error"] is None
    assert 0 < len(box.take_output()) <= QUICK.output_bytes


@pytest.mark.parametrize(
    "forged",
    [
        "b'no frame at all, but long enough for a prefix'",
        "struct.pack('<IQ', 10, 1 << 60) + b'0123456789'",
        "struct.pack('<IQ', 1 << 31, 0)",
        """struct.pack('<IQ', 46, 0) + b'{"d":[["id",99],["status","ok"],["value",1.0]]}' """,
    ],
)
def test_bytes_on_the_socket_end_only_the_forger(sandbox: Sandbox, box: Box, forged: str) -> None:
    forge = f"import os, struct\nos.write(3, {forged})\nos.write(3, bytes(64))"
    with pytest.raises(BoxEnded) as ended:
        run(box, forge)
    assert ended.value.ending is Ending.CRASHED
    other = sandbox.spawn(NUMPY, QUICK)
    assert evaluate(other, "", "1 + 1") == 2
    other.close()


@pytest.mark.parametrize(
    "answer",
    [
        "{'id': np.array([1, 1]), 'status': 'ok'}",
        "{'id': True, 'status': 'ok'}",
        "{'id': 1, 'status': np.array(['ok', 'ok']) == 'ok'}",
        "{'id': 1}",
        "[1, 'ok']",
    ],
)
def test_well_formed_frame_with_the_wrong_types_is_no_answer(box: Box, answer: str) -> None:
    forge = (
        "import os, numpy as np\nfrom autograder import wire\n"
        f"first, rest = wire.encode({answer})\n"
        "os.write(3, first + b''.join(map(bytes, rest)))"
    )
    with pytest.raises(BoxEnded, match="not the one asked for"):
        run(box, forge)


def test_text_comes_out_printable(box: Box) -> None:
    assert evaluate(box, "", r"'a\udc80b'") == "a?b"


def test_bytes_that_keep_dripping_in_do_not_stop_the_clock(box: Box) -> None:
    drip = (
        "import os, struct, time\nos.write(3, struct.pack('<IQ', 8 << 20, 0))\n"
        "while True:\n    os.write(3, b' ')\n    time.sleep(0.01)"
    )
    with pytest.raises(BoxEnded, match="did nothing"):
        run(box, drip)


def test_clock_that_leaps_ahead_is_no_timeout(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As when the grader was stopped, or the whole machine, while the submission napped."""
    box = sandbox.spawn(NUMPY)

    class Leaping:
        clock_gettime, looks = staticmethod(time.clock_gettime), itertools.count()

        def monotonic(self) -> float:
            return time.monotonic() + (3600 if next(self.looks) >= 3 else 0)

    monkeypatch.setattr("autograder.sandbox.clock.time", Leaping())
    run(box, "import time; time.sleep(0.4)")
    box.close()


def test_many_short_sleeps_are_bounded_in_all(sandbox: Sandbox) -> None:
    box = sandbox.spawn(NUMPY, replace(QUICK, total_idle_s=1.0))
    run(box, "import time")

    def sleep_often() -> None:
        for _ in range(9):
            run(box, "time.sleep(0.5)")

    with pytest.raises(BoxEnded, match="in all") as ended:
        sleep_often()
    box.close()
    assert ended.value.ending is Ending.TIMEOUT


def test_closing_the_socket_is_a_crash(box: Box) -> None:
    with pytest.raises(BoxEnded) as ended:
        run(box, "import os; os.close(3)")
    assert ended.value.ending is Ending.CRASHED


def test_reply_too_large_ends_the_submission(sandbox: Sandbox) -> None:
    box = sandbox.spawn(NUMPY, replace(QUICK, reply_bytes=1 * MIB))
    run(box, "import numpy as np\ndef big(): return np.zeros(1 << 20)")
    with pytest.raises(BoxEnded, match="far too large"):
        call(box, "big")
    box.close()


def test_ended_box_is_not_asked_again(box: Box) -> None:
    with pytest.raises(BoxEnded):
        run(box, "import os; os._exit(0)")
    with pytest.raises(SandboxFault):
        run(box, "1")


def test_dead_fork_server_is_replaced() -> None:
    with Sandbox(ROOT) as sandbox:
        sandbox.spawn(NUMPY).close()
        server = sandbox._servers[NUMPY]
        server._process.kill()
        server._process.wait()
        box = sandbox.spawn(NUMPY)
        assert evaluate(box, "", "1 + 1") == 2
        box.close()


def test_everything_is_gone_when_the_host_is_killed() -> None:
    code = (
        "import os, sys, time\nfrom pathlib import Path\n"
        "from autograder.config import NUMPY\nfrom autograder.sandbox import Sandbox\n"
        f"s = Sandbox(Path({str(ROOT)!r})); b = s.spawn(NUMPY)\n"
        "print(s._servers[NUMPY]._process.pid, b.pid, flush=True); time.sleep(60)"
    )
    host = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert host.stdout is not None
    pids = [int(pid) for pid in host.stdout.readline().split()]
    assert all(Path(f"/proc/{pid}").exists() for pid in pids)
    host.kill()
    host.wait()
    host.stdout.close()
    deadline = time.monotonic() + 20
    while any(_lives(pid) for pid in pids) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in ("Z", "X")


def test_self_test_accepts_this_machine() -> None:
    self_test(ROOT)


def test_missing_bubblewrap_is_said_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nonexistent")
    with pytest.raises(SandboxUnavailable, match="bubblewrap"):
        self_test(ROOT)


def test_tensorflow_trains_saves_and_loads_in_a_forked_box(sandbox: Sandbox) -> None:
    box = sandbox.spawn(TENSORFLOW)
    source = """
import keras, numpy as np
keras.utils.set_random_seed(0)
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("sgd", "mse")
x = np.ones((8, 3), "float32")
model.fit(x, x[:, :1], verbose=0)
model.save("/tmp/model.keras")
again = keras.models.load_model("/tmp/model.keras")
same = bool(np.array_equal(model.predict(x, verbose=0), again.predict(x, verbose=0)))
"""
    answer = box.ask({"op": "cell", "source": source, "number": 1}, cpu_s=60)
    assert answer["error"] is None
    assert call(box, "same").get("status") == "raised"  # it is there, and no function
    assert evaluate(box, "", "same") is True
    box.close()


def test_two_boxes_of_one_server_do_not_share_memory(sandbox: Sandbox, box: Box) -> None:
    run(box, "import numpy; numpy.secret = 1")
    other = sandbox.spawn(NUMPY, QUICK)
    assert evaluate(other, "import numpy", "hasattr(numpy, 'secret')") is False
    other.close()
