"""The last cell of an assignment tells what is sure, what is to come and what to look at next."""

from __future__ import annotations

import pytest

from autograder.ipython.shell import Capture, Shell
from course_lib import checks

SQUARE = "def square(x):\n    return x**2"
TEST = (
    "# square, visible test (0.5 points): one number.\n"
    "checks.assert_close(square(3.0), 9.0, what='square')"
)
CUBE = "# cube, visible test (1 points): one number.\nchecks.assert_close(cube(2.0), 8.0)"


@pytest.fixture
def shell() -> Shell:
    return Shell(Capture(10_000))


def said(shell: Shell, *cells: str) -> list[str]:
    """The lines that the last cell prints after these cells."""
    with shell.in_use():
        for cell in (
            "from course_lib import checks",
            *cells,
            "checks.progress(square=2, cube=3)",
        ):
            shell.run(cell)
    (output,) = shell.capture.outputs
    lines: list[str] = output.get("text", str(output)).splitlines()
    return lines


def test_points_of_passing_tests_are_sure(shell: Shell) -> None:
    lines = said(shell, SQUARE, TEST)
    assert [line.split() for line in lines[1:4]] == [
        ["square", "0.5", "1.5", "2"],
        ["cube", "–", "3", "3"],
        ["all", "0.5", "4.5", "5"],
    ]
    assert lines[4] == "Run the visible tests of cube next: none has been run yet."


def test_the_first_test_that_fails_is_to_be_looked_at(shell: Shell) -> None:
    lines = said(shell, "def square(x): return -x**2", TEST)
    assert lines[1].split() == ["square", "0", "1.5", "2"]
    assert lines[4].startswith("Look at square next: square has the wrong sign")


def test_what_has_been_mended_since_counts(shell: Shell) -> None:
    lines = said(shell, "def square(x): return -x**2", TEST, SQUARE)
    assert lines[1].split() == ["square", "0.5", "1.5", "2"]


def test_a_function_that_is_not_written_is_called_that(shell: Shell) -> None:
    lines = said(shell, "def square(x):\n    raise NotImplementedError()", TEST)
    assert lines[4] == "Look at square next: it is not written yet."


def test_other_errors_are_told_with_their_type(shell: Shell) -> None:
    lines = said(shell, TEST)
    assert lines[4] == "Look at square next: NameError: name 'square' is not defined"


def test_an_error_is_told_with_the_line_of_the_function(shell: Shell) -> None:
    lines = said(shell, "def square(x):\n    return x.shape", TEST)
    assert (
        lines[4] == "Look at square next: AttributeError: 'float' object has no attribute 'shape'"
    )
    assert lines[5:] == ["    in square, line 2: return x.shape"]


def test_no_line_of_the_table_is_wider_than_a_phone(capsys: pytest.CaptureFixture[str]) -> None:
    checks.progress(binary_cross_entropy_with_logits=4, softmax_regression_loss=13)
    table = capsys.readouterr().out.splitlines()[:-1]
    assert [line for line in table if len(line) > 44] == []
    assert [line.split() for line in table[1:3]] == [
        ["binary_cross_entropy"],
        ["_with_logits", "–", "4", "4"],
    ]


def test_hidden_tests_are_still_to_come(shell: Shell) -> None:
    lines = said(shell, SQUARE, TEST, "def cube(x):\n    return x**3", CUBE)
    assert lines[4] == "All visible tests pass. The hidden ones run when this is graded."
