"""The way back: marks as tables for a spreadsheet or a learning platform, and pages by its names.

Scores are the gradebook's. A score that nobody knows yet is empty, never 0: a notebook that could
not be graded, a question that a person decides, a submission that was not graded. Who handed in
nothing has 0, as in nbgrader's own table.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.autograded.record import reviewed
from autograder.autograded.settle import settle
from autograder.course.directory import Course
from autograder.course.submissions import (
    kept_ids_file,
    read_kept_ids,
    refused_by_collect,
)
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.results import NotebookResult, Question, Review, Timing
from autograder.sanitise import defused
from autograder.term.late import what_is_undecided

LONG = (
    "assignment", "student", "notebook", "question", "score", "extra_credit", "max_score",
    "outcome", "graded_by", "late_penalty", "hours_late", "hours_extended", "late", "comment",
)  # fmt: skip


@dataclass(frozen=True)
class Marks:
    """One student's marks for one assignment; ``handed_in`` says whether there is a submission.

    ``refused`` says why `autograder collect` has not taken what there was.
    """

    student: str
    assignment: str
    notebooks: Mapping[str, tuple[NotebookResult, Review]] = field(default_factory=dict)
    handed_in: bool = False
    refused: str = ""

    @property
    def total(self) -> float | None:
        """The points; None while something of them is not known."""
        if not self.handed_in:
            return None if self.refused else 0.0
        known = [review.total(result) for result, review in self.notebooks.values()]
        waits = any(review.awaits_a_person(result) for result, review in self.notebooks.values())
        if waits or not known:
            return None
        return sum(score or 0.0 for score in known)

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
    with Gradebook.of(course) as gradebook:
        known = gradebook.students()
        for assignment in assignments:
            settle(course, gradebook, assignment)
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
                # Of an empty folder there is a row in the gradebook, and no record.
                Marks(
                    student,
                    assignment,
                    notebooks,
                    handed_in=student in present and (bool(notebooks) or student not in absent),
                    refused=refused.get(defused(student), ""),
                )
                for student, notebooks in graded.items()
            ]
            if not any(each.notebooks for each in marks):
                raise CourseError(
                    f"Nothing of {assignment} has been graded yet. Run: autograder grade"
                )
            found += marks
    return found


def wide_table(marks: Sequence[Marks]) -> str:
    """One row for each student, one column for each question, and one for each total."""
    columns: dict[str, dict[str, None]] = {}  # titles in order, by assignment
    rows: dict[str, dict[str, str]] = {}
    for each in marks:
        row = rows.setdefault(each.student, {"student": each.student})
        titles = columns.setdefault(each.assignment, {})
        for result, review in each.notebooks.values():
            for question in result.questions:
                title = f"{each.assignment}/{result.notebook}/{question.grade_id}"
                titles[title] = None
                row[title] = _number(review.score(question))
        row[f"{each.assignment} late penalty"] = _number(each.late_penalty)
        row |= {f"{each.assignment} {key}": text for key, text in _hours(each.timing).items()}
        row[f"{each.assignment} late"] = _late(each.timing)
        row[each.assignment] = _number(each.total)
    names = ["student"]
    for assignment, titles in columns.items():
        hours = [f"{assignment} {key}" for key in _hours(Timing())]
        theirs = [each.timing for each in marks if each.assignment == assignment]
        if any(timing.is_undecided or timing.called_late for timing in theirs):
            hours.append(f"{assignment} late")
        names += [*titles, *hours, f"{assignment} late penalty", assignment]
    return _csv(names, (rows[student] for student in sorted(rows)))


def long_table(marks: Sequence[Marks]) -> str:
    """One row for each question of each student."""

    def rows() -> Iterator[dict[str, str]]:
        for each in marks:
            for result, review in each.notebooks.values():
                for question in result.questions:
                    score = review.score(question)
                    yield {
                        "assignment": each.assignment,
                        "student": each.student,
                        "notebook": result.notebook,
                        "question": question.grade_id,
                        "score": _number(score),
                        "extra_credit": _number(review.extra_credit.get(question.grade_id, 0.0)),
                        "max_score": _number(review.max_score(question)),
                        "outcome": question.outcome.value,
                        "graded_by": _graded_by(question, review),
                        "late_penalty": _number(review.late_penalty),
                        **{
                            key.replace(" ", "_"): text
                            for key, text in _hours(review.timing).items()
                        },
                        "late": _late(review.timing),
                        "comment": review.comments.get(question.grade_id, ""),
                    }

    return _csv(LONG, rows())


def moodle_table(marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]) -> str:
    """What "Upload grading worksheet" of one of Moodle's assignments takes.

    Moodle finds its people by ``Identifier``, which is in the names of the folders of a download,
    and takes no table without "Last modified (grade)", which is "-" where it knows of no grade.
    """
    most = _number(_max_score(marks))
    rows = (
        {
            "Identifier": f"Participant {ids[each.student]['platform_id']}",
            "Full name": ids[each.student]["name"],
            "Grade": _number(each.total),
            "Maximum Grade": most,
            "Last modified (grade)": "-",
            "Feedback comments": "",
        }
        for each in marks
        if each.handed_in and each.student in ids
    )
    names = (
        "Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)",
        "Feedback comments",
    )  # fmt: skip
    return _csv(names, rows)


def canvas_table(marks: Sequence[Marks], ids: Mapping[str, Mapping[str, str]]) -> str:
    """What the import of Canvas's gradebook takes: people by ``ID``, one column an assignment."""
    assignment = marks[0].assignment
    points = {"Student": "    Points Possible", assignment: _number(_max_score(marks))}
    rows = [
        {
            "Student": ids[each.student]["name"],
            "ID": ids[each.student]["platform_id"],
            assignment: _number(each.total),
        }
        for each in marks
        if each.handed_in and each.student in ids
    ]
    return _csv(("Student", "ID", "SIS Login ID", "Section", assignment), [points, *rows])


def platform_ids(course: Course, assignment: str) -> dict[str, dict[str, str]]:
    """What `autograder collect` has kept of a download: ids and names, by student.

    Students of whom nothing is known are left out, and so are all who have one id between them.

    Raises
    ------
    CourseError
        There is no such table.
    """
    path = kept_ids_file(course, assignment)
    if not path.is_file():
        raise CourseError(
            f"{path} is not there: it comes with autograder collect, from a platform's download. "
            "Use --format csv."
        )
    kept = read_kept_ids(path)  # under the names that cells of a table can have
    students = course.students(assignment)
    shown = Counter(map(defused, students))
    rows = {each: kept.get(defused(each), {}) for each in students if shown[defused(each)] == 1}
    held = Counter((row.get("platform") or "", row.get("platform_id")) for row in rows.values())
    return {
        student: row | {"name": _unless_same(row.get("name", ""), student)}
        for student, row in rows.items()
        if row.get("platform_id") and held[row.get("platform") or "", row["platform_id"]] == 1
    }


def of_platform(
    ids: Mapping[str, dict[str, str]], platform: str
) -> tuple[dict[str, dict[str, str]], dict[str, str]]:
    """The ids that are a platform's, and of other students from which one they came.

    Where nothing tells whose an id is, as where ``--pattern`` has read it, it is taken for one.
    """
    others = {
        student: row["platform"]
        for student, row in ids.items()
        if row.get("platform") not in ("", None, platform)
    }
    return {student: row for student, row in ids.items() if student not in others}, others


def _unless_same(name: str, student: str) -> str:
    """The name that was kept, or the student's own where that is the same but for a cell's sake."""
    return student if name in ("", defused(student)) else name


def left_out(marks: Iterable[Marks], ids: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Who handed something in and is in no platform's table, since nothing tells their id."""
    return [each.student for each in marks if each.handed_in and each.student not in ids]


def refused(marks: Iterable[Marks]) -> list[str]:
    """Whose files were refused when they were collected: they have no mark, and not 0."""
    return sorted({each.student for each in marks if each.refused})


def shown_alike(marks: Iterable[Marks]) -> list[str]:
    """The students whose names a table can only show as it shows somebody else's."""
    students = sorted({each.student for each in marks})
    shown = Counter(map(defused, students))
    return [student for student in students if shown[defused(student)] > 1]


def write_feedback(
    course: Course,
    assignment: str,
    archive: Path,
    platform: str = "",
    ids: Mapping[str, Mapping[str, str]] | None = None,
) -> int:
    """Pack the feedback pages; returns how many.

    For a platform, of the students with ``ids`` there, under the names by which it takes files
    back; otherwise everybody's, in a folder for each student.

    Raises
    ------
    CourseError
        There are no pages.
    """
    pages = [
        (name, page)
        for student in (course.students(assignment) if ids is None else sorted(ids))
        for page in sorted(course.feedback_folder(student, assignment).glob("*.html"))
        if (name := _name_of(page, student, platform, {} if ids is None else ids[student]))
    ]
    if not pages:
        raise CourseError(f"{assignment} has no feedback pages. Run: autograder feedback")
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for name, page in pages:
            file.write(page, name)
    return len(pages)


def _name_of(page: Path, student: str, platform: str, ids: Mapping[str, str]) -> str:
    """Under which name a platform takes a page back; empty if it would not."""
    if not platform:
        return f"{student}/{page.name}"
    # Both platforms take the name apart at its underscores.
    name, number = ids["name"].replace("_", "-").replace("/", "-"), ids["platform_id"]
    if platform == "moodle":
        # Before version 4.1 it knows a folder by the last underscore alone.
        return f"{name}_{number}_assignsubmission_file_/{page.name}"
    upload = ids.get("upload")
    return f"{name}_{number}_{upload}_{page.name}" if upload else ""


def without_page(ids: Mapping[str, Mapping[str, str]], platform: str) -> list[str]:
    """Whose page a platform would not take back, since the number of their upload is not known."""
    return sorted(who for who, row in ids.items() if platform == "canvas" and not row.get("upload"))


def _hours(timing: Timing) -> dict[str, str]:
    """How late it was and how much more time there was, in hours; empty where nobody knows."""
    is_known = timing.due is not None and timing.submitted_at is not None
    late = timing.late.total_seconds() / 3600 if is_known else None
    more = timing.extension.total_seconds() / 3600 if timing.due is not None else None
    return {"hours late": _number(late), "hours extended": _number(more)}


def _late(timing: Timing) -> str:
    """Whether it was late, in a word; empty where there is no due date."""
    if timing.called_late:
        return "yes, says the platform"
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


def _max_score(marks: Sequence[Marks]) -> float:
    """The most points that any of these could earn, each with all notebooks."""
    return max(
        sum(review.max_total(result) for result, review in each.notebooks.values())
        for each in marks
    )


def _graded_by(question: Question, review: Review) -> str:
    if question.grade_id in review.decisions:
        return review.decisions[question.grade_id]
    if question.grade_id in review.scores:
        return "person"
    return "" if question.score is None else "tests"


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.12g}"


def _csv(names: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
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
        return defused(text)
    return text  # extra credit may be below zero
