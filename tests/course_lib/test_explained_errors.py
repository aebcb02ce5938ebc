"""Below an error in a notebook stands what it often means."""

from __future__ import annotations

import re

import nbformat
import pytest
from nbclient import NotebookClient

from course_lib import checks

_COLOURS = re.compile(r"\x1b\[[0-9;]*m")
SETUP = "import numpy as np\nfrom course_lib import checks\n"
TEST = "# loss, visible test (1 point): one number.\n"


@pytest.fixture(scope="module")
def tracebacks() -> list[str]:
    """What a kernel shows of errors after `explain_errors`."""
    sources = [
        f"{SETUP}checks.explain_errors()",
        "np.ones(2) ^ 2",
        "{}['a']",
        "checks.assert_close(2.0, 1.0, what='loss')",
        "def loss(x):\n    return np.ones(2) ^ x",
        "with checks.when_written():\n    print(np.sum(loss(1.0)))",
        "with checks.when_written():\n    np.ones(3) @ np.ones(2)",
        f"{TEST}checks.assert_close(\n    loss(1.0),\n    1.0,\n    what='loss',\n)",
        f"{TEST}checks.assert_close(lost(1.0), 1.0)",
        f"{TEST}checks.assert_close(2.0, 1.0, what='loss')",
    ]
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    NotebookClient(notebook, allow_errors=True, timeout=120, kernel_name="python3").execute()
    return [
        _COLOURS.sub("", "\n".join(output["traceback"]))
        for cell in notebook.cells[1:]
        for output in cell.outputs
    ]


def test_what_a_message_often_means_stands_below_it(tracebacks: list[str]) -> None:
    *_, message, advice = tracebacks[0].splitlines()
    assert message.startswith("TypeError: ufunc 'bitwise_xor'")
    assert advice == "A power is written **, as in r**2: ^ is something else."


def test_an_error_of_which_nothing_is_known_is_as_it_was(tracebacks: list[str]) -> None:
    assert tracebacks[1].splitlines()[-1] == "KeyError: 'a'"


def test_a_failed_check_is_still_short(tracebacks: list[str]) -> None:
    assert len(tracebacks[2].splitlines()) == 2
    assert "loss is twice as large as it should be" in tracebacks[2]


def test_below_what_uses_their_functions_stands_where_students_have_to_look(
    tracebacks: list[str],
) -> None:
    message, place, advice = tracebacks[3].splitlines()
    assert message.startswith("TypeError: ufunc 'bitwise_xor'")
    assert place == "    in loss, line 2: return np.ones(2) ^ x"
    assert advice.startswith("A power is written **")


def test_what_comes_up_outside_of_their_functions_sends_to_the_tests(tracebacks: list[str]) -> None:
    message, place = tracebacks[4].splitlines()[:2]
    assert message.startswith("ValueError: matmul")
    assert place == ("    in line 2 of this cell, which uses your functions: do their tests pass?")


def test_an_error_in_a_test_is_short_and_leads_to_the_function(tracebacks: list[str]) -> None:
    message, place, advice = tracebacks[5].splitlines()
    assert message.startswith("TypeError: ufunc 'bitwise_xor'")
    assert place == "    in loss, line 2: return np.ones(2) ^ x"
    assert advice.startswith("A power is written **")


def test_an_error_of_the_test_cell_itself_is_short(tracebacks: list[str]) -> None:
    message, place = tracebacks[6].splitlines()[:2]
    assert message == "NameError: name 'lost' is not defined"
    assert place == "    in line 2 of this test: checks.assert_close(lost(1.0), 1.0)"


def test_a_check_that_fails_in_a_test_is_as_elsewhere(tracebacks: list[str]) -> None:
    assert tracebacks[7] == tracebacks[2]


def test_outside_of_a_notebook_nothing_happens() -> None:
    checks.explain_errors()
