"""Where the time goes, for each goal that is missed: from figures of the same run."""

from collections.abc import Callable, Iterator

from autograder.grading.local import processors
from tests.bench.report import CLASSES, Found, Row, for_a_class, rows


def missed(found: Found) -> Iterator[str]:
    """A section for each missed goal."""
    without = [row for row in rows(found) if not row.reached]
    if without:
        yield "## Goals that are missed\n"
        yield "\n".join([*_cold_start(found), *_writing(found)])
    done = set()
    for row in without:
        yield f"### {row.figure}: {row.shown}, goal {row.shown_goal}\n"
        if row.key not in done or row.key in CLASSES:
            yield _ABOUT.get(row.key, _of_a_class)(found, row)
        done.add(row.key)


def _of_a_class(found: Found, row: Row) -> str:
    part = found[row.key]
    students, wall = part["students"], part["kit"]["wall_s"]
    wanted = for_a_class(part, "nbgrader") / row.goal
    text = (
        f"The class takes {wall:.1f} s ({', '.join(f'{w:.1f}' for w in part['kit_walls'])} s in "
        f"single runs); the goal allows {wanted:.1f} s, so {wall - wanted:.1f} s have to go, "
        f"{1000 * (wall - wanted) / students:.0f} ms a submission.\n"
    )
    return "\n".join([text, *_steady(found, row.key)])


def _cold_start(found: Found) -> Iterator[str]:
    imports = found.get("phases", {}).get("imports")
    if imports:
        yield "A cold start imports, each measured on its own; in a run several go on at once:\n"
        for what, spent in imports.items():
            cpu = f", {spent['cpu']:.2f} s CPU" if "cpu" in spent else ""
            yield f"- {what}: {spent['wall']:.2f} s{cpu}"
        yield ""


def _steady(found: Found, key: str) -> Iterator[str]:
    """How a class's time divides into what a run costs once and what each submission costs."""
    name = {"class": "alignment-scores", "tensorflow": "with TensorFlow"}.get(key, "")
    part = found.get("workers", {}).get(name)
    if part:
        jobs, (small, _) = str(part["jobs"]), part["sizes"]
        each, wall = part["each"][jobs], part["walls"][f"{jobs} × {small}"]
        students = found[key]["students"]
        yield (
            f"With {jobs} workers a submission adds {1000 * each:.0f} ms, so that {students} of "
            f"them take {each * students:.1f} s; what a run costs once is "
            f"{max(0.0, wall - each * small):.1f} s.\n"
        )
    if key == "models" and "overhead" in found:
        part, students = found["overhead"]["bilstm-attention"], found[key]["students"]
        phases = part["phases"]
        yield (
            f"The same calls in one warm process without protection take {part['bare']:.1f} s CPU, "
            f"{part['bare'] * students / processors():.0f} s for the class on all processors: less "
            "than that no grader of these checks can take here.\n"
        )
        most = max(phases, key=lambda name: phases[name])
        yield (
            f"Of the reference's processor time {phases[most]:.1f} of {sum(phases.values()):.1f} s "
            f"are spent in: {most}. Rivals run the same probes, so only less of them helps both.\n"
        )


def _writing(found: Found) -> Iterator[str]:
    part = found.get("phases", {}).get("writing")
    if part:
        yield (
            f"The writer, one process for the class, takes {1000 * part['whole']:.0f} ms CPU a "
            f"student ({1000 * part['reading']:.0f} ms of it for reading the notebook and "
            "comparing hashes). Its functions, with what they call:\n"
        )
        parts = sorted(part["parts"].items(), key=lambda item: -item[1])
        yield from (
            f"- `{name}`: {1000 * s:.1f} ms"
            for name, s in parts
            if s > 0.001 and name.isidentifier()
        )
        yield ""


def _of_overhead(found: Found, row: Row) -> str:
    lines = []
    for name, part in found["overhead"].items():
        if part["ratio"] <= row.goal:
            continue
        lines.append(
            f"`{name}`: the bare process spends {1000 * part['bare']:.1f} ms "
            f"({1000 * part['bare_cells']:.1f} ms of it in cells), the kit "
            f"{1000 * part['kit']:.1f} ms{'' if part['same_points'] else '; POINTS DIFFER'}. "
            f"The goal allows {1000 * row.goal * part['bare']:.1f} ms. In order:\n"
        )
        spent = sorted(part["phases"].items(), key=lambda item: -item[1])
        lines += [f"- {phase}: {1000 * seconds:.1f} ms" for phase, seconds in spent]
        lines.append("")
    lines.append(
        "Cells run once for each task, in an IPython shell and on pages that a fork has to copy; "
        "the bare process runs them once, with `exec`. The trusted side holds pytest, the "
        "wire, the recording and the checks themselves. The fork-server's own time is not in the "
        "ratio.\n"
    )
    return "\n".join(lines)


def _of_forks(found: Found, _: Row) -> str:
    server = found["fork"]["server_mib"]
    sizes = ", ".join(f"{name} {mib:.0f} MiB" for name, mib in server.items())
    return (
        "A fork copies the page tables of the warm server, twice: for the supervisor and for the "
        f"box. The servers hold {sizes}. Fewer imports before the fork, or a single fork, would "
        "make it faster.\n"
    )


def _of_workers(found: Found, _: Row) -> str:
    lines = []
    for name, part in found["workers"].items():
        walls = "; ".join(f"{sizes}: {wall:.1f} s" for sizes, wall in part["walls"].items())
        lines.append(f"- {name} (workers × students): {walls}")
    lines.append(
        "\nWhat one process does for the whole class is not halved: imports, and one writer beside "
        "the workers. With as many processors as workers the writer takes its time from theirs, "
        "and a box that is waited for leaves its worker idle only if another has work.\n"
    )
    return "\n".join(lines)


_ABOUT: dict[str, Callable[[Found, Row], str]] = {
    "overhead": _of_overhead,
    "fork": _of_forks,
    "workers": _of_workers,
}
