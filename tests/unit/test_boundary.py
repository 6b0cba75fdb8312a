"""Every module says its side of the boundary, and the engine knows no course.

Which module may import which is import-linter's: pyproject.toml.
"""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "autograder"


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_says_its_side_of_the_boundary(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").split(".")[0]
    assert first.split(",")[0] in ("Trusted side", "Both sides", "Inside"), first


def test_engine_knows_nothing_of_the_course() -> None:
    words = ("attention", "alignment", "softmax", "bilstm", "imdb", "review of", "dot_scores")
    for path in modules():
        text = path.read_text().lower()
        assert not [word for word in words if word in text], path
