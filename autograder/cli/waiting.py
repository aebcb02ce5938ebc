"""What of a grading waits for a person, and which command comes next."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from enum import Enum, auto
from shlex import quote
from typing import TYPE_CHECKING

from autograder.cli.terminal import plain
from autograder.grading.score import AT_FAULT, LOW_LIMIT, TOO_BUSY
from autograder.results import Outcome, Question, counted

if TYPE_CHECKING:
    from rich.text import Text

    from autograder.grading.graded import Graded

#: Names in a line; of more it tells how many.
_MOST = 10


class _Why(Enum):
    BUSY = auto()
    AT_FAULT = auto()
    DOUBT = auto()
    BY_HAND = auto()


def waiting(graded: Sequence[Graded]) -> Iterator[Text]:
    """A line for each question of which somebody has no points yet: of whom, and what to do.

    Notebooks that could not be graded, points that are out of date and limits that are too low
    have lines of their own.
    """
    found: dict[tuple[str, str, _Why], dict[str, None]] = defaultdict(dict)
    for each in graded:
        for result in each.results:
            review = each.review(result)
            for question in () if result.error or review.excused else result.questions:
                why = _why(question)
                if why and review.score(question) is None:
                    found[result.assignment, question.grade_id, why][result.student] = None
    for (assignment, name, why), students in found.items():
        yield plain(f"{assignment}, {name}: {_what_to_do(why, assignment, name, [*students])}")


def _why(question: Question) -> _Why | None:
    if question.outcome is Outcome.MANUAL:
        return _Why.BY_HAND
    if question.outcome is not Outcome.GRADER_ERROR or question.message == LOW_LIMIT:
        return None
    return {TOO_BUSY: _Why.BUSY, AT_FAULT: _Why.AT_FAULT}.get(question.message, _Why.DOUBT)


def _what_to_do(why: _Why, assignment: str, question: str, students: Sequence[str]) -> str:
    grade, what = f"autograder grade {quote(assignment)}", f"{quote(assignment)} {quote(question)}"
    if why is _Why.BUSY:
        chosen = "".join(f" --student {quote(each)}" for each in students[:_MOST])
        return (
            f"the machine was too busy for {_listed(students)}. When it has less to do: "
            f"{grade} --force{chosen if len(students) <= _MOST else ''}"
        )
    if why is _Why.AT_FAULT:
        return (
            f"your own solution does not pass either, so {_listed(students)} have no points for "
            f"it. Mend the test and grade again, or decide for everybody: autograder drop {what} "
            "(or void, or full)."
        )
    if why is _Why.DOUBT:
        return (
            f"a person decides for {_listed(students)}. Why: {grade} --student "
            f"{quote(students[0])} --show-only. Then give points in formgrader or by autograder "
            "enter."
        )
    waits = counted(len(students), "answer waits", "answers wait")
    return f"{waits} for points, in formgrader or by autograder enter."


def _listed(students: Sequence[str]) -> str:
    more = len(students) - _MOST
    return ", ".join(students[:_MOST]) + (f" and {more} more" if more > 0 else "")
