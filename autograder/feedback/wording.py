"""What a feedback page tells its student of an outcome, and what of a cell it shows.

Outcomes are told in words and with a symbol, never by colour alone. Hidden tests, mark schemes and
their outputs are not shown.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from autograder.notebook.cells import Cell
from autograder.notebook.regions import regions_from
from autograder.results import Outcome


@dataclass(frozen=True)
class Wording:
    """How the page tells an outcome.

    ``tone`` chooses the colour; ``explanation`` stands where the test itself says nothing.
    """

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
#: The points are for what was handed in before.
GRADED_BEFORE = Wording("✎", "Graded before", "wait", "")
EARLIER_ANSWER = (
    "A person has given points for the answer that you handed in before this one, and looks again."
)
#: For all alike; what exactly, the question's message says.
DECIDED = Wording("✎", "Decided for everybody", "hand", "")

#: The regions with nbgrader's default marks, which hold where the source notebook is not at hand.
_DEFAULT_REGIONS = regions_from({})
_END_OF = {
    region.begin: region.end for region in (_DEFAULT_REGIONS.hidden, _DEFAULT_REGIONS.mark_scheme)
}


def visible_source(cell: Cell, released: Mapping[str, str]) -> str:
    r"""A cell's source as its student knows it.

    ``released`` maps a ``grade_id`` to what students were handed out. Of other cells, the regions
    between nbgrader's default marks are left out.

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
    """Whether a cell has a part, and so perhaps outputs, that its student may not see.

    ``hidden`` are the ``grade_id`` of cells that are known to have one.
    """
    return cell.grade_id in hidden or visible_source(cell, released) != cell.source


def _without_regions(source: str) -> str:
    """The lines outside of hidden regions.

    `Region.replaced` refuses a mark without its counterpart. A page has to be made all the same:
    nothing after a mark that is not closed is shown.
    """
    kept: list[str] = []
    end: str | None = None
    for line in source.split("\n"):
        if end is not None:
            if end in line:
                end = None
            continue
        end = next((_END_OF[begin] for begin in _END_OF if begin in line), None)
        if end is None:
            kept.append(line)
    return "\n".join(kept)
