"""Writes docs/benchmarks.md from what was measured."""

import datetime
import os
import platform
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from autograder.grading.local import processors
from tests.bench.explain import missed
from tests.bench.measures import MODELS, NAME, Sizes
from tests.bench.programs import LIMIT_S, Otter
from tests.bench.report import CLASSES, Found, rows

_PACKAGES = ("nbgrader", "nbconvert", "numpy", "keras", "tensorflow-cpu", "tensorflow")


def document(found: Found, sizes: Sizes) -> str:
    """The whole file, as far as it was measured."""
    parts = [
        _head(sum(found.get("took", {}).values())),
        _table(found),
        _compared(found, sizes),
        _who_is_better(found),
        _resources(found),
        *missed(found),
    ]
    return "\n".join(part for part in parts if part)


def _head(took: float) -> str:
    return f"""# Benchmarks

Written by `make bench` on {datetime.date.today():%-d %B %Y}; not to be edited.
It measured for {took / 60:.0f} minutes. Other work on the machine is in the figures: the load
average at the end was {os.getloadavg()[1]:.1f}, of which a run makes about {processors()} itself.

{_machine()}
"""


def _machine() -> str:
    found = [f"{name} {_version(name)}" for name in _PACKAGES if _version(name)]
    found.append(f"otter-grader {Otter().version() or '(not there)'}")
    return (
        f"Machine: {processors()} processors ({_model()}), {_memory_gib():.0f} GiB, "
        f"{platform.system()} {platform.release().partition('-')[0]}, "
        f"Python {platform.python_version()}; "
        f"{', '.join(found)}."
    )


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _model() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _memory_gib() -> float:
    line = next(s for s in Path("/proc/meminfo").read_text().splitlines() if "MemTotal" in s)
    return int(line.split()[1]) / (1 << 20)


def markdown(head: str, lines: list[list[str]]) -> str:
    """A table; the first column is text, the others are aligned to the right."""
    names = head.split("|")
    rule = ["---", *["---:"] * (len(names) - 1)]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in [names, rule, *lines]) + "\n"


def _table(found: Found) -> str:
    lines = [
        [r.figure, r.kit, r.nbgrader, r.otter, r.shown, r.shown_goal, r.verdict]
        for r in rows(found)
    ]
    head = "figure|this kit|stock nbgrader|Otter-Grader|result|goal|"
    return f"## Figures\n\n{markdown(head, lines)}{_more(found)}"


def _more(found: Found) -> str:
    """Figures without a goal."""
    lines = []
    for label, runs in found.get("one", {}).items():
        cells = [_wall(runs[name]) for name in KEYS]
        lines.append([f"a single `{NAME}` submission, {label}, cold start", *cells])
    if "endless" in found:
        cells = [_wall(found["endless"][name]) for name in KEYS]
        lines.append([f"a single `{NAME}` submission with an endless loop", *cells])
        wall = found["endless"]["class"]["wall_s"]
        lines.append(["the class with that submission in it", f"{wall:.1f} s", "", ""])
    table = markdown("without a goal|this kit|stock nbgrader|Otter-Grader", lines)
    return f"\nResults of classes are stock nbgrader's time over ours.\n\n{table}" if lines else ""


def _wall(run: Found | None) -> str:
    return f"{run['wall_s']:.1f} s" if run else "not there"


KEYS = ("kit", "nbgrader", "otter")


def _compared(found: Found, sizes: Sizes) -> str:
    return f"""## What was compared

The same notebooks were handed in for every program; cells that grading does not need (plots,
training) were taken out beforehand.

- `{NAME}`: the reference, right and wrong answers from the bank by turns; one that sleeps
  for two seconds in a cell, and one file that is cut in the middle and no JSON.
- The same importing TensorFlow: `dot_scores` written with `tf.einsum`, {sizes.students} times.
- `{MODELS}`: right and wrong answers from the bank, each with the reference's trained model.
- `autograder grade`: a new process, nothing stored, as many workers as processors; the middle one
  of {sizes.repeats} runs ({MODELS}: one run). It writes gradebook, autograded notebooks and
  feedback.
- `nbgrader autograde`: default configuration, {LIMIT_S[NAME]} s for a cell
  ({LIMIT_S[MODELS]} s for `{MODELS}`), one submission at a time since it knows no
  other way; hidden checks in `BEGIN HIDDEN TESTS`. It writes gradebook and autograded
  notebooks, and no feedback.
- `otter run` for each notebook, without containers, as many at a time as processors; hidden checks
  in test files. It writes one JSON file for each and no gradebook.

Of the classes with TensorFlow rivals graded the first {sizes.few}; the time for all is what their
start took, and what each submission took times {sizes.students}.

**How equal the checks are.** Rivals run the text of `tests/hidden/*/check_*.py` itself, with the
kit's own assertions, probes and seeds. Only `student` is another one there: it calls the notebook's
functions directly, in the same process; labels and expected values lie open there. The kit
judges each task in a box of its own, in which the cells run again; rivals run them once. Rivals
import NumPy, SciPy and scikit-learn in every kernel, as checks in a kernel must. Otter knows no
share of a check's points, only all or nothing.

{_agreement(found)}"""


def _agreement(found: Found) -> str:
    lines, apart = [], []
    for key, (figure, _) in CLASSES.items():
        for program in ("nbgrader", "otter"):
            if not found.get(key, {}).get(program):
                continue
            ours, theirs = found[key]["kit"]["scores"], found[key][program]["scores"]
            both = [s for s in theirs if theirs[s] is not None and ours.get(s) is not None]
            differ = [s for s in both if abs(theirs[s] - ours[s]) > 0.005]
            cells = [str(len(both) - len(differ)), str(len(both)), _without_score(theirs)]
            lines.append([f"{figure}, {program}", *cells])
            about = found[key]["about"]
            apart += [
                f"- {program}, {about[s] or s}: {theirs[s]:g} points, ours {ours[s]:g}"
                for s in differ
            ]
    if not lines:
        return ""
    table = markdown("scores|the same as ours|compared|without a score", lines)
    return table + ("\nScores that differ:\n\n" + "\n".join(apart) + "\n" if apart else "")


def _without_score(scores: dict[str, float | None]) -> str:
    return str(sum(score is None for score in scores.values()))


def _who_is_better(found: Found) -> str:
    return f"""## Who is better where

- The kit leads where many are graded: rivals start a kernel and import every library for each.
- {_single(found)}
- nbgrader and Otter hold one kernel for each submission at work, the kit a warm fork-server for
  each flavour and its workers: see the memory below.
- nbgrader and Otter run a full Jupyter kernel, so widgets and any output work; the kit keeps text
  and pictures only.
- A notebook that never ends: nbgrader interrupts the cell after {LIMIT_S[NAME]} s, the kit after
  10 s of processor time; `otter run` waits for ever, so the benchmark ends it after
  {2 * LIMIT_S[NAME]} s and it has no score at all.
- A file that is no JSON ends no batch: nbgrader reports an error and goes on, Otter has no result
  for it, the kit says that it needs review.
- The kit needs Linux with bubblewrap. nbgrader and Otter run anywhere; Otter's containers, which
  would protect, need Docker and were not measured.
"""


def _single(found: Found) -> str:
    if "one" not in found:
        return "A single submission was not measured."
    said = []
    for label, runs in found["one"].items():
        walls = {name: run["wall_s"] for name, run in runs.items() if run}
        first = min(walls, key=lambda name: walls[name])
        name = {"kit": "the kit", "nbgrader": "nbgrader", "otter": "Otter"}[first]
        said.append(f"{label}: {name} is first ({walls[first]:.1f} s)")
    return f"For a single submission from a cold start, {'; '.join(said)}."


def _resources(found: Found) -> str:
    lines = list(_used(found))
    if not lines:
        return ""
    head = "program|class of|wall|CPU|CPU each|peak memory"
    server = found.get("fork", {}).get("server_mib", {})
    warm = ", ".join(f"{mib:.0f} MiB ({flavour})" for flavour, mib in server.items())
    return f"""## Processor time and memory

{markdown(head, lines)}
Memory is the largest sum over all processes of a run, sampled twice a second, shared pages divided
among those that share them where the system tells. CPU is that of all processes that were waited
for. For the kit that leaves out its boxes: their processor time stands in the tables by phase
below. Warm fork-servers alone: {warm or "not measured"}.
{_by_phase(found)}"""


def _used(found: Found) -> Iterator[list[str]]:
    names = {
        "kit": "this kit, without boxes",
        "nbgrader": "stock nbgrader",
        "otter": "Otter-Grader",
    }
    for key, (figure, _) in CLASSES.items():
        for program in KEYS:
            part = found.get(key, {})
            run = part.get(program)
            if not run:
                continue
            count = part["students" if program == "kit" else "few"]
            yield [
                f"{figure}: {names[program]}",
                str(count),
                f"{run['wall_s']:.1f} s",
                f"{run['cpu_s']:.1f} s",
                f"{run['cpu_s'] / count:.2f} s",
                f"{run['peak_mib']:.0f} MiB",
            ]


def _by_phase(found: Found) -> str:
    """Processor seconds of a warm submission."""
    columns = {f"`{name}`": part["phases"] for name, part in found.get("overhead", {}).items()}
    if "phases" in found:
        columns[f"`{NAME}`, mean of the class"] = found["phases"]["class"]
    if not columns:
        return ""
    names = dict.fromkeys(k for phases in columns.values() for k in phases if k != "points")
    lines = [
        [name, *(f"{1000 * phases.get(name, 0):.1f} ms" for phases in columns.values())]
        for name in names
    ]
    head = "|".join(["CPU of a warm submission", *columns])
    return f"\n{markdown(head, lines)}"
