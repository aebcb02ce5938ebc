"""Messages that tell of one cause are told once, whatever a student's exception says."""

from __future__ import annotations

import pytest

from autograder.results import cause_of


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ("Your code raised ValueError: 2 is not 3 (line 4: p - q).", "ValueError (line 4: p - q)"),
        ("Your code raised ValueError: 5 is not 6 (line 4: p - q)", "ValueError (line 4: p - q)"),
        ("raised KeyError: 1 (line 2: d[f(x)]). Is it there?", "KeyError (line 2: d[f(x)])"),
        ("With x:\nraised KeyError: 1 (line 2: d[x]).", "KeyError (line 2: d[x])"),
        ("ValueError: no line", "f: ValueError: no line"),
        ("ValueError: (line 3: it does not end", "ValueError: (line 3: it does not end"),
    ],
)
def test_an_exception_is_known_by_its_kind_and_line(message: str, cause: str) -> None:
    assert cause_of("f-example", message) == cause


def test_no_text_takes_time_squared() -> None:
    # A pattern that tries all beginnings with all ends would take days.
    text = "A" * 50_000 + ": " + " (line 1: " * 20_000 + ")x" * 50_000
    assert cause_of("f-example", f"ValueError: {text}") == f"ValueError: {text}"
