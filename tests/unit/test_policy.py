"""What a submission may see is decided by a pure function, so it is tested by looking."""

from pathlib import Path

import pytest

from autograder.config import MIB, NUMPY
from autograder.errors import CourseError
from autograder.inside import steps
from autograder.sandbox.policy import (
    Policy,
    bwrap_argv,
    make_policy,
    python_argv,
    refuse_to_expose,
)
from autograder.sandbox.seccomp import seccomp_program
from autograder.sandbox.tiers import EACH, FULL, TIERS, Tier

ROOT = Path(__file__).parents[2]


def policy(*, as_root: bool, tier: Tier = FULL) -> Policy:
    environ = {"SECRET": "x", "HOME": "/root"}
    return make_policy(NUMPY, tier=tier, as_root=as_root, environ=environ)


def mounts(argv: list[str]) -> list[str]:
    return [argv[i + 2] for i, a in enumerate(argv) if a in ("--ro-bind", "--ro-bind-try")]


def sources(argv: list[str]) -> list[str]:
    return [argv[i + 1] for i, a in enumerate(argv) if a in ("--ro-bind", "--ro-bind-try")]


@pytest.mark.parametrize("as_root", [True, False])
def test_no_network_no_capabilities_and_nothing_writable_but_tmp(as_root: bool) -> None:
    argv = bwrap_argv(policy(as_root=as_root), ["python"])
    assert "--unshare-net" in argv
    assert "--unshare-pid" in argv
    assert "--clearenv" in argv
    assert "--bind" not in argv
    assert "--dev-bind" not in argv
    assert [argv[i + 1] for i, a in enumerate(argv) if a == "--tmpfs"] == ["/dev/pts", "/tmp"]
    remounted = [argv[i + 1] for i, a in enumerate(argv) if a == "--remount-ro"]
    assert remounted == ["/dev/pts", "/dev", "/"]


def test_bubblewrap_for_each_box_shows_no_processes_and_bounds_what_can_be_written() -> None:
    argv = bwrap_argv(policy(as_root=True, tier=EACH), ["python"])
    assert "--proc" not in argv
    tmpfs = {argv[i + 1]: argv[i - 4 : i] for i, a in enumerate(argv) if a == "--tmpfs"}
    assert set(tmpfs) == {"/dev/pts", "/proc", "/tmp"}
    assert tmpfs["/proc"] == ["--perms", "0755", "--size", str(MIB)]
    assert tmpfs["/tmp"] == ["--size", str(NUMPY.limits.tmp_bytes), "--perms", "1777"]


def test_root_drops_to_an_ordinary_uid_and_others_use_a_user_namespace() -> None:
    as_root = bwrap_argv(policy(as_root=True), [])
    assert "--unshare-user" not in as_root
    kept = [as_root[i + 1] for i, a in enumerate(as_root) if a == "--cap-add"]
    assert kept == ["CAP_SETUID", "CAP_SETGID"]
    assert python_argv(policy(as_root=True), 5)[-1] == "65534"
    assert "--unshare-user" in bwrap_argv(policy(as_root=False), [])


@pytest.mark.parametrize(
    "tier", [tier for tier in TIERS.values() if tier.isolates], ids=lambda tier: tier.name
)
def test_every_tier_that_isolates_drops_root_and_shuts_the_box_in_last(tier: Tier) -> None:
    assert "drop_root" in tier.steps.server
    first, last = tier.steps.box[:2], tier.steps.box[-2:]
    assert (first, last) == (("new_session", "connect"), ("set_limits", "give_up_privileges"))


def test_steps_of_every_tier_are_known_inside() -> None:
    for tier in TIERS.values():
        assert {*tier.steps.server, *tier.steps.supervisor} <= steps.OF_SERVER.keys()
        assert set(tier.steps.box) <= steps.OF_BOX.keys()


def test_nothing_of_the_course_or_the_trusted_side_is_visible() -> None:
    argv = bwrap_argv(policy(as_root=True), [])
    inside = [m for m in mounts(argv) if m.startswith("/kit/autograder")]
    assert inside == [f"/kit/autograder/{n}" for n in ("__init__.py", "wire.py", "inside")]
    for folder in ("tests", "solutions", "source", "release"):
        assert not [m for m in sources(argv) if (ROOT / folder).is_relative_to(m)]


def test_nbgraders_exchange_and_settings_are_not_visible() -> None:
    seen = mounts(bwrap_argv(policy(as_root=False), []))
    for folder in ("/usr/local/share/nbgrader/exchange", "/usr/local/etc/jupyter", "/etc/jupyter"):
        assert not [mount for mount in seen if Path(folder).is_relative_to(mount)]


def test_environment_of_the_caller_stays_outside() -> None:
    names = dict(policy(as_root=True).environment)
    assert "SECRET" not in names
    assert names["HOME"] == "/tmp"


def test_course_inside_a_visible_folder_is_refused() -> None:
    with pytest.raises(CourseError, match="move the course"):
        refuse_to_expose(policy(as_root=True), Path("/usr/lib/course"))
    refuse_to_expose(policy(as_root=True), Path("/srv/course"))


def test_seccomp_program_is_whole_instructions() -> None:
    program = seccomp_program()
    assert len(program) % 8 == 0
    assert len(program) > 8 * 50
