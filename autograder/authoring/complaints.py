"""Trusted side. What is wrong with hidden checks as they are written; nothing of them is run."""

import ast
from collections.abc import Iterator
from pathlib import Path

from autograder.course.layout import Assignment

_PREFIX = "check_"


def checks_problems(assignment: Assignment) -> list[str]:
    """File, line and remedy of each problem; without hidden checks there is none."""
    if not assignment.sealed:
        return []
    return [*_misnamed(assignment), *_mistakes(assignment)]


def _misnamed(assignment: Assignment) -> Iterator[str]:
    wanted = {assignment.check_file(task).name: task.name for task in assignment.tested}
    there = {path.name for path in assignment.hidden.glob(f"{_PREFIX}*.py")}
    for name in sorted(wanted.keys() - there):
        yield f"{assignment.hidden / name} is missing; it judges the task {wanted[name]!r}"
    for name in sorted(there - wanted.keys()):
        yield (
            f"{assignment.hidden / name} judges no task: {assignment.source.name} has no test cell "
            f"{name.removeprefix(_PREFIX).removesuffix('.py')!r}; rename one of them"
        )


def _mistakes(assignment: Assignment) -> Iterator[str]:
    for path in sorted(assignment.hidden.glob("*.py")):
        try:
            tree = ast.parse(path.read_text(), str(path))
        except SyntaxError as error:
            yield f"{path}, line {error.lineno}: {error.msg}; correct it"
            continue
        if path.name.startswith(_PREFIX):
            yield from _without_points(path, tree)


def _without_points(path: Path, tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith(_PREFIX):
            if not any(map(_gives_points, node.decorator_list)):
                yield (
                    f"{path}, line {node.lineno}: {node.name} does not say what it is worth; write "
                    "@points(1) above it, or @points(0) if it only tells the instructor something"
                )
            if not ast.get_docstring(node):
                yield (
                    f"{path}, line {node.lineno}: {node.name} has no docstring; its first line is "
                    "what students read"
                )


def _gives_points(decorator: ast.expr) -> bool:
    call = decorator.func if isinstance(decorator, ast.Call) else decorator
    return getattr(call, "id", getattr(call, "attr", "")) == "points"
