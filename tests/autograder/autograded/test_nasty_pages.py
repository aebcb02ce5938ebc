"""Every page of any submission opens in three seconds: the student's, and formgrader's."""

from __future__ import annotations

import time
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Route

from autograder.autograded.notebook import write_autograded
from autograder.feedback.page import render_page
from autograder.notebook.cells import Cell
from autograder.report.analysis import analyse
from autograder.report.page import render_report
from autograder.results import CellRun, NotebookResult, Outcome, Question, Review
from tests.autograder.nasty_notebooks import NASTY, nasty_result
from tests.autograder.pictures import png

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

SECONDS = 3.0  # to open a page, on a machine that does nothing else
RATIO = 8  # times as long as an honest page takes, where the machine does something else
PAGE_BYTES = 3_000_000
_NBGRADER = find_spec("nbgrader")
assert _NBGRADER is not None
assert _NBGRADER.origin is not None
FORMGRADER = str(Path(_NBGRADER.origin).parent / "server_extensions" / "formgrader" / "templates")


def honest_result() -> NotebookResult:
    """Ten answers with text, a table and a figure each."""
    table = "<table>" + ("<tr>" + "<td>1.25</td>" * 8 + "</tr>") * 20 + "</table>"
    outputs = (
        {"output_type": "stream", "text": "loss 0.25\n" * 20},
        {"output_type": "execute_result", "data": {"text/html": table}},
        {"output_type": "display_data", "data": {"image/png": png(640, 480)}},
    )
    code = CellRun(Cell("code", "def mean(x):\n    return sum(x) / len(x)\n" * 10), outputs)
    text = CellRun(Cell("markdown", "# Title\n\nWe minimise $\\sum_i (y_i - a_i)^2$ by *hand*."))
    return NotebookResult("ps1", "ada", "honest", cells=(code, text) * 10)


def formgraders_page(notebook: Path) -> str:
    from nbconvert import HTMLExporter

    exporter: Any = HTMLExporter(  # type: ignore[no-untyped-call]
        template_name="formgrade", extra_template_basedirs=[FORMGRADER]
    )
    names = ("assignment_id", "notebook_id", "student", "base_url", "submission_id")
    names += ("last_name", "first_name", "notebook_path")
    resources = {**dict.fromkeys(names, "x"), "index": 0, "total": 1}
    html: str = exporter.from_filename(str(notebook), resources)[0]
    return html


def only_what_is_here(route: Route) -> None:
    if route.request.url.startswith(("file:", "data:")):
        route.continue_()
    else:
        route.abort()


def seconds_to_open(browser: Browser, path: Path) -> float:
    """From the address to the first frame after everything has been loaded."""
    page = browser.new_page()
    page.route("**/*", only_what_is_here)
    page.set_default_timeout(60_000)
    start = time.monotonic()
    page.goto(path.as_uri())
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 0)))")
    took = time.monotonic() - start
    page.close()
    return took


@pytest.fixture(scope="module")
def longest(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> float:
    """Seconds by the clock that opening a page may take now."""
    path = tmp_path_factory.mktemp("honest") / "page.html"
    path.write_text(render_page(honest_result()), encoding="utf-8")
    return max(SECONDS, RATIO * max(seconds_to_open(browser, path) for _ in range(3)))


def opens_in_time(html: str, folder: Path, browser: Browser, longest: float) -> None:
    assert len(html) < PAGE_BYTES
    path = folder / "page.html"
    path.write_text(html, encoding="utf-8")
    assert seconds_to_open(browser, path) < longest


@pytest.mark.parametrize("name", NASTY)
def test_a_students_page_opens_in_time(
    name: str, longest: float, tmp_path: Path, browser: Browser
) -> None:
    opens_in_time(render_page(nasty_result(name)), tmp_path, browser, longest)


@pytest.mark.parametrize("name", NASTY)
def test_formgraders_page_opens_in_time(
    name: str, longest: float, tmp_path: Path, browser: Browser
) -> None:
    formgraders_page(write_autograded(tmp_path, honest_result()))  # imports what is needed
    notebook = write_autograded(tmp_path, nasty_result(name))
    start = time.process_time()
    html = formgraders_page(notebook)
    assert time.process_time() - start < SECONDS  # in which formgrader's server answers nobody
    opens_in_time(html, tmp_path, browser, longest)


def test_the_report_of_a_nasty_class_opens_in_time(
    longest: float, tmp_path: Path, browser: Browser
) -> None:
    class_: list[tuple[NotebookResult, Review]] = []
    for number in range(500):
        message = "a" + "\u0300" * 3_000 + f"<img src=x>\u202e{number}" * 100
        question = Question("q", 0.0, 1.0, Outcome.FAILED, message)
        student = f"<b>{number}" + "\u0627a" * 100
        class_.append((NotebookResult("ps1", student, "n", (question,)), Review()))
        error = NotebookResult("ps1", f"{student}-half", "n", error=message)
        class_.append((error, Review()))
    opens_in_time(render_report(analyse("ps1", class_)), tmp_path, browser, longest)
