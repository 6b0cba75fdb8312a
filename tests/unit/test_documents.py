"""docs/architecture.md and the contracts say the same; what documents name is there."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from autograder.grading.fingerprint import _VERDICT_WINGS

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "autograder"
PAGE = (ROOT / "docs" / "architecture.md").read_text()
GROUND = "errors result config wire"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
PLACEHOLDER = re.compile(r"/[A-Z](?:[./]|$)")  # an assignment of any name, as in source/X


def contracts() -> dict[str, list[list[str]]]:
    """By container: the layers from the top down, each with the names that stand in it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())
    return {
        contract["containers"][0]: [re.split(r" *[|:] *", layer) for layer in contract["layers"]]
        for contract in settings["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    }


WINGS = [" ".join(layer) for layer in contracts()["autograder"]]


def modules_of(wing: str) -> set[str]:
    """The modules that are there; the ground floor's stand in the package itself."""
    folder = PACKAGE if wing == GROUND else PACKAGE / wing
    return {path.stem for path in folder.glob("*.py")} - {"__init__"}


def picture() -> list[str]:
    """The lines of the picture."""
    drawn = PAGE.partition("## The wings\n")[2].partition("```\n")[2].partition("```")[0]
    return drawn.splitlines()


def drawn_wings() -> list[str]:
    """The wings in the order of the picture; `inside` stands beside another one."""
    first = [re.split(r" {3,}", line.strip(" *"))[0] for line in picture()]
    return [re.sub(" +", " ", wing) for wing in first]


def tables() -> dict[str, list[str]]:
    """By wing, in the order of the page: the modules in its table."""
    _, *parts = re.split(r"^### (.+)\n", PAGE.partition("## The modules\n")[2], flags=re.MULTILINE)
    return {
        wing: re.findall(r"^\| `(\w+)` \|", part.partition("\n## ")[0], re.MULTILINE)
        for wing, part in zip(parts[::2], parts[1::2], strict=True)
    }


def test_picture_shows_the_wings_in_the_order_of_the_contracts() -> None:
    assert drawn_wings() == WINGS
    assert any(re.search(r"\binside\b", line) for line in picture())


def test_picture_marks_the_wings_that_make_a_verdict() -> None:
    marked = re.findall(r"\* +(\w+)", "\n".join(picture()))
    assert {*marked} == {*_VERDICT_WINGS, "errors"}  # the first name of the ground floor


def test_tables_stand_in_the_order_of_the_contracts() -> None:
    assert list(tables()) == [*WINGS, "inside"]


@pytest.mark.parametrize("wing", [*WINGS, "inside"])
def test_table_names_every_module_of_the_wing_and_no_other(wing: str) -> None:
    named = tables()[wing]
    assert len(named) == len(set(named))
    assert set(named) == modules_of(wing), f"mend the table of {wing} in docs/architecture.md"


@pytest.mark.parametrize("wing", [*WINGS[:-1], "inside"])
def test_table_is_in_the_order_of_the_contract(wing: str) -> None:
    named = tables()[wing]
    for layer in contracts()[f"autograder.{wing}"]:
        level, named = named[: len(layer)], named[len(layer) :]
        assert set(level) == set(layer), f"the table of {wing} in docs/architecture.md"
    assert named == []


def _named(text: str) -> list[str]:
    """What a document names as a file or folder of this repository, or as `wing/module`."""
    top = "autograder|docs|quizzes|release|solutions|source|tests"
    paths = re.findall(rf"`((?:{top})/[\w./-]*)`|\]\((?!https?:|#)([^)#]+)", text)
    modules = re.findall(rf"`((?:{'|'.join(tables())})/\w+)`", text)
    files = [one or other for one, other in paths]
    tests = [_place(name) for name in re.findall(r"`(test_\w+\.py)`", text)]
    return [*files, *tests, *(f"autograder/{module}.py" for module in modules)]


def _place(test: str) -> str:
    """Where a test file is that a document names without its folder."""
    found = [str(path.relative_to(ROOT)) for path in (ROOT / "tests").rglob(test)]
    return found[0] if found else test


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_files_that_a_document_names_are_there(document: Path) -> None:
    missing = [
        name
        for name in _named(document.read_text())
        if not (ROOT / name).exists()
        and not (document.parent / name).exists()
        and not PLACEHOLDER.search(name)
    ]
    assert missing == []


def test_changelog_tells_of_this_version() -> None:
    settings: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())
    versions = re.findall(r"^## (\d\S*)", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert versions[0] == settings["project"]["version"]
