"""What people do in JupyterLab and formgrader: found by what they see, waited for, never slept."""

import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import FrameLocator, Locator, Page, expect

from autograder.course.notebooks import grade_id_of, text_of
from tests.conftest import PATIENCE_S

expect.set_options(timeout=PATIENCE_S * 1000)


class Desk:
    """One person's JupyterLab."""

    def __init__(self, page: Page, address: str) -> None:
        self.page, self.address = page, address.partition("lab?")[0]
        # JupyterLab asks when a cell is run before its kernel is there; the right one is proposed.
        question = page.locator(".jp-Dialog", has_text="Select Kernel")
        select = question.get_by_role("button", name="Select", exact=True)
        # No parameter, else Playwright hands one over.
        page.add_locator_handler(question, lambda: select.click())  # noqa: PLW0108
        page.goto(address)
        page.get_by_role("menuitem", name="Nbgrader").wait_for()

    def menu(self, name: str, entry: str) -> None:
        self.page.get_by_role("menuitem", name=name, exact=True).click()
        self.page.get_by_role("menuitem", name=entry, exact=True).click()

    def tab(self, name: str) -> None:
        self.page.locator("#jp-main-dock-panel").get_by_role("tab", name=name).click()

    def open_file(self, name: str, home: Path) -> "Notebook":
        """Open the notebook of a fetched assignment in the file browser."""
        files = self.page.locator(".jp-DirListing-item:visible")
        self.page.locator(".jp-BreadCrumbs-home").click()
        files.filter(has_text=name).dblclick()
        files.filter(has_text=f"{name}.ipynb").dblclick()
        return Notebook(self.page, home / name / f"{name}.ipynb")

    def formgrader(self) -> "Formgrader":
        self.menu("Nbgrader", "Formgrader")
        return Formgrader(self.page)

    def assignments(self) -> "AssignmentList":
        self.menu("Nbgrader", "Assignment List")
        return AssignmentList(self.page)


class AssignmentList:
    """nbgrader's list of released, downloaded and submitted assignments."""

    def __init__(self, page: Page) -> None:
        self._page = page

    def row(self, part: str, name: str) -> Locator:
        rows = self._page.locator(f"#{part}_assignments_list > .list_item")
        return rows.filter(has=self._page.locator(f".item_name >> text='{name}'"))

    def refresh(self) -> None:
        self._page.locator("#refresh_assignments_list").click()

    def fetch(self, name: str) -> None:
        self.row("released", name).get_by_role("button", name="Fetch").click()
        self.row("fetched", name).get_by_role("button", name="Submit").wait_for()

    def open(self, name: str, path: Path) -> "Notebook":
        row = self.row("fetched", name)
        row.locator(".assignment-notebooks-link").click()
        row.locator(".nested_list_item a", has_text=name).click()
        return Notebook(self._page, path)

    def submit(self, name: str) -> None:
        self.row("fetched", name).get_by_role("button", name="Submit").click()
        self.row("submitted", name).get_by_role("button", name="Fetch Feedback").wait_for()


class Notebook:
    """The notebook in front; `path` is its file, which says where a cell stands."""

    def __init__(self, page: Page, path: Path) -> None:
        self._page, self._path = page, path
        self.panel = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
        self.panel.locator(".jp-Cell").first.wait_for()
        expect(self.panel.locator('[data-status="idle"]').first).to_be_visible()

    @property
    def cells(self) -> list[dict[str, Any]]:
        """The cells as they were saved last."""
        return list(json.loads(self._path.read_text())["cells"])

    def place(self, grade_id: str) -> int:
        return next(i for i, cell in enumerate(self.cells) if grade_id_of(cell) == grade_id)

    def place_of(self, text: str) -> int:
        """The code cell with this text in it, the last if there are more."""
        return max(
            i
            for i, cell in enumerate(self.cells)
            if cell["cell_type"] == "code" and text in text_of(cell)
        )

    def cell(self, place: int) -> Locator:
        return self.panel.locator(f'.jp-Cell[data-windowed-list-index="{place}"]')

    def output(self, place: int) -> Locator:
        return self.cell(place).locator(".jp-Cell-outputArea")

    def select(self, place: int) -> None:
        """Click beside the cell. A folded one would unfold; it comes after the text above it."""
        above, cell = self.cells[max(place - 1, 0)], self.cells[place]
        folded = cell["metadata"].get("jupyter", {}).get("source_hidden", False)
        if folded and above["cell_type"] == "markdown":
            self.select(place - 1)
            self._page.keyboard.press("Shift+Enter")
        else:
            self.cell(place).locator(".jp-InputPrompt").click()
        expect(self.cell(place)).to_have_class(re.compile(r"\bjp-mod-active\b"))

    def write(self, place: int, source: str) -> None:
        """Replace what stands in the cell, as by hand."""
        editor = self.cell(place).locator(".cm-content")
        editor.click()
        self._page.keyboard.press("ControlOrMeta+a")
        self._page.keyboard.insert_text(source)
        self._page.keyboard.press("Escape")

    def run(self, place: int) -> Locator:
        """Run the cell and wait for its end; its output."""
        self.select(place)
        before = self._prompt(place)
        self._page.keyboard.press("Control+Enter")
        if before is not None:
            prompt = self.cell(place).locator(".jp-InputPrompt").first
            expect(prompt).not_to_have_text(before)
            expect(prompt).to_have_text(re.compile(r"\[\d+\]:"))
        return self.output(place)

    def run_all_above(self, place: int) -> None:
        self.select(place)
        self._page.get_by_role("menuitem", name="Run", exact=True).click()
        self._page.get_by_role("menuitem", name="Run All Above Selected Cell", exact=True).click()

    def save(self) -> None:
        self._page.keyboard.press("ControlOrMeta+s")
        expect(self._page.locator(".lm-TabBar-tab.jp-mod-current.jp-mod-dirty")).to_have_count(0)

    def validate(self) -> Locator:
        """Press the button and wait; the dialog."""
        self.panel.get_by_role("button", name="Validate").click()
        dialog = self._page.locator(".jp-Dialog", has_text="Validation Results")
        dialog.wait_for()
        return dialog

    def _prompt(self, place: int) -> str | None:
        """What stands beside the cell; a folded one has no number there."""
        prompt = self.cell(place).locator(".jp-InputArea-prompt")
        return prompt.first.text_content() if prompt.count() and prompt.first.is_visible() else None


class Formgrader:
    """formgrader, in its frame within JupyterLab."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.frame: FrameLocator = page.frame_locator("#formgrader-iframe iframe")

    def row(self, text: str) -> Locator:
        return self.frame.locator("tbody tr").filter(has_text=text)

    def press(self, row: str, column: str) -> str:
        """Press the sign in a table, wait for the answer, close it; what it said."""
        self.row(row).locator(f"td.{column} a").click()
        answer = self.frame.locator(".modal.in")
        answer.wait_for()
        text = answer.inner_text()
        assert "Success" in text, text
        answer.get_by_role("button", name="OK").click()
        expect(answer).to_have_count(0)
        return text

    def go(self, link: str) -> None:
        self.frame.get_by_role("link", name=link, exact=True).first.click()

    def task(self, name: str) -> Locator:
        """The cell in the view of a submission that holds our table of a task's checks."""
        cells = self.frame.locator("div.cell")
        return cells.filter(has=self.frame.locator(f".nbgrader-label code >> text='{name}'"))

    def comment(self, answer: str, text: str) -> None:
        """Write a comment below an answer; formgrader saves it when the field is left."""
        field = self.frame.locator(f"#{answer}-comment")
        with self.page.expect_response(
            lambda r: "/formgrader/api/comment/" in r.url and r.request.method == "PUT"
        ) as saved:
            field.fill(text)
            field.blur()
        assert saved.value.ok
