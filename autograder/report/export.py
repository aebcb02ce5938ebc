"""Marks as tables for a spreadsheet.

Scores are the gradebook's. A score that nobody knows yet is empty, never 0: a notebook that could
not be graded, a question that a person decides, a submission that was not graded. Who handed in
nothing has 0, as in nbgrader's own table.
"""

from __future__ import annotations

import csv
import io
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.autograded.record import reviewed
from autograder.autograded.settle import settle
from autograder.course.directory import Course
from autograder.course.submissions import refused_by_collect, said_of_absent, said_of_excused
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.results import NotebookResult, Question, Review, Timing, shown
from autograder.sanitise import defused
from autograder.term.late import what_is_undecided

#: The points for all assignments, and the most of those that count for the student.
_TOTALS = ("total", "out of")
LONG = (
    "assignment", "student", "notebook", "question", "score", "extra_credit", "max_score",
    "outcome", "graded_by", "late_penalty", "hours_late", "hours_extended", "late", "comment",
)  # fmt: skip
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Marks:
    """One student's marks for one assignment; ``handed_in`` says whether there is a submission.

    Who is ``excused`` has no mark. ``refused`` says why `autograder collect` has not taken what
    there was. ``name`` and ``email`` are the gradebook's, as far as it has them. ``at_most`` is
    what a higher total is written as.
    """

    student: str
    assignment: str
    notebooks: Mapping[str, tuple[NotebookResult, Review]] = field(default_factory=dict)
    handed_in: bool = False
    refused: str = ""
    name: str = ""
    email: str = ""
    at_most: float = math.inf
    excused: bool = False

    @property
    def total(self) -> float | None:
        """The points; None while something of them is not known, and for who is excused."""
        if self.excused:
            return None
        if not self.handed_in:
            return None if self.refused else 0.0
        known = [review.total(result) for result, review in self.notebooks.values()]
        waits = any(review.awaits_a_person(result) for result, review in self.notebooks.values())
        if waits or not known:
            return None
        return min(sum(score or 0.0 for score in known), self.at_most)

    @property
    def belongs_in_tables(self) -> bool:
        """Whether a platform is told of it: also of the 0 of who handed in nothing."""
        return self.handed_in or self.total is not None

    @property
    def late_penalty(self) -> float:
        return sum(review.late_penalty for _, review in self.notebooks.values())

    @property
    def timing(self) -> Timing:
        """That of the submission, which its notebooks have in common."""
        return next((review.timing for _, review in self.notebooks.values()), Timing())


def read_marks(course: Course, assignments: Iterable[str]) -> list[Marks]:
    """The marks of everybody whom the gradebook or a submission knows, by student.

    Raises
    ------
    CourseError
        Nothing of one of the assignments has been graded.
    GradebookError
        The gradebook cannot be used.
    """
    found: list[Marks] = []
    assignments = tuple(assignments)
    with Gradebook.of(course) as gradebook:
        for assignment in assignments:
            settle(course, gradebook, assignment)
        names = gradebook.names()
        known = gradebook.students()
        for assignment in assignments:
            reviews = gradebook.reviews(assignment)
            absent = gradebook.absent(assignment)
            present = course.students(assignment)
            refused = refused_by_collect(course, assignment)
            unknown = refused.keys() - set(map(defused, known))
            graded = {
                student: reviewed(course, assignment, student, reviews)
                for student in sorted(known.union(present, unknown))
            }
            marks = [
                # Of an empty folder there is a row in the gradebook, and no record. What was graded
                # counts, also when the files are gone, as with a partner who was deleted.
                Marks(
                    student,
                    assignment,
                    notebooks,
                    handed_in=bool(notebooks) or (student in present and student not in absent),
                    refused=refused.get(defused(student), ""),
                    name=names.get(student, ("", ""))[0],
                    email=names.get(student, ("", ""))[1],
                    excused=(student, assignment) in gradebook.deadlines.excused,
                )
                for student, notebooks in graded.items()
            ]
            if not any(each.notebooks for each in marks):
                raise CourseError(
                    f"Nothing of {assignment} has been graded yet. Run: autograder grade"
                )
            found += marks
    return found


def max_score(marks: Iterable[Marks]) -> float:
    """The most points that any of these could earn by questions, each with all notebooks."""
    return max(
        sum(review.max_total(result) for result, review in each.notebooks.values())
        for each in marks
    )


def capped(marks: Iterable[Marks], most: Mapping[str, float]) -> list[Marks]:
    """These marks, none above the ``most`` of its assignment."""
    return [replace(each, at_most=most[each.assignment]) for each in marks]


def above(marks: Iterable[Marks], most: Mapping[str, float]) -> list[str]:
    """Whose mark is more than the ``most`` of its assignment, with the mark."""
    return [
        f"{each.student} ({shown(each.total)})"
        for each in marks
        if each.total is not None and each.total > most[each.assignment] + _ROUNDING
    ]


def wide_table(marks: Sequence[Marks]) -> str:
    """One row for each student, one column for each question, and one for each total."""
    columns: dict[str, dict[str, None]] = {}  # titles in order, by assignment
    rows: dict[str, dict[str, str]] = {}
    for each in marks:
        row = rows.setdefault(
            each.student, {"student": each.student, "name": each.name, "email": each.email}
        )
        titles = columns.setdefault(each.assignment, {})
        for result, review in each.notebooks.values():
            for question in result.questions:
                title = f"{each.assignment}/{result.notebook}/{question.grade_id}"
                titles[title] = None
                row[title] = all_digits(_score(each, review, question))
        credit = sum(sum(r.extra_credit.values()) for _, r in each.notebooks.values())
        row[f"{each.assignment} extra credit"] = "" if each.excused else all_digits(credit)
        row[f"{each.assignment} late penalty"] = (
            "" if each.excused else all_digits(each.late_penalty)
        )
        row |= {f"{each.assignment} {key}": text for key, text in _hours(each.timing).items()}
        row[f"{each.assignment} late"] = _late(each.timing)
        row[each.assignment] = all_digits(each.total)
    names = ["student", *(key for key in ("name", "email") if any(r[key] for r in rows.values()))]
    for assignment, titles in columns.items():
        others = [f"{assignment} {key}" for key in _hours(Timing())]
        theirs = [each.timing for each in marks if each.assignment == assignment]
        if any(timing.is_undecided or timing.called_late is not None for timing in theirs):
            others.append(f"{assignment} late")
        title = f"{assignment} extra credit"
        if any(row.get(title, "") not in ("", "0") for row in rows.values()):
            others.insert(0, title)
        names += [*titles, *others, f"{assignment} late penalty", assignment]
    if len(columns) > 1:
        names += _TOTALS
        for student, values in _course_totals(marks).items():
            rows[student] |= values
    return as_csv(names, (rows[student] for student in sorted(rows)))


def _course_totals(marks: Sequence[Marks]) -> dict[str, dict[str, str]]:
    """Each student's points of all assignments but those that they are excused from.

    Empty while one of them is not known.
    """
    most = {
        name: max_score(each for each in marks if each.assignment == name)
        for name in dict.fromkeys(each.assignment for each in marks)
    }
    counting: defaultdict[str, list[Marks]] = defaultdict(list)
    for each in marks:
        if not each.excused:
            counting[each.student].append(each)
    return {
        student: {
            "total": all_digits(_sum_of(each.total for each in theirs)),
            "out of": all_digits(sum(most[each.assignment] for each in theirs)),
        }
        for student, theirs in counting.items()
    }


def _sum_of(points: Iterable[float | None]) -> float | None:
    known = list(points)
    return None if None in known else sum(each or 0.0 for each in known)


def long_table(marks: Sequence[Marks]) -> str:
    """One row for each question of each student."""

    def rows() -> Iterator[dict[str, str]]:
        for each in marks:
            for result, review in each.notebooks.values():
                for question in result.questions:
                    penalty = None if each.excused else review.late_penalty
                    credit = review.extra_credit.get(question.grade_id, 0.0)
                    yield {
                        "assignment": each.assignment,
                        "student": each.student,
                        "notebook": result.notebook,
                        "question": question.grade_id,
                        "score": all_digits(_score(each, review, question)),
                        "extra_credit": all_digits(None if each.excused else credit),
                        "max_score": all_digits(review.max_score(question)),
                        "outcome": question.outcome.value,
                        "graded_by": "excused" if each.excused else _graded_by(question, review),
                        "late_penalty": all_digits(penalty),
                        **{
                            key.replace(" ", "_"): text
                            for key, text in _hours(review.timing).items()
                        },
                        "late": _late(review.timing),
                        "comment": review.comments.get(question.grade_id, ""),
                    }

    return as_csv(LONG, rows())


def refused(marks: Iterable[Marks]) -> list[str]:
    """Whose files were refused when they were collected: they have no mark, and not 0."""
    return sorted({each.student for each in marks if each.refused and not each.excused})


def absent(marks: Sequence[Marks]) -> Iterator[str]:
    """For each assignment, who has handed in nothing and so has 0."""
    for name in dict.fromkeys(each.assignment for each in marks):
        theirs = (each for each in marks if each.assignment == name)
        nothing = [
            each.student for each in theirs if not (each.handed_in or each.refused or each.excused)
        ]
        if line := said_of_absent(name, nothing):
            yield line


def excused(marks: Sequence[Marks]) -> Iterator[str]:
    """For each assignment, who is excused from it and so has no mark."""
    for name in dict.fromkeys(each.assignment for each in marks):
        theirs = [each.student for each in marks if each.assignment == name and each.excused]
        if line := said_of_excused(name, theirs):
            yield line


def shown_alike(marks: Iterable[Marks]) -> list[str]:
    """The students whose names a table can only show as it shows somebody else's."""
    students = sorted({each.student for each in marks})
    shown = Counter(map(defused, students))
    return [student for student in students if shown[defused(student)] > 1]


def _hours(timing: Timing) -> dict[str, str]:
    """How late it was and how much more time there was, in hours; empty where nobody knows."""
    is_known = timing.due is not None and timing.submitted_at is not None
    late = timing.late.total_seconds() / 3600 if is_known else None
    more = timing.extension.total_seconds() / 3600 if timing.due is not None else None
    return {"hours late": all_digits(late), "hours extended": all_digits(more)}


def _late(timing: Timing) -> str:
    """Whether it was late, in a word; empty where there is no due date."""
    if timing.called_late is not None:
        return f"{'yes' if timing.called_late else 'no'}, says the platform"
    if timing.is_undecided:
        return "not known"
    return {True: "yes", False: "no", None: ""}[timing.is_late]


def waiting(marks: Iterable[Marks]) -> list[str]:
    """Whose total is not known since answers wait for a person."""
    return sorted(
        {
            each.student
            for each in marks
            for result, review in each.notebooks.values()
            if result.error is None and review.awaits_a_person(result)
        }
    )


def ungraded(marks: Iterable[Marks]) -> list[str]:
    """The notebooks that could not be graded, and about which nobody has decided."""
    return [
        f"{each.student}/{each.assignment}/{notebook}"
        for each in marks
        for notebook, (result, review) in each.notebooks.items()
        if result.error is not None and review.awaits_a_person(result)
    ]


def undecided(marks: Iterable[Marks]) -> list[str]:
    """Of whom nobody knows whether they were late, and what to do."""
    return what_is_undecided(
        (each.assignment, each.student, each.timing) for each in marks if each.handed_in
    )


def _score(marks: Marks, review: Review, question: Question) -> float | None:
    return None if marks.excused else review.score(question)


def _graded_by(question: Question, review: Review) -> str:
    if question.grade_id in review.decisions:
        return review.decisions[question.grade_id]
    if question.grade_id in review.scores:
        return "person"
    return "" if question.score is None else "tests"


def all_digits(value: float | None) -> str:
    """A number for a program to read; empty where nobody knows it.

    >>> all_digits(7 / 3), all_digits(0.1 + 0.2), all_digits(None)
    ('2.33333333333', '0.3', '')
    """
    return "" if value is None else f"{value:.12g}"


def as_csv(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """A table of comma-separated values, with no cell that a spreadsheet would compute."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(map(defused, names))
    for row in rows:
        writer.writerow([_cell(row.get(name, "")) for name in names])
    return text.getvalue()


def _cell(text: str) -> str:
    try:
        float(text)
    except ValueError:
        return text if text == "-" else defused(text)  # as Moodle has it where there is nothing
    return text  # extra credit may be below zero
