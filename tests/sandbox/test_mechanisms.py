"""Every mechanism is tested: with it switched off, a test of what it guarantees fails.

One line of the kit is changed. Then the test is called with a box of the changed kit; with a box of
the unchanged kit it passes.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
from _pytest.mark import ParameterSet

from autograder.config import NUMPY
from autograder.sandbox import Box, BoxEnded, Sandbox
from tests.altered import Change, alter_here, altered_kit
from tests.conftest import ROOT
from tests.sandbox import test_answers as answers
from tests.sandbox import test_judging as judging
from tests.sandbox import test_limits as limits
from tests.sandbox import test_namespaces as namespaces
from tests.sandbox import test_reach as reach
from tests.sandbox import test_tiers as tiers
from tests.sandbox.boxes import QUICK, evaluate
from tests.sandbox.conftest import Judge
from tests.unit import test_wire

CAGE, STEPS = "inside/cage.py", "inside/steps.py"
STAND_IN = """
    _mount("/proc", "tmpfs", plain | _MS_NOEXEC, "size=1m,nr_inodes=64,mode=755")
    stand_in_for_proc(proc)
    _mount("/proc", None, _MS_REMOUNT | _MS_RDONLY | plain | _MS_NOEXEC)
"""
Claim = Callable[..., None]
UNSEALED = (AssertionError, pytest.fail.Exception, BoxEnded)  # how a test says that it is not so


def without(file: str, old: str, new: str = "pass") -> Change:
    return Change(file=file, old=old, new=new)


# name: (what is switched off, the test that must notice)
INSIDE: dict[str, tuple[Change, Claim]] = {
    "seccomp": (
        without(CAGE, "    _load_seccomp(seccomp)\n", ""),
        reach.test_system_calls_that_no_honest_work_needs_are_not_there,
    ),
    "a session of its own": (
        without(STEPS, "os.setsid()", "None"),
        tiers.test_the_process_is_nobody_and_alone,
    ),
    "a process namespace of its own": (
        without(CAGE, "| _CLONE_NEWPID |", "|"),
        tiers.test_the_process_is_nobody_and_alone,
    ),
    "a network namespace of its own": (
        without(CAGE, "_CLONE_NEWPID | _CLONE_NEWNET", "_CLONE_NEWPID"),
        namespaces.test_box_has_every_namespace_for_itself,
    ),
    "an IPC namespace of its own": (
        without(CAGE, "flags | _CLONE_NEWIPC |", "flags |"),
        namespaces.test_box_has_every_namespace_for_itself,
    ),
    "a bounded /tmp": (
        without(CAGE, "size={limits['tmp_bytes']},", ""),
        limits.test_tmp_is_bounded,
    ),
    "a bounded number of files": (
        without(CAGE, "nr_inodes={limits['tmp_inodes']},", ""),
        tiers.test_number_of_files_is_bounded,
    ),
    "a /tmp of its own": (
        without(CAGE, '_mount("/tmp", "tmpfs", plain, bounds)'),
        reach.test_files_left_behind_are_gone_for_the_next,
    ),
    "a /dev/shm of its own": (
        without(CAGE, 'plain | _MS_NOEXEC, "size=1m,nr_inodes=64,mode=1777"', "plain, None"),
        limits.test_tmp_is_bounded,
    ),
    "a stand-in for /proc": (
        without(CAGE, STAND_IN, ""),
        tiers.test_the_process_is_nobody_and_alone,
    ),
    "dropped capabilities": (
        without(CAGE, "    _drop_capabilities()\n", ""),
        reach.test_no_capabilities_and_no_way_to_new_privileges,
    ),
    "closed descriptors": (
        without(CAGE, "_libc.close_range(ctypes.c_uint(REQUEST_FD + 1)", "(lambda *_: 0)(0"),
        reach.test_only_the_streams_and_the_request_socket_are_open,
    ),
    "bounded memory": (
        without(
            CAGE,
            '(resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"]),',
            "",
        ),
        limits.test_memory_is_bounded,
    ),
    "bounded threads": (
        without(CAGE, '(resource.RLIMIT_NPROC, limits["threads"], limits["threads"]),', ""),
        limits.test_open_files_and_threads_are_bounded,
    ),
    "bounded descriptors": (
        without(CAGE, '(resource.RLIMIT_NOFILE, limits["open_files"], limits["open_files"]),', ""),
        limits.test_open_files_and_threads_are_bounded,
    ),
    "processor time in all, held by the kernel": (
        without(CAGE, "(resource.RLIMIT_CPU, cpu, cpu + 2),", ""),
        limits.test_total_processor_time_is_bounded_by_the_kernel,
    ),
}
OUTSIDE: dict[str, tuple[Change, Claim]] = {
    "a list of allowed calls, not of forbidden ones": (
        without(
            "sandbox/seccomp.py",
            "SyscallFilter(pyseccomp.ERRNO(errno.EPERM))",
            "SyscallFilter(pyseccomp.LOG)",
        ),
        reach.test_call_that_is_newer_than_the_list_is_not_there,
    ),
    "threads only": (
        without("sandbox/seccomp.py", "pyseccomp.EQ, _THREAD", "pyseccomp.GE, 0"),
        reach.test_no_new_processes,
    ),
    "bounded idle time in all": (
        without("sandbox/channel.py", "usage.idle_s > limits.total_idle_s", "usage.idle_s > 60"),
        limits.test_many_short_sleeps_are_bounded_in_all,
    ),
    "bounded replies": (
        without("sandbox/channel.py", "max_body=self._limits.reply_bytes", "max_body=1 << 40"),
        limits.test_reply_too_large_ends_the_submission,
    ),
    "answers of the right types, with the number of their request": (
        without("sandbox/box.py", " or not _answers(answer, self._asked)", ""),
        partial(
            answers.test_well_formed_frame_with_the_wrong_types_is_no_answer,
            answer="{'id': True, 'status': 'ok'}",
        ),
    ),
    "bounded output": (
        without("sandbox/box.py", "Output(output, limits.output_bytes)", "Output(output, 1 << 40)"),
        limits.test_output_flood_is_cut_and_is_no_timeout,
    ),
    "a white-list of dtypes": (
        without("wire.py", '"|u1", "<u2", "<u4", "<u8"', '"|u1", "<u2", "<u4", "<u8", "<c16"'),
        partial(test_wire.test_what_is_no_data_cannot_be_sent, np.zeros(2, "c16")),
    ),
}
JUDGING: dict[str, tuple[Change, Claim]] = {
    "judging without a network": (
        without("grading/process.py", "            rules.add_rule(", "            str("),
        judging.test_check_has_no_network,
    ),
    "judging in bounded memory": (
        without("grading/process.py", "    _lower(resource.RLIMIT_AS, JUDGING_MEMORY_BYTES)\n", ""),
        judging.test_check_has_bounded_memory,
    ),
}
NEEDS_ROOT = namespaces.test_box_has_every_namespace_for_itself


def claims(mechanisms: dict[str, tuple[Change, Claim]]) -> list[ParameterSet]:
    """The parameters of a test; an ordinary user cannot look into a sealed process."""
    as_user = pytest.mark.skipif(os.geteuid() != 0, reason="only root may look")
    return [
        pytest.param(change, claim, id=name, marks=[as_user] if claim is NEEDS_ROOT else [])
        for name, (change, claim) in mechanisms.items()
    ]


@contextmanager
def given_boxes(claim: Claim, sandbox: Sandbox) -> Iterator[Claim]:
    """The test, with the sandbox and the boxes that it asks for; each box has served before."""
    given: dict[str, Sandbox | Box] = {}
    with ExitStack() as boxes:
        for name in signature(claim).parameters:
            if name in ("sandbox", "tiered"):
                given[name] = sandbox
            elif name.endswith("box"):
                box = boxes.enter_context(closing(sandbox.spawn(NUMPY, QUICK)))
                assert evaluate(box, "", "1 + 1") == 2
                given[name] = box
        yield partial(claim, **given)


@pytest.mark.parametrize(("change", "claim"), claims(INSIDE))
def test_without_it_inside_a_test_fails(
    change: Change, claim: Claim, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kit = altered_kit(tmp_path, change)
    monkeypatch.setattr("autograder.sandbox.policy.PACKAGE", kit / "autograder")
    with Sandbox(ROOT) as sandbox, given_boxes(claim, sandbox) as test, pytest.raises(UNSEALED):
        test()


@pytest.mark.parametrize(("change", "claim"), claims(OUTSIDE))
def test_without_it_outside_a_test_fails(
    change: Change, claim: Claim, monkeypatch: pytest.MonkeyPatch
) -> None:
    alter_here(change, monkeypatch)
    with Sandbox(ROOT) as sandbox, given_boxes(claim, sandbox) as test, pytest.raises(UNSEALED):
        test()


@pytest.mark.parametrize(("change", "claim"), claims(JUDGING))
def test_without_it_where_is_judged_a_test_fails(
    change: Change, claim: Claim, judged: Judge, tmp_path: Path
) -> None:
    kit = altered_kit(tmp_path, change)
    with pytest.raises(UNSEALED):
        claim(partial(judged, PYTHONPATH=str(kit)))


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with pytest.MonkeyPatch.context() as patch, Sandbox(ROOT) as sandbox:
        kit = altered_kit(tmp_path_factory.mktemp("unchanged"))
        patch.setattr("autograder.sandbox.policy.PACKAGE", kit / "autograder")
        sandbox.spawn(NUMPY).close()
        yield sandbox


@pytest.mark.parametrize(("change", "claim"), claims(INSIDE | OUTSIDE))
def test_unchanged_copy_passes(change: Change, claim: Claim, unchanged: Sandbox) -> None:
    """So that it is the change that a test notices, and not the copy."""
    assert change.text()
    with given_boxes(claim, unchanged) as test:
        test()
