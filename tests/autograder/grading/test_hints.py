"""What is told of a hidden test that did not pass: nothing that depends on its arguments."""

from __future__ import annotations

import pytest

from autograder.grading.hints import LEFT_BELOW, NOT_WRITTEN, TextHints, lines_in_sight
from autograder.notebook.cells import Cell
from tests.autograder.workers.bench import answer, check_cell, plain

BLANK = "# Define f here\n..."
STUB = "def f(x):\n    raise NotImplementedError()"


@pytest.mark.parametrize(
    ("cells", "hint"),
    [
        ([answer("def f(x): return x")], ""),
        ([answer("def g(x): return x"), plain("f = g")], ""),
        ([answer("def g(x): return x")], "Your notebook does not define 'f'."),
        ([answer("def g(x): return x"), check_cell("f(1)")], "Your notebook does not define 'f'."),
        ([answer("def f(x): del globals()['f']")], ""),  # missing in the end, by its own doing
        ([answer(STUB)], NOT_WRITTEN),
        ([answer(STUB + "  # mine")], ""),
        ([answer("def f(x):\n    y = x\n    raise NotImplementedError()")], LEFT_BELOW),
        (
            [answer('def f(x):\n    """F."""\n    raise NotImplementedError()\n    return x')],
            LEFT_BELOW,
        ),
        (
            [answer("def f(x):\n    if x < 0:\n        raise NotImplementedError()\n    return x")],
            "",
        ),
        ([answer("def f(x) -> raise NotImplementedError()")], ""),
        ([answer(f"{STUB}\nx = {'-' * 10_000}f")], ""),  # deeper than the parser follows
        ([answer(f"def f(x):\n    y = x{'; y' * 20_000}\n    raise NotImplementedError()")], ""),
        # A blank answer may mention what another one defines.
        ([answer("def f(x): return x"), answer(BLANK, "blank")], ""),
        ([answer("f = len"), answer(BLANK, "blank")], ""),
        ([answer("x = 1"), answer(BLANK, "blank")], NOT_WRITTEN),
        ([Cell("markdown", "f")], "Your notebook does not define 'f'."),
    ],
)
def test_hints_come_from_the_text_alone(cells: list[Cell], hint: str) -> None:
    released = {"answer": STUB, "blank": BLANK}
    assert TextHints.of(cells, released).about(["f"]) == hint


@pytest.mark.parametrize(
    ("source", "released", "count"),
    [
        ("a\nb\n# BEGIN\nsecret\n# END\nc", "a\nb\nc", 2),
        ("# BEGIN\nsecret\n# END\na", "a", 0),
        ("for x in y:\n    a\n    # BEGIN\n    secret\n    # END", "for x in y:\n    a", 0),
        ("try:\n    a\n# BEGIN\nfinally:\n    secret\n# END", "try:\n    a", 0),
        ("a\nb", "a\nb", 2),
        ("a\nsecret\na", "a\na", 1),
    ],
)
def test_only_lines_above_the_first_hidden_one_are_in_sight(
    source: str, released: str, count: int
) -> None:
    assert lines_in_sight(source, released) == count
