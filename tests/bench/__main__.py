"""Measures this kit beside stock nbgrader and Otter-Grader, in one run: `make bench`.

Not a test: nothing here passes or fails. What is measured is kept below .bench/, so that an
interrupted run goes on where it was, as long as engine and benchmark stay the same.
"""

import hashlib
import json
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from autograder.course.storage import write_atomically
from tests.bench import report
from tests.bench.classes import KIT, ROOT
from tests.bench.document import document
from tests.bench.measures import MEASURES, QUICK, Sizes
from tests.bench.programs import WORK

_ONLY_WORDS = "report.py", "document.py", "explain.py"
DOCUMENT = ROOT / "docs" / "benchmarks.md"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--quick", is_flag=True, help="A class of four, to see whether it runs at all.")
@click.option("--students", type=click.IntRange(min=1), help="Another size of the class.")
@click.option("--only", multiple=True, type=click.Choice(list(MEASURES)), help="Repeatable.")
@click.option("--fresh", is_flag=True, help="Measure again what an earlier run has measured.")
def main(quick: bool, students: int | None, only: tuple[str, ...], fresh: bool) -> None:
    """Measure, show a table, and write docs/benchmarks.md; a partial run writes below .bench/."""
    sizes = QUICK if quick else Sizes()
    sizes = replace(sizes, students=students or sizes.students)
    out = Console(highlight=False)
    out = out if out.is_terminal else Console(highlight=False, width=140)
    found, whole = _measure(out, sizes, only or tuple(MEASURES), fresh)
    out.print(report.table(found))
    place = DOCUMENT if sizes == Sizes() and whole else WORK / "benchmarks.md"
    write_atomically(place, document(found, sizes).encode())
    out.print(f"Written: {place.relative_to(ROOT)}")


def _measure(
    out: Console, sizes: Sizes, names: tuple[str, ...], fresh: bool
) -> tuple[dict[str, Any], bool]:
    """What is known after measuring, by name, and whether that is everything."""
    store = WORK / f"{_fingerprint(sizes)}.json"
    WORK.mkdir(exist_ok=True)
    known = json.loads(store.read_text()) if store.is_file() else {}
    if fresh:
        known = {name: value for name, value in known.items() if name not in names}
    for number, name in enumerate(names, start=1):
        if name in known:
            out.print(f"{number}/{len(names)} {name}: measured before")
            continue
        start = time.perf_counter()
        with out.status(f"{number}/{len(names)} {name}"):
            known[name] = MEASURES[name](sizes)
        known.setdefault("took", {})[name] = time.perf_counter() - start
        write_atomically(store, json.dumps(known, indent=1).encode())
        out.print(f"{number}/{len(names)} {name}: {time.perf_counter() - start:.0f} s")
    return known, known.keys() >= MEASURES.keys()


def _fingerprint(sizes: Sizes) -> str:
    """What decides whether an earlier measurement still holds: engine, course, benchmark, sizes."""
    digest = hashlib.sha256(json.dumps(asdict(sizes)).encode())
    folders = (KIT, Path(__file__).parent, ROOT / "tests" / "hidden", ROOT / "source")
    for folder in folders:
        for path in sorted(folder.rglob("*.py")):
            if path.name not in _ONLY_WORDS:
                digest.update(path.read_bytes())
    return digest.hexdigest()[:12]


if __name__ == "__main__":
    main()
