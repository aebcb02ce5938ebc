"""A student's way through an assignment in a real browser: an answer, and the button *Validate*."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.assignments.student_notebooks import answered, known_answer, solutions
from tests.browser.jupyterlab import TOKEN, jupyterlab

pytestmark = [pytest.mark.slow, pytest.mark.browser, pytest.mark.timeout(600)]

PATIENCE = 120_000  # milliseconds; the machine may be busy
ASSIGNMENT = "softmax_regression"
NOTEBOOK = f"notebooks/assignments/{ASSIGNMENT}/{ASSIGNMENT}.ipynb"
FUNCTION = "softmax_cross_entropy"
#: The 1/n of the mean forgotten in the gradient, and what the visible test says of it.
MISTAKE = "sum in the gradient only"
DIAGNOSIS = "CheckFailed: gradient is the sum over the examples: take the mean"
SUCCESS = "Success! Your notebook passes all the tests."

#: Whether all of the line that an element begins is inside of the dialog.
LINE_IS_IN_VIEW = """
(element) => {
    const line = document.createRange();
    const rest = element.nextSibling;
    line.setStart(element, 0);
    line.setEnd(rest, rest.data.indexOf("\\n"));
    const {left, right, top, bottom} = line.getBoundingClientRect();
    const view = element.closest(".jp-Dialog-body").getBoundingClientRect();
    return left >= view.left && right <= view.right && top >= view.top && bottom <= view.bottom;
}
"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("lab")
    with jupyterlab(folder) as address:
        answers = {name: text for name, text in solutions(ASSIGNMENT).items() if name != FUNCTION}
        notebook = json.dumps(answered(ASSIGNMENT, answers))
        (folder / NOTEBOOK).write_text(notebook, encoding="utf-8")
        yield address


@pytest.fixture(scope="module")
def assignment(browser: Browser, server: str) -> Iterator[Page]:
    """The student edition, with all functions written but one."""
    page = browser.new_page(viewport={"width": 1500, "height": 1000})
    page.set_default_timeout(PATIENCE)
    page.goto(f"{server}/lab/workspaces/validate/tree/{NOTEBOOK}?token={TOKEN}")
    yield page
    page.close()


def write(page: Page, answer: str) -> None:
    """Put an answer in place of what the function's cell holds, from the keyboard."""
    editor = page.locator(".jp-CodeCell", has_text=f"def {FUNCTION}(").locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text(answer.strip())
    lines = answer.strip().splitlines()
    expect(editor.locator(".cm-line")).to_have_text(lines, timeout=PATIENCE)


@contextmanager
def validated(page: Page, answer: str) -> Iterator[Locator]:
    """What the button *Validate* shows after an answer was written; closed afterwards."""
    write(page, answer)
    # It saves the notebook, and runs the file in a kernel of its own.
    page.get_by_role("button", name="Validate", exact=True).click()
    results = page.locator(".jp-Dialog-content", has_text="Validation Results")
    expect(results).to_be_visible(timeout=PATIENCE)
    yield results
    results.get_by_role("button", name="Ok").click()
    expect(results).to_have_count(0, timeout=PATIENCE)


def test_a_wrong_answer_gets_its_diagnosis(assignment: Page) -> None:
    with validated(assignment, known_answer(ASSIGNMENT, FUNCTION, MISTAKE).source) as results:
        expect(results).not_to_contain_text(SUCCESS)
        report = results.locator("pre", has_text=DIAGNOSIS)
        expect(report).to_have_count(1)
        last = report.locator("span", has_text="CheckFailed").last
        last.scroll_into_view_if_needed()
        assert last.evaluate(LINE_IS_IN_VIEW)


def test_right_answers_are_a_success(assignment: Page) -> None:
    with validated(assignment, solutions(ASSIGNMENT)[FUNCTION]) as results:
        expect(results.locator(".jp-Dialog-body")).to_have_text(SUCCESS)
