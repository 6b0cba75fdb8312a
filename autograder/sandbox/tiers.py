"""Trusted side, pure. The tiers of isolation; each result names the one that it had.

To add a tier, add its record here, and to `inside/steps` what none of the others does.
"""

from collections.abc import Callable
from dataclasses import dataclass

from autograder.config import MIB, Limits

_TMP = ("--perms", "1777", "--tmpfs", "/tmp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Steps:
    """What is done inside, by the names that `inside/steps` gives, in this order.

    `server`: once, before anything is imported. `supervisor`: for each box, before it is forked.
    `box`: in the box, before student code.
    """

    server: tuple[str, ...] = ()
    supervisor: tuple[str, ...] = ()
    box: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tier:
    """How student code is kept from everything else.

    `mounts` are bubblewrap's arguments for /proc and /tmp; without them there is no bubblewrap.
    A `warm` fork-server forks one box after another; else each box has a fork-server of its own.
    `otherwise` is the tier for a machine on which namespaces cannot be nested as this one needs.
    """

    name: str
    on_pages: str
    in_doctor: str
    mounts: Callable[[Limits], tuple[str, ...]] | None
    warm: bool
    steps: Steps
    otherwise: "Tier | None" = None

    @property
    def isolates(self) -> bool:
        """Whether anything is kept from student code at all."""
        return self.mounts is not None


def _seen_by_the_server(_: Limits) -> tuple[str, ...]:
    """Every box covers them with mounts of its own."""
    return ("--proc", "/proc", *_TMP)


def _seen_by_the_box(limits: Limits) -> tuple[str, ...]:
    stand_in = ("--perms", "0755", "--size", str(MIB), "--tmpfs", "/proc")
    return (*stand_in, "--size", str(limits.tmp_bytes), *_TMP)


# Where namespaces cannot be nested in bubblewrap's: slow, and as tight as FULL except for the
# number of files.
EACH = Tier(
    name="bubblewrap-each",
    on_pages="Isolation: bubblewrap-each, as tight as full except for the number of files.",
    in_doctor="each time in a bubblewrap of its own, which is slow, since namespaces cannot be "
    "nested here; on Ubuntu an AppArmor profile for bwrap that allows userns helps",
    mounts=_seen_by_the_box,
    warm=False,
    steps=Steps(
        server=("stand_in_for_proc", "drop_root"),
        box=("new_session", "connect", "empty_tmp", "set_limits", "give_up_privileges"),
    ),
)
FULL = Tier(
    name="full",
    on_pages="Isolation: full, each submission in namespaces of its own.",
    in_doctor="in namespaces of its own, from a warm fork-server",
    mounts=_seen_by_the_server,
    warm=True,
    steps=Steps(
        server=("drop_root", "try_nesting"),
        supervisor=("enter_namespaces",),
        box=("new_session", "connect", "mount_its_own", "set_limits", "give_up_privileges"),
    ),
    otherwise=EACH,
)
# For an instructor's own notebooks.
NONE = Tier(
    name="none",
    on_pages="Graded WITHOUT a sandbox: the scores prove nothing about a stranger's code.",
    in_doctor="not at all",
    mounts=None,
    warm=True,
    steps=Steps(box=("new_session", "connect", "set_limits")),
)
TIERS = {tier.name: tier for tier in (FULL, EACH, NONE)}
