"""A lab on free ports, Debian's Chromium, and pictures of every page, which are kept outside."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, sync_playwright

from tests.browser.pages import Desk
from tests.conftest import ASSIGNMENTS, PATIENCE_S, SCRIPTS, copy_course

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# It runs as root in containers, and asks nobody for anything.
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def chromium() -> str:
    """The browser's program; without one the test fails, since nothing else shows what it shows."""
    found = next(filter(None, map(shutil.which, _NAMES)), None)
    if found is None:
        pytest.fail(
            "Chromium is missing, which these tests drive; as root: apt-get install chromium"
        )
    return found


@dataclass(frozen=True, kw_only=True)
class Lab:
    """A running lab: its folder, the addresses by role, the home of the person who started it."""

    root: Path
    home: Path
    addresses: dict[str, str]
    visited: set[str] = field(default_factory=set)

    @property
    def course(self) -> Path:
        return self.root / "course"

    @property
    def student(self) -> Path:
        return self.root / "student"

    def see(self, request: Request) -> None:
        """Note whom the browser asks."""
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob", "about"):
            self.visited.add(address.hostname or request.url)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    root, home = tmp_path_factory.mktemp("course"), tmp_path_factory.mktemp("home")
    for name in ASSIGNMENTS:
        copy_course(root, name)
    command = [sys.executable, str(SCRIPTS / "autograder"), "lab", "--json", "addresses.json"]
    with (root / "printed").open("wb") as printed:
        process = subprocess.Popen(
            command, cwd=root, env={**os.environ, "HOME": str(home)}, stdout=printed, stderr=printed
        )
    try:
        addresses = root / "addresses.json"
        while not addresses.exists():  # it gives up itself when JupyterLab does not start
            assert process.poll() is None, (root / "printed").read_text()
            time.sleep(0.1)
        yield Lab(root=root / "lab", home=home, addresses=json.loads(addresses.read_text()))
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE_S) == 0


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Ends with its module: while it is there, an event loop runs in the thread of the tests."""
    program = chromium()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=QUIET)
        yield started
        started.close()


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the pictures go; `AUTOGRADER_SCREENSHOTS` names a folder to keep them."""
    folder = Path(os.environ.get("AUTOGRADER_SCREENSHOTS") or tmp_path_factory.mktemp("pictures"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def context(browser: Browser, lab: Lab) -> Iterator[BrowserContext]:
    """One browser for both roles, as one person has it. What is not on this machine is refused."""
    opened = browser.new_context(viewport={"width": 1400, "height": 1000})
    opened.set_default_timeout(PATIENCE_S * 1000)
    # Playwright writes into the object of a bound method, and this one is frozen.
    opened.on("request", lambda request: lab.see(request))  # noqa: PLW0108
    opened.route(lambda url: urlsplit(url).hostname != "127.0.0.1", lambda route: route.abort())
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def instructor(context: BrowserContext, lab: Lab) -> Desk:
    return Desk(context.new_page(), lab.addresses["instructor"])


@pytest.fixture(scope="module")
def student(context: BrowserContext, lab: Lab) -> Desk:
    return Desk(context.new_page(), lab.addresses["student"])


_FIRST_FAILURE = pytest.StashKey[str]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Remember which test of a story failed first."""
    report = yield
    if report.failed and item.parent is not None:
        item.parent.stash.setdefault(_FIRST_FAILURE, item.name)
    return report


@pytest.fixture
def story(request: pytest.FixtureRequest) -> None:
    """For tests that go on from one another: none waits for what cannot come any more."""
    failed = request.node.parent.stash.get(_FIRST_FAILURE, None)
    if failed is not None:
        pytest.fail(f"this goes on from {failed}, which failed")


@pytest.fixture(autouse=True)
def picture_at_the_end(request: pytest.FixtureRequest, pictures: Path) -> Iterator[None]:
    """How the pages of a test looked when it ended, however it ended."""
    yield
    opened = request.node.funcargs.get("context")
    pages: list[Page] = opened.pages if opened else []
    for number, page in enumerate(pages):
        page.screenshot(path=pictures / f"{request.node.name}-end-{number}.png")
