"""The feedback page and the page on the class, as a browser shows them."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize

from autograder.course.notebooks import cell_of
from tests.conftest import ASSIGNMENT, Make, Run, hand_in, notebook_of

PHONE, DESK = ViewportSize(width=390, height=800), ViewportSize(width=1200, height=900)
WRONG = "print('seen')\ndef dot_scores(query, keys):\n    return query @ keys[0].T\n"
# For every piece of text: its colour against the nearest background, as WCAG 2.1 computes it.
CONTRASTS = """
() => {
  const rgb = text => text.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map(v => v / 255)
    .map(v => v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
  const behind = element => {
    for (let e = element; e; e = e.parentElement) {
      const colour = rgb(getComputedStyle(e).backgroundColor);
      if (colour.length === 3 || colour[3] > 0) return colour;
    }
    return [255, 255, 255];
  };
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT), found = [];
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim()) continue;
    const [a, b] = [light(rgb(getComputedStyle(element).color)), light(behind(element))];
    const ratio = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
    found.push([ratio, texts.currentNode.textContent.slice(0, 60)]);
  }
  return found;
}
"""


@pytest.fixture(scope="session")
def course(generated: Path, once: Callable[[str, Make], Path], cli: Callable[..., Run]) -> Path:
    def make(root: Path) -> None:
        shutil.copytree(generated, root, dirs_exist_ok=True)
        hand_in(root, "right", notebook_of(root))
        wrong = notebook_of(root)
        cell_of(wrong, "dot_scores_answer")["source"] = WRONG
        hand_in(root, "wrong", wrong)
        hand_in(root, "letter", "this is no notebook")
        assert cli(root, "autograder", "grade", ASSIGNMENT).returncode == 1
        assert cli(root, "autograder", "report", ASSIGNMENT).returncode == 0

    return once("pages", make)


@pytest.fixture(params=["feedback", "class"])
def page(request: pytest.FixtureRequest, course: Path, browser: Browser) -> Iterator[Page]:
    own = course / "feedback" / "wrong" / ASSIGNMENT / f"{ASSIGNMENT}.html"
    file = own if request.param == "feedback" else course / "reports" / f"{ASSIGNMENT}.html"
    opened = browser.new_page(viewport=DESK)
    asked: list[str] = []
    opened.on("request", lambda request: asked.append(request.url))
    opened.goto(file.as_uri())
    yield opened
    assert [url for url in asked if not url.startswith("data:")] == [file.as_uri()]
    opened.close()


def test_text_stands_out_from_its_background(page: Page) -> None:
    """WCAG AA: at least 4.5 to 1."""
    contrasts = page.evaluate(CONTRASTS)
    assert len(contrasts) > 20
    assert [found for found in contrasts if found[0] < 4.5] == []


def test_headings_go_down_one_level_at_a_time(page: Page) -> None:
    names = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all("all => all.map(h => h.tagName)")
    levels = [int(name[1]) for name in names]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))


def test_page_fits_a_phone(page: Page, pictures: Path, request: pytest.FixtureRequest) -> None:
    page.set_viewport_size(PHONE)
    page.screenshot(path=pictures / f"{request.node.name}.png")
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_class_page_leads_to_the_feedback(course: Path, browser: Browser) -> None:
    page = browser.new_page()
    page.goto((course / "reports" / f"{ASSIGNMENT}.html").as_uri())
    assert "letter" in page.locator("section", has_text="To be looked at").inner_text()
    page.get_by_role("link", name="wrong").click()
    assert page.get_by_role("heading", level=1).inner_text() == f"{ASSIGNMENT}: feedback"
    page.close()
