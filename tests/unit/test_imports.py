"""The engine's arrows point one way (docs/architecture.md) and it knows no course."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "autograder"

# From below to above: a module may import what stands before it, and its own layer.
LAYERS = [
    {"errors", "result", "config"},
    {"course", "wire", "storage", "module", "quiz_form", "quiz_rules"},
    {"quiz"},
    {"embed", "seeds"},
    {"dataset"},
    {"mending"},
    {"notebook"},
    {"fingerprint"},
    {"sandbox"},
    {"grader_process"},
    {"graders"},
    {"cluster"},
    {"checks"},
    {"grading"},
    {"specimen"},
    {"classroom", "bank", "release"},
    {"calibrate"},
    {"report"},
    {"gradebook"},
    {"doctor"},
    {"cli_common"},
    {"cli_data", "cli_grade"},
    {"cli"},
]
INSIDE = {"inside", "wire"}
HEAVY = {"tensorflow", "keras"}


def modules() -> list[Path]:
    return sorted(PACKAGE.rglob("*.py"))


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: a relative import hides its direction"
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def layer_of(name: str) -> int:
    return next(i for i, layer in enumerate(LAYERS) if name in layer)


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_imports_only_from_below(path: Path) -> None:
    part = part_of(path)
    ours = {name.split(".")[1] for name in imports(path) if name.startswith("autograder.")}
    ours.discard("__file__")
    if part == "__init__":
        assert not ours
    elif part == "inside":
        assert ours <= INSIDE
    else:
        assert "inside" not in ours
        for name in ours & set().union(*LAYERS):
            assert name == part or layer_of(name) < layer_of(part), f"{part} imports {name}"


@pytest.mark.parametrize("path", modules(), ids=lambda p: str(p.relative_to(PACKAGE)))
def test_module_says_its_side_of_the_boundary(path: Path) -> None:
    if path == PACKAGE / "__init__.py":
        return
    first = (ast.get_docstring(ast.parse(path.read_text())) or "").split(".")[0]
    assert first.split(",")[0] in ("Trusted side", "Both sides", "Inside"), first


def test_only_the_gradebook_imports_nbgrader() -> None:
    users = {part_of(p) for p in modules() if any(n.startswith("nbgrader") for n in imports(p))}
    assert users == {"gradebook"}


def test_only_inside_imports_keras() -> None:
    users = {part_of(p) for p in modules() if any(n.split(".")[0] in HEAVY for n in imports(p))}
    assert users == {"inside"}


def test_engine_knows_nothing_of_the_course() -> None:
    words = ("attention", "alignment", "softmax", "bilstm", "imdb", "review of", "dot_scores")
    for path in modules():
        text = path.read_text().lower()
        assert not [word for word in words if word in text], path
