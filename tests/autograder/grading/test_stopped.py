"""A name is not defined: the message says why the cell that should define it did not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.grading.check import check
from autograder.grading.stopped import bound_in
from autograder.results import Question
from tests.autograder.tiny_course import ANSWERS, notebook

RIGHT = ANSWERS["double"]
BEGINNING = "Your notebook does not define 'double'. The cell that should do so "


def double_of(folder: Path, answer: str) -> Question:
    """What the test of this answer says."""
    path = folder / "mine.ipynb"
    path.write_text(notebook(ANSWERS | {"double": answer}), encoding="utf-8")
    shown = {each.grade_id: each for each in check(path).result.questions}
    return shown["test_double"]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("def double(x:\n    return 2 * x", "stopped with SyntaxError: "),
        ("def double(x):\n    return “2” * x", "stopped with SyntaxError: invalid character"),
        ("def double(x):\n    return “2” * x", "(line 2). Type the quotes anew."),
        ("def double(x):\n\ty = x\n        return y", "Indent with blanks alone."),
        (f"<<<<<<< HEAD\n{RIGHT}\n=======\n{RIGHT}\n>>>>>>> mine", "the marks of a merge conflict"),
        (
            f"import no_such_thing\n{RIGHT}",
            "No module named 'no_such_thing' (line 1). Do without it",
        ),
        (f"open('no_such_file')\n{RIGHT}", "FileNotFoundError: [Errno 2] No such file"),
        (f"input()\n{RIGHT}", "(line 1). Nobody types anything in"),
        (f"x = 1\n\n1 / 0\n{RIGHT}", "stopped with ZeroDivisionError: division by zero (line 3)."),
        (f"%%timeit\n{RIGHT}", "begins with %%timeit, so that nothing in it is kept"),
        (f"raise KeyError()\n{RIGHT}", "stopped with KeyError (line 1)."),
    ],
)
def test_the_cell_that_stopped_is_told_with_error_and_line(
    tmp_path: Path, answer: str, why: str
) -> None:
    message = double_of(tmp_path, answer).message
    assert message.startswith(BEGINNING)
    assert why in message


def test_what_stops_below_the_definition_is_no_cause(tmp_path: Path) -> None:
    assert double_of(tmp_path, f"{RIGHT}\n\n1 / 0").score == 1
    wrong = double_of(tmp_path, "def double(x):\n    return x\n\n1 / 0")
    assert wrong.message == "double(2) should be 4"


def test_a_helper_that_is_not_defined_is_traced_to_its_cell(tmp_path: Path) -> None:
    answer = "def double(x):\n    return twice(x)\n\n1 / 0\n\ndef twice(x):\n    return 2 * x"
    message = double_of(tmp_path, answer).message
    assert message == (
        "Your notebook does not define 'twice'. The cell that should do so stopped with "
        "ZeroDivisionError: division by zero (line 4)."
    )


def test_a_line_that_was_handed_out_is_to_be_removed(tmp_path: Path) -> None:
    answer = "def double(x):\n    result = 2 * x\n    raise NotImplementedError()"
    message = double_of(tmp_path, answer).message
    assert message.startswith("Remove the line `raise NotImplementedError()`")


@given(
    st.lists(
        st.sampled_from(["x = 1", "def f():", "  def g(): pass", "", "print(x)", "y: int = 2"])
    )
)
def test_a_name_is_bound_in_the_line_that_it_stands_in(lines: list[str]) -> None:
    found = list(bound_in("\n".join(lines)))
    assert found == [
        (name, number)
        for number, line in enumerate(lines, start=1)
        for name in ("x", "f", "g", "y")
        if re.match(rf"(def {name}\(|  def {name}\(|{name} =|{name}: int =)", line)
    ]


def test_a_cell_of_a_million_lines_is_read_once() -> None:
    # Counting each line from the beginning, this takes an hour.
    assert sum(1 for _ in bound_in("a=\n" * 1_000_000)) == 1_000_000
