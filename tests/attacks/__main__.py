"""Tries attacks of the bank on this kit, stock nbgrader and Otter-Grader: `make attacks`.

Rivals run hostile code without a sandbox, so each of their runs is in a jail of its own. What was
tried is kept below .bench/, so that an interrupted run goes on where it was.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterator
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from autograder.course.storage import write_atomically
from tests.attacks.entries import Attack
from tests.attacks.graders import STANDS, ClassOutcome, Stand
from tests.attacks.table import document, write
from tests.attacks.trials import TASK, chosen, notebook_of, wrong_notebook
from tests.attacks.verdicts import check_control, in_words
from tests.bench.programs import WORK, Otter

ROOT = Path(__file__).parents[2]
_ONLY_WORDS = "__main__.py", "table.py", "entries.py"


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--only", multiple=True, help="An attack by a part of its name; repeatable.")
@click.option("--grader", "chosen_graders", multiple=True, type=click.Choice(list(STANDS)))
@click.option("--fresh", is_flag=True, help="Try again what an earlier run has tried.")
def main(only: tuple[str, ...], chosen_graders: tuple[str, ...], fresh: bool) -> None:
    """Try every attack on every grader, show the table, and write it into docs/security.md."""
    out = Console(highlight=False)
    if "otter" in (chosen_graders or STANDS):
        with out.status("Otter-Grader gets an environment of its own"):
            Otter().install()
    tried = [one for one in chosen() if not only or any(part in one[0].name for part in only)]
    found: dict[str, dict[str, str]] = {attack.name: {} for attack, _ in tried}
    with Progress(console=out) as progress:
        for grader in chosen_graders or STANDS:
            bar = progress.add_task(_titles()[grader], total=len(tried))
            for attack, outcome in _outcomes(grader, tried, _Store(grader, fresh)):
                found[attack.name][grader] = outcome
                progress.console.print(f"{grader}: {attack.name.removeprefix(TASK)[2:]}: {outcome}")
                progress.advance(bar)
    text = document(found, [attack for attack, _ in tried], _titles())
    if only or chosen_graders:
        out.print(text)
    else:
        write(text)
        out.print("Written into docs/security.md")


def _outcomes(
    grader: str, tried: list[tuple[Attack, bool]], store: "_Store"
) -> Iterator[tuple[Attack, str]]:
    """What each attack did, known before or tried now."""
    with tempfile.TemporaryDirectory(prefix="attacks-") as folder:
        stand: tuple[Stand, ClassOutcome] | None = None
        for attack, for_rivals in tried:
            notebook = notebook_of(attack)
            if not (for_rivals or grader == "kit"):
                yield attack, "not tried"
                continue
            if store.outcome(attack, notebook) is None:
                stand = stand or _prepared(grader, Path(folder))
                graded = stand[0].grade(notebook)
                store.keep(attack, notebook, in_words(graded, stand[1], stand[0].marks))
            yield attack, store.outcome(attack, notebook) or ""


def _prepared(grader: str, folder: Path) -> tuple[Stand, ClassOutcome]:
    """A class without an attack first: the table must not be an artefact of a broken set-up."""
    stand = STANDS[grader](folder)
    control = stand.grade(wrong_notebook())
    check_control(grader, control)
    if stand.marks.found_in(control.held):
        raise SystemExit(f"{grader} shows a submission its secrets without being attacked")
    return stand, control


def _titles() -> dict[str, str]:
    """The heads of the table's columns, with versions."""
    return {name: stand.title() for name, stand in STANDS.items()}


class _Store:
    """One grader's outcomes so far, by attack and its text.

    They are discarded when the code that tries attacks changes.
    """

    def __init__(self, grader: str, fresh: bool = False) -> None:
        digest = hashlib.sha256(_titles()[grader].encode())
        for folder in (Path(__file__).parent, ROOT / "autograder"):
            for path in sorted(folder.rglob("*.py")):
                if path.name not in _ONLY_WORDS:
                    digest.update(path.read_bytes())
        self._path = WORK / f"attacks-{grader}-{digest.hexdigest()[:12]}.json"
        WORK.mkdir(exist_ok=True)
        fits = self._path.is_file() and not fresh
        self._known: dict[str, str] = json.loads(self._path.read_text()) if fits else {}

    def outcome(self, attack: Attack, notebook: str) -> str | None:
        return self._known.get(self._key(attack, notebook))

    def keep(self, attack: Attack, notebook: str, outcome: str) -> None:
        self._known[self._key(attack, notebook)] = outcome
        write_atomically(self._path, json.dumps(self._known, indent=1).encode())

    @staticmethod
    def _key(attack: Attack, notebook: str) -> str:
        return f"{attack.name} {hashlib.sha256(notebook.encode()).hexdigest()[:12]}"


if __name__ == "__main__":
    main()
