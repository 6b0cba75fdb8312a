"""formgrader alone, in a Jupyter server of its own, and what its pages say in a real browser."""

import http.client
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import QUIET, chromium
from tests.conftest import PATIENCE_S

_EXTENSION = "nbgrader.server_extensions.formgrader"
# A cell's column is its class; a sign in it is a yes, and of two names the shown one counts.
_ROWS = """rows => rows.map(row => Object.fromEntries([...row.cells].map(cell => [
    [...cell.classList].find(name => name !== "text-center" && !name.startsWith("sorting")),
    (cell.querySelector(".name-shown:not(.glyphicon)") ?? cell).textContent.trim()
        || (cell.querySelector(".glyphicon") ? "yes" : "")])))"""
Row = dict[str, str]


class FormgraderPages:
    """Its pages in a browser, by their addresses."""

    def __init__(self, page: Page, address: str) -> None:
        self._page, self._address = page, address

    def table(self, place: str) -> list[Row]:
        """The rows of a page's table, when they have come; each by the names of its columns."""
        self._open(place)
        self._page.wait_for_function("models && models.loaded")
        rows: list[Row] = self._page.eval_on_selector_all("#main-table tr", _ROWS)
        return rows

    def fields(self, submission: str) -> Row:
        """What stands in the fields for scores of a submission's page, by task."""
        self._open(f"submissions/{submission}/")
        self._page.wait_for_function("formgrader.grades && formgrader.grades.loaded")
        found: Row = self._page.eval_on_selector_all(
            "input.score", "all => Object.fromEntries(all.map(one => [one.id, one.value]))"
        )
        return found

    def _open(self, place: str) -> None:
        self._page.goto(f"{self._address}/formgrader/{place}")


@contextmanager
def formgrader_of(course: Path, own: Path) -> Iterator[FormgraderPages]:
    """Serve the course in its folder and open a browser; `own` is for what Jupyter writes."""
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        port = bound.getsockname()[1]
    token = secrets.token_hex(16)
    command = [
        *(sys.executable, "-m", "jupyter_server", "--no-browser", "--allow-root"),
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.jpserver_extensions={_EXTENSION}=True",
        f"--IdentityProvider.token={token}",
    ]
    moved = {name: str(own) for name in ("HOME", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR")}
    moved |= {"JUPYTER_RUNTIME_DIR": str(own), "IPYTHONDIR": str(own)}
    address = f"http://127.0.0.1:{port}"
    with (own / "log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=course, env={**os.environ, **moved}, stdout=log, stderr=log
        )
    try:
        while not _answers(port):
            assert server.poll() is None, (own / "log").read_text()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=QUIET)
            page = browser.new_page()
            page.set_default_timeout(PATIENCE_S * 1000)
            page.goto(f"{address}/formgrader/manage_assignments?token={token}")
            yield FormgraderPages(page, address)
            browser.close()
    finally:
        server.terminate()
        server.wait(PATIENCE_S)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
    try:
        connection.request("GET", "/api")
        return connection.getresponse().status == http.HTTPStatus.OK
    except OSError:
        time.sleep(0.1)
        return False
    finally:
        connection.close()
