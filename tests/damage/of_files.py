"""Damage to whole files, by programs, disks and version control."""

import json
from typing import Any

from hypothesis import strategies as st

from tests.damage.case import BYTES, NOTEBOOK, SHARE, TEXT, WRONG, way


@way(NOTEBOOK, major=st.sampled_from([4, 5, 3, "4", None]), minor=st.integers(0, 9))
def say_another_format(notebook: Any, major: Any, minor: int) -> Any:
    for cell in notebook["cells"]:
        if minor < 5:
            cell.pop("id", None)
    return {**notebook, "nbformat": major, "nbformat_minor": minor}


@way(NOTEBOOK, several=st.booleans())
def write_as_format_3(notebook: Any, several: bool) -> Any:
    cells = []
    for cell in notebook["cells"]:
        old = {k: v for k, v in cell.items() if k not in ("id", "execution_count")}
        if cell.get("cell_type") == "code":
            old |= {"input": old.pop("source"), "language": "python", "prompt_number": 1}
        cells.append(old)
    halves = [cells[:5], cells[5:]] if several else [cells]
    sheets = [{"cells": half, "metadata": {}} for half in halves]
    return {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": sheets}


@way(NOTEBOOK, keeps_marks=st.booleans())
def in_colab(notebook: Any, keeps_marks: bool) -> Any:
    """Format 4.0; ids are in the metadata, beside what Colab notes of each run."""
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        marks = dict(cell["metadata"]) if keeps_marks else {}
        more = {"id": cell.get("id") or f"x{number}", "colab": {"base_uri": "https://localhost/"}}
        if cell.get("cell_type") == "code":
            more |= {"outputId": "3f", "executionInfo": {"status": "ok", "elapsed": 7, "user": {}}}
        source = str(cell["source"]).splitlines(keepends=True)
        old = {k: v for k, v in cell.items() if k != "id"}
        cells.append({**old, "metadata": {**marks, **more}, "source": source})
    widgets = {"application/vnd.jupyter.widget-state+json": {"0a": {"state": {"x": "y" * 9_999}}}}
    colab = {"colab": {"provenance": [], "toc_visible": True}, "widgets": widgets}
    metadata = {**colab, "kernelspec": {"name": "python3"}, "accelerator": "GPU"}
    return {"nbformat": 4, "nbformat_minor": 0, "metadata": metadata, "cells": cells}


@way(NOTEBOOK, new_ids=st.booleans())
def in_vs_code(notebook: Any, new_ids: bool) -> Any:
    cells = []
    for number, cell in enumerate(notebook["cells"]):
        metadata = {**cell["metadata"], "vscode": {"languageId": "python"}}
        source = str(cell["source"]).splitlines(keepends=True)
        new = {"id": f"{number:08x}"} if new_ids else {}
        cells.append({**cell, **new, "metadata": metadata, "source": source})
    kernel = {"display_name": ".venv", "language": "python", "name": "python3"}
    about = {"kernelspec": kernel, "language_info": {"version": "3.12.1"}, "vscode": {"x": {}}}
    return {**notebook, "metadata": about, "cells": cells}


@way(NOTEBOOK, ids=st.booleans())
def lose_all_metadata(notebook: Any, ids: bool) -> Any:
    lost = ("metadata", "id") if ids else ("metadata",)
    kept = [{k: v for k, v in c.items() if k not in lost} for c in notebook["cells"]]
    cells = [{**cell, "metadata": {}} for cell in kept]
    return {"cells": cells, "nbformat": 4, "nbformat_minor": 4, "metadata": {}}


@way(NOTEBOOK, metadata=st.sampled_from([{"kernelspec": {"name": "none"}}, {}, None, [], "x"]))
def change_kernel(notebook: Any, metadata: Any) -> Any:
    return {**notebook, "metadata": metadata}


@way(NOTEBOOK, value=st.sampled_from(WRONG))
def mix_in(notebook: Any, value: Any) -> Any:
    """Something among the cells is no cell."""
    return {**notebook, "cells": [value, *notebook["cells"], value]}


@way(NOTEBOOK, end=st.sampled_from(["\r\n", "\r", "\n"]))
def change_line_ends(notebook: Any, end: str) -> Any:
    cells = [{**c, "source": str(c["source"]).replace("\n", end)} for c in notebook["cells"]]
    return {**notebook, "cells": cells}


@way(TEXT, share=SHARE)
def truncate(text: str, share: int) -> str:
    return text[: share * len(text) // 1000]


@way(TEXT, share=SHARE)
def conflict_in_the_file(text: str, share: int) -> str:
    lines = text.splitlines()
    at = share * len(lines) // 1000
    theirs = ["<<<<<<< HEAD", *lines[at : at + 3], "=======", ">>>>>>> theirs"]
    return "\n".join([*lines[:at], *theirs, *lines[at + 3 :]])


@way(TEXT, end=st.sampled_from(["\r\n", "\r"]))
def convert_line_ends(text: str, end: str) -> str:
    return text.replace("\n", end)


@way(TEXT, before=st.booleans(), words=st.sampled_from(["null", "\n", "\x00", "{}", "}"]))
def add_text(text: str, before: bool, words: str) -> str:
    return words + text if before else text + words


@way(TEXT, key=st.sampled_from(["cells", "metadata"]), value=st.sampled_from(WRONG))
def say_twice(text: str, key: str, value: Any) -> str:
    """The same key twice in an object: the later one counts."""
    return text.rstrip()[:-1] + f', "{key}": {json.dumps(value)}}}'


@way(BYTES, code=st.sampled_from(["utf-8-sig", "utf-16", "utf-16-le", "utf-32", "latin-1"]))
def encode(content: bytes, code: str) -> bytes:
    text = content.decode("utf-8", "replace")
    return text.encode(code, "replace")


@way(
    BYTES,
    hits=st.lists(st.tuples(st.integers(0, 1 << 20), st.integers(0, 255)), min_size=1, max_size=5),
)
def add_noise(content: bytes, hits: list[tuple[int, int]]) -> bytes:
    noisy = bytearray(content)
    for place, value in hits:
        if noisy:
            noisy[place % len(noisy)] = value
    return bytes(noisy)


@way(BYTES, share=SHARE)
def fill_with_zeros(content: bytes, share: int) -> bytes:
    """As a disk leaves a file when it loses power."""
    whole = share * len(content) // 1000
    return content[:whole] + bytes(len(content) - whole)
