"""Every mechanism is tested: with it switched off, a test of what it guarantees fails.

The kit is copied, one line of the copy is changed, and the test is run with the copy.
"""

from pathlib import Path

import pytest

from tests.altered import Change, altered_kit, run_test

BOX = "tests/sandbox/test_box.py"
CAGE, STEPS = "inside/cage.py", "inside/steps.py"


def without(file: str, old: str, new: str = "pass") -> Change:
    return Change(file=file, old=old, new=new)


# name: (what is switched off, the test that must notice)
MECHANISMS = {
    "seccomp": (
        without(CAGE, "    _load_seccomp(seccomp)\n", ""),
        f"{BOX}::test_system_calls_that_no_honest_work_needs_are_not_there",
    ),
    "a list of allowed calls, not of forbidden ones": (
        without(
            "sandbox/seccomp.py",
            "SyscallFilter(pyseccomp.ERRNO(errno.EPERM))",
            "SyscallFilter(pyseccomp.LOG)",
        ),
        f"{BOX}::test_call_that_is_newer_than_the_list_is_not_there",
    ),
    "threads only": (
        without("sandbox/seccomp.py", "pyseccomp.EQ, _THREAD", "pyseccomp.GE, 0"),
        f"{BOX}::test_no_new_processes",
    ),
    "a session of its own": (
        without(STEPS, "os.setsid()", "None"),
        f"{BOX}::test_the_process_is_nobody_and_alone",
    ),
    "a process namespace of its own": (
        without(CAGE, "| _CLONE_NEWPID |", "|"),
        f"{BOX}::test_the_process_is_nobody_and_alone",
    ),
    "a network namespace of its own": (
        without(CAGE, "_CLONE_NEWPID | _CLONE_NEWNET", "_CLONE_NEWPID"),
        "tests/sandbox/test_namespaces.py",
    ),
    "an IPC namespace of its own": (
        without(CAGE, "flags | _CLONE_NEWIPC |", "flags |"),
        "tests/sandbox/test_namespaces.py",
    ),
    "a bounded /tmp": (
        without(CAGE, "size={limits['tmp_bytes']},", ""),
        f"{BOX}::test_tmp_is_bounded",
    ),
    "a bounded number of files": (
        without(CAGE, "nr_inodes={limits['tmp_inodes']},", ""),
        f"{BOX}::test_number_of_files_is_bounded",
    ),
    "a /tmp of its own": (
        without(CAGE, '_mount("/tmp", "tmpfs", plain, room)'),
        f"{BOX}::test_files_left_behind_are_gone_for_the_next",
    ),
    "a /dev/shm of its own": (
        without(CAGE, 'plain | _MS_NOEXEC, "size=1m,nr_inodes=64,mode=1777"', "plain, None"),
        f"{BOX}::test_tmp_is_bounded",
    ),
    "a stand-in for /proc": (
        without(CAGE, '_mount("/proc", "tmpfs", plain', '_mount("/dev/shm", "tmpfs", plain'),
        f"{BOX}::test_the_process_is_nobody_and_alone",
    ),
    "dropped capabilities": (
        without(CAGE, "    _drop_capabilities()\n", ""),
        f"{BOX}::test_no_capabilities_and_no_way_to_new_privileges",
    ),
    "closed descriptors": (
        without(CAGE, "_libc.close_range(ctypes.c_uint(REQUEST_FD + 1)", "(lambda *_: 0)(0"),
        f"{BOX}::test_only_the_streams_and_the_request_socket_are_open",
    ),
    "bounded memory": (
        without(
            CAGE,
            '(resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"]),',
            "",
        ),
        f"{BOX}::test_memory_is_bounded",
    ),
    "bounded threads": (
        without(CAGE, '(resource.RLIMIT_NPROC, limits["threads"], limits["threads"]),', ""),
        f"{BOX}::test_open_files_and_threads_are_bounded",
    ),
    "bounded descriptors": (
        without(CAGE, '(resource.RLIMIT_NOFILE, limits["open_files"], limits["open_files"]),', ""),
        f"{BOX}::test_open_files_and_threads_are_bounded",
    ),
    "processor time in all, held by the kernel": (
        without(CAGE, "(resource.RLIMIT_CPU, cpu, cpu + 2),", ""),
        f"{BOX}::test_total_processor_time_is_bounded_by_the_kernel",
    ),
    "bounded idle time in all": (
        without("sandbox/box.py", "usage.idle_s > self._limits.total_idle_s", "usage.idle_s > 60"),
        f"{BOX}::test_many_short_sleeps_are_bounded_in_all",
    ),
    "bounded replies": (
        without("sandbox/box.py", "max_body=self._limits.reply_bytes", "max_body=1 << 40"),
        f"{BOX}::test_reply_too_large_ends_the_submission",
    ),
    "answers with the number of their request": (
        without("sandbox/box.py", "if type(answer) is not dict or not", "if type(answer) is not"),
        f"{BOX}::test_well_formed_frame_with_the_wrong_types_is_no_answer",
    ),
    "bounded output": (
        without("sandbox/box.py", "self._limits.output_bytes", "(1 << 40)"),
        f"{BOX}::test_output_flood_is_cut_and_is_no_timeout",
    ),
    "judging without a network": (
        without("grading/process.py", "            rules.add_rule(", "            str("),
        "tests/sandbox/test_judging.py::test_check_has_no_network",
    ),
    "judging in bounded memory": (
        without("grading/process.py", "    _lower(resource.RLIMIT_AS, JUDGING_MEMORY_BYTES)\n", ""),
        "tests/sandbox/test_judging.py::test_check_has_bounded_memory",
    ),
    "a white-list of dtypes": (
        without("wire.py", '"|u1", "<u2", "<u4", "<u8"', '"|u1", "<u2", "<u4", "<u8", "|O"'),
        "tests/unit/test_wire.py",
    ),
}


@pytest.mark.parametrize("name", MECHANISMS)
def test_without_it_a_test_fails(name: str, tmp_path: Path) -> None:
    change, test = MECHANISMS[name]
    done = run_test(altered_kit(tmp_path, change), test)
    assert done.returncode == 1, f"{test} did not notice:\n{done.stdout[-3000:]}"
    assert " failed" in done.stdout


def test_unchanged_copy_passes(tmp_path: Path) -> None:
    """So that it is the change that a test notices, and not the copy."""
    for test in (f"{BOX}::test_the_process_is_nobody_and_alone", "tests/unit/test_wire.py"):
        done = run_test(altered_kit(tmp_path / Path(test).stem), test)
        assert done.returncode == 0, done.stdout[-3000:]
