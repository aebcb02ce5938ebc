"""The way in: a table of points and comments that a person gives becomes marks of the gradebook.

Its form is that of ``autograder export --format long``, which is there to be filled in. Nothing of
a table is taken, unless all of it can be.
"""

from __future__ import annotations

import dataclasses
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from autograder.autograded.settle import settle
from autograder.course.columns import columns_named
from autograder.course.directory import Course
from autograder.course.parties import parties
from autograder.course.times_table import read_table
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.gradebook.giving import Given, Held, Place
from autograder.results import Review, counted, shown
from autograder.sanitise import defused

_TITLES: Mapping[str, tuple[str, ...]] = {
    "assignment": ("assignment", "assignmentid"),
    "student": ("student", "studentid", "id", "userid", "username", "login"),
    "notebook": ("notebook",),
    "question": ("question", "gradeid", "task"),
    "points": ("points", "score", "mark", "manualscore"),
    "comment": ("comment", "comments", "feedback"),
    "credit": ("extracredit",),
}
#: A comma as in the spreadsheets of half the world.
_NUMBER = re.compile(r"-?\d+(?:[.,]\d*)?|-?[.,]\d+")


@dataclass(frozen=True)
class Row:
    """A line of a table, its cells as they stand there; ``number`` is that of the line."""

    number: int
    assignment: str
    student: str
    notebook: str
    question: str
    points: str
    comment: str
    credit: str


@dataclass(frozen=True)
class Change:
    """What a line changes: what was there before, and what is given."""

    assignment: str
    place: Place
    before: Given
    given: Given


class _Wrong(Exception):
    """A line that cannot be entered, and why."""


def read_rows(path: Path, assignment: str = "") -> list[Row]:
    """The lines of a table that give something, for ``assignment`` where it names none.

    Raises
    ------
    CourseError
        It cannot be read, or lacks a column.
    """
    titles, rows = read_table(path)
    columns = columns_named(titles, _TITLES)
    needed = ["student", "question", *([] if assignment else ["assignment"])]
    missing = [what for what in needed if not columns[what]]
    given = ("points", "comment", "credit")
    if missing or not any(columns[what] for what in given):
        raise CourseError(
            f"{path} has the columns {', '.join(titles) or 'of none'}, expected student, question, "
            "and points, comment or extra_credit, and assignment, unless --assignment says it. "
            "autograder export --format long writes such a table, to be filled in."
        )
    found = []
    for number, row in enumerate(rows, start=2):
        cells = {what: row[title].strip() if title else "" for what, title in columns.items()}
        cells["assignment"] = cells["assignment"] or assignment
        if any(cells[what] for what in given):
            found.append(Row(number, **cells))
    return found


def changes_by(
    course: Course, rows: Sequence[Row], *, replace: bool = False
) -> tuple[list[Change], list[str], int]:
    """What a table changes, why lines of it cannot be entered, and how many repeat old points.

    A line that says what stands there already changes nothing. What is there and is different is
    only replaced where ``replace`` says so. The old points are those for an answer that has been
    handed in anew since: that they hold, a person has to say in formgrader.

    Raises
    ------
    CourseError
        Something of the course cannot be used.
    GradebookError
        The gradebook cannot be used.
    """
    changes: list[Change] = []
    of_places: dict[tuple[str, Place], tuple[Row, Given]] = {}
    of_works: dict[tuple[str, Place], tuple[Row, Given]] = {}  # a group's is one
    problems: list[str] = []
    repeated = 0
    with Gradebook.of(course) as gradebook:
        standing = {
            name: _Standing(course, gradebook, name)
            for name in sorted({row.assignment for row in rows} & {*course.assignments()})
        }
    for row in rows:
        try:
            if row.assignment not in standing:
                near = _among(row.assignment, course.assignments())
                raise _Wrong(f"there is no assignment {row.assignment!r}{near}")
            change, repeats = standing[row.assignment].change_of(row, replace=replace)
            repeated += repeats
            if change.given == Given():
                continue
            if _is_repeated(row, change.given, of_places, (row.assignment, change.place)):
                continue
            shared = dataclasses.replace(change.given, credit=None)
            key = row.assignment, standing[row.assignment].shared(change.place)
            if shared != Given() and _is_repeated(row, shared, of_works, key):
                change = dataclasses.replace(change, given=Given(credit=change.given.credit))
            if change.given != Given():
                changes.append(change)
        except _Wrong as error:
            problems.append(f"line {row.number}: {error}")
    return changes, problems, repeated


def _is_repeated(
    row: Row,
    given: Given,
    told: dict[tuple[str, Place], tuple[Row, Given]],
    key: tuple[str, Place],
) -> bool:
    """Whether a line above says this already; `_Wrong` if it says something else."""
    other, before = told.setdefault(key, (row, given))
    if before != given:
        raise _Wrong(
            f"{row.student}, {row.question}: line {other.number} says something else of "
            f"{'it' if other.student == row.student else 'the same work'}"
        )
    return other is not row


class _Standing:
    """What stands in the gradebook of one assignment, and which lines of a table fit it."""

    def __init__(self, course: Course, gradebook: Gradebook, assignment: str) -> None:
        settle(course, gradebook, assignment)
        self._assignment = assignment
        self._held = gradebook.held(assignment)
        self._reviews = gradebook.reviews(assignment)
        self._students = {defused(student): student for student, _, _ in self._held}
        self._known = gradebook.students()
        self._first = {
            member: party.members[0]
            for party in parties(course, assignment, course.students(assignment))
            for member in party.members
        }

    def shared(self, place: Place) -> Place:
        """The same for all members of a group, whose points are one."""
        student, notebook, cell = place
        return self._first.get(student, student), notebook, cell

    def change_of(self, row: Row, *, replace: bool) -> tuple[Change, bool]:
        """What a line changes, and whether it repeats points for an earlier answer."""
        place = self._place(row)
        student, notebook, cell = place
        held = self._held[place]
        review = self._reviews.get((student, notebook), Review())
        who = f"{student}, {cell}"
        points = self._points(who, row.points, held, review, cell)
        comment = _comment(who, row.comment, held, self._commentable(student, notebook))
        credit = self._credit(who, row.credit, held, review, replace=replace)
        score = review.scores.get(cell, held.score)
        if (points is not None or credit is not None) and review.excused:
            raise _Wrong(
                f"{student} is excused from {self._assignment}: autograder excuse {student} "
                f"{self._assignment} --undo lets it count again"
            )
        is_there = points is not None and score is not None
        if is_there and math.isclose(points or 0.0, score or 0.0, rel_tol=1e-9, abs_tol=1e-9):
            points = None
        elif is_there and not replace:
            by = "a person" if cell in review.scores else "the tests"
            there = f"there {'is' if score == 1 else 'are'} {counted(score or 0.0, 'point')}"
            raise _Wrong(
                f"{who}: {there} by {by}, and the table has {row.points}: --replace lets it take "
                "their place"
            )
        if comment is not None and held.comment and not replace:
            raise _Wrong(
                f"{who}: there is another comment ({held.comment[:60]!r}): --replace lets the "
                "table's take its place"
            )
        before = Given(score, held.comment or None, held.credit or None)
        change = Change(self._assignment, place, before, Given(points, comment, credit))
        return change, is_there and points is None and cell in review.outdated

    def _place(self, row: Row) -> Place:
        student = self._students.get(defused(row.student), "")
        if not student and row.student in self._known:
            raise _Wrong(
                f"{row.student} has nothing of {self._assignment} that was graded: expected "
                "somebody who has handed in; run autograder grade after it is there"
            )
        if not student:
            near = _among(row.student, self._students)
            raise _Wrong(f"there is no student {row.student!r}{near}")
        theirs = [place for place in self._held if place[0] == student]
        notebook, slash, cell = row.question.rpartition("/")
        notebook = notebook if slash else row.notebook
        found = [
            place for place in theirs if place[2] == cell and notebook in ("", defused(place[1]))
        ]
        if not found:
            near = _among(cell, {place[2] for place in theirs})
            where = f"notebook {notebook}" if notebook else self._assignment
            raise _Wrong(f"{where} has no question {cell!r}{near}")
        if len(found) > 1:
            several = " or ".join(f"{notebook}/{cell}" for _, notebook, cell in found)
            raise _Wrong(f"several notebooks have a question {cell!r}: write {several}")
        return found[0]

    def _points(self, who: str, text: str, held: Held, review: Review, cell: str) -> float | None:
        """The points that a line gives; None where it says none, or those of a decision."""
        if not text:
            return None
        if held.max_score is None:
            raise _Wrong(f"{who}: {text} points, and this cell earns none, but takes a comment")
        if not _NUMBER.fullmatch(text):
            raise _Wrong(f"{who}: {text!r} is no number of points")
        points = float(text.replace(",", "."))
        if cell in review.decisions:
            if math.isclose(points, review.scores[cell], rel_tol=1e-9, abs_tol=1e-9):
                return None
            raise _Wrong(
                f"{who}: {text} points, and it was decided of this question that it does not count "
                f"as graded ({review.decisions[cell]}): autograder restore comes first"
            )
        if not 0 <= points <= held.max_score:
            raise _Wrong(
                f"{who}: {text} points, expected 0 to {shown(held.max_score)}; more is extra "
                "credit, in the column extra_credit"
            )
        return points

    def _credit(
        self, who: str, text: str, held: Held, review: Review, *, replace: bool
    ) -> float | None:
        """The extra credit that a line gives; None where it says none, or what stands there."""
        if not text:
            return None
        if not _NUMBER.fullmatch(text):
            raise _Wrong(f"{who}: {text!r} is no number of points of extra credit")
        credit = float(text.replace(",", "."))
        # The export has none of who is excused.
        stands = 0.0 if review.excused else held.credit
        if math.isclose(credit, stands, rel_tol=1e-9, abs_tol=1e-9):
            return None
        if held.max_score is None:
            raise _Wrong(f"{who}: {text} points of extra credit, and this cell earns none")
        if stands and not replace:
            raise _Wrong(
                f"{who}: there is extra credit of {counted(stands, 'point')}, and the table has "
                f"{text}: --replace lets it take its place"
            )
        return credit

    def _commentable(self, student: str, notebook: str) -> list[str]:
        return [
            cell
            for (who, where, cell), held in self._held.items()
            if (who, where) == (student, notebook) and held.comment is not None
        ]


def _comment(who: str, text: str, held: Held, places: Sequence[str]) -> str | None:
    """The comment that a line gives; None if it is none, or the one that stands there."""
    if not text or text in (held.comment, defused(held.comment)):
        return None
    if held.comment is None:
        raise _Wrong(
            f"{who}: a comment, which the gradebook keeps with answers and not with tests: name "
            f"one of {', '.join(places) or 'none here'}"
        )
    # As it was before the export put an apostrophe in front.
    return text[1:] if text[0] == "'" and defused(text[1:]) == text else text


def _among(name: str, known: Collection[str]) -> str:
    if near := get_close_matches(name, known, n=3):
        return f", perhaps {' or '.join(near)} is meant"
    return f", expected one of {', '.join(sorted(known)[:10])}" if known else ""


def enter(course: Course, changes: Sequence[Change]) -> None:
    """Write all changes, or none of them.

    Raises
    ------
    GradebookError
        The gradebook cannot be used; nothing is written.
    """
    given: dict[str, dict[Place, Given]] = {}
    for change in changes:
        given.setdefault(change.assignment, {})[change.place] = change.given
    with Gradebook.of(course) as gradebook:
        gradebook.give(given)
        for assignment in given:
            settle(course, gradebook, assignment)
