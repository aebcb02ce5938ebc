"""How outcomes are told to students: in words, with a symbol, never by colour alone.

Which part of a cell a student may see: never hidden tests, mark schemes or their outputs.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.notebook.cells import BEGIN_HIDDEN_TESTS, END_HIDDEN_TESTS, Cell
from autograder.results import Outcome


@dataclass(frozen=True)
class Wording:
    """``tone`` chooses the colour; ``explanation`` stands where the test itself says nothing."""

    symbol: str
    title: str
    tone: str
    explanation: str


WORDINGS = {
    Outcome.PASSED: Wording("✓", "Passed", "good", "Everything that was checked is right."),
    Outcome.PARTIAL: Wording(
        "◐", "Partly right", "some", "Some of what was checked is right, and some is not yet."
    ),
    Outcome.FAILED: Wording(
        "✗",
        "Not yet right",
        "bad",
        "Your code ran, but its result is not the expected one. Try it on a case so small that "
        "you know the answer.",
    ),
    Outcome.ERROR: Wording(
        "!",
        "Stopped by an error",
        "bad",
        "Your code raised an error while it was being tested. Restart the kernel, run all cells "
        "and look at the first one that fails.",
    ),
    Outcome.TIMEOUT: Wording(
        "∞",
        "Took too long",
        "bad",
        "Your code did not finish in time. Look for a loop that never ends, or one that can be "
        "replaced by an array operation.",
    ),
    Outcome.CRASHED: Wording(
        "⚡",
        "Python stopped",
        "bad",
        "The Python process ended while your code was being tested, as it does when it runs out "
        "of memory or is told to exit. The other questions were graded without this one.",
    ),
    Outcome.MISSING: Wording(
        "?",
        "Not found",
        "bad",
        "A name that the test needs is not defined. Was the function renamed, or its cell deleted?",
    ),
    Outcome.NO_RESPONSE: Wording(
        "○", "No answer", "bad", "The cell for your answer was left as it was handed out."
    ),
    Outcome.MANUAL: Wording(
        "…", "Waiting for grading", "wait", "A person reads and grades this answer."
    ),
    Outcome.GRADER_ERROR: Wording(
        "↻",
        "Could not be tested",
        "wait",
        "The test itself had a problem. That is not your fault and costs you nothing: a person "
        "will grade this question.",
    ),
}

GRADED_BY_HAND = Wording("✎", "Graded by a person", "hand", "")


_REGIONS = {
    BEGIN_HIDDEN_TESTS: END_HIDDEN_TESTS,
    "BEGIN MARK SCHEME": "END MARK SCHEME",
}


def visible_source(cell: Cell, released: Mapping[str, str]) -> str:
    r"""A cell's source as its student knows it; ``released`` has priority over the marks.

    >>> test = Cell("code", "a\n### BEGIN HIDDEN TESTS\nb\n### END HIDDEN TESTS\nc",
    ...             {"nbgrader": {"grade_id": "t", "grade": True}})
    >>> visible_source(test, {})
    'a\nc'
    """
    if cell.is_solution or cell.grade_id is None:
        return cell.source  # the student wrote it
    if cell.grade_id in released:
        return released[cell.grade_id]
    return _without_regions(cell.source)


def is_withheld(cell: Cell, released: Mapping[str, str], hidden: Collection[str]) -> bool:
    """Whether a cell has a part, and so perhaps outputs, that its student may not see."""
    return cell.grade_id in hidden or visible_source(cell, released) != cell.source


def _without_regions(source: str) -> str:
    """Nothing after a mark that is not closed is shown."""
    kept: list[str] = []
    end: str | None = None
    for line in source.split("\n"):
        if end is not None:
            end = None if end in line else end
            continue
        end = next((_REGIONS[begin] for begin in _REGIONS if begin in line), None)
        if end is None:
            kept.append(line)
    return "\n".join(kept)
