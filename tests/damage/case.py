"""A damaged submission: an honest one and what happened to it.

Damage is done to the cells, the notebook, its text or its bytes, in this order. Each damage prints
as the call that makes it, so that a failing case can be copied into an example.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property, reduce, wraps
from typing import Any

from hypothesis import strategies as st

from autograder.course.notebooks import text_of
from tests.conftest import ASSIGNMENT, ROOT

Cell = dict[str, Any]
CELLS, NOTEBOOK, TEXT, BYTES = STAGES = ("cells", "notebook", "text", "bytes")
WAYS: dict[str, list[st.SearchStrategy["Damage"]]] = {stage: [] for stage in STAGES}
SHARE = st.integers(0, 1000)  # of a text, in thousandths
WRONG: tuple[Any, ...] = (None, 7, 1.5, True, "text", [], {}, [7, None], {"a": [1]}, "x" * 5_000)


@dataclass(frozen=True)
class Damage:
    """One damage of one kind, such as `drop(at=15)`."""

    act: Callable[..., Any]
    arguments: Mapping[str, Any]

    def __call__(self, subject: Any) -> Any:
        return self.act(subject, **self.arguments)

    def __repr__(self) -> str:
        arguments = ", ".join(f"{name}={value!r}" for name, value in self.arguments.items())
        return f"{self.act.__name__}({arguments})"


@dataclass(frozen=True)
class Damaged:
    """What happened to an honest submission, from its cells to the bytes of its file."""

    to_cells: list[Damage] = field(default_factory=list)
    to_notebook: list[Damage] = field(default_factory=list)
    to_text: list[Damage] = field(default_factory=list)
    to_bytes: list[Damage] = field(default_factory=list)

    @cached_property
    def content(self) -> bytes:
        """The file."""
        notebook = solved()
        for damage in self.to_cells:
            damage(notebook["cells"])
        for change in self.to_notebook:
            if _is_whole(notebook):
                notebook = change(notebook)
        text = json.dumps(notebook, indent=1, ensure_ascii=False)
        text = reduce(lambda whole, damage: damage(whole), self.to_text, text)
        content = text.encode("utf-8", "surrogatepass")
        return reduce(lambda whole, damage: damage(whole), self.to_bytes, content)


def _is_whole(notebook: dict[str, Any]) -> bool:
    """Whether another program could have opened it."""
    cells = notebook.get("cells", [None])
    return all(type(cell) is dict and {"source", "metadata"} <= set(cell) for cell in cells)


def solved() -> dict[str, Any]:
    """The reference, executed, without its pictures: nearly all damage would hit only these."""
    path = ROOT / "solutions" / ASSIGNMENT / "reference.ipynb"
    notebook: dict[str, Any] = json.loads(path.read_text())
    for cell in notebook["cells"]:
        cell["source"] = text_of(cell)
        if cell["cell_type"] == "code":
            cell["outputs"] = [o for o in cell["outputs"] if "image/png" not in o.get("data", {})]
    return notebook


def way(
    stage: str, **arguments: st.SearchStrategy[Any]
) -> Callable[[Callable[..., Any]], Callable[..., Damage]]:
    """Register a function as a way to damage its first argument, such as `drop(at=16)`."""

    def register(act: Callable[..., Any]) -> Callable[..., Damage]:
        @wraps(act)
        def damage(**values: Any) -> Damage:
            return Damage(act, values)

        del damage.__wrapped__  # it takes other arguments
        WAYS[stage].append(st.builds(damage, **arguments))
        return damage

    return register
