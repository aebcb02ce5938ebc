"""nbgrader's own commands and formgrader's buttons, with our grading and our pages.

Three lines in ``nbgrader_config.py`` do it::

    c.Autograde.exporter_class = "autograder.nbgrader_plugin.SandboxedExporter"
    c.GenerateFeedback.exporter_class = "autograder.nbgrader_plugin.FeedbackExporter"
    c.ExportApp.plugin_class = "autograder.nbgrader_plugin.CsvExporter"

nbgrader lets a course choose its converter's preprocessors and its exporter. Preprocessors would be
too late: by then nbgrader has copied whatever lies beside the notebook, read the file, and given up
over an odd time of submission. The exporter is made when the converter starts. So it does the
converter's work in its place, as ``autograder grade`` and ``autograder feedback`` do it; none of
nbgrader's preprocessors, nor any student's code, ever runs in nbgrader's process.

Importing this module imports nbgrader, which takes seconds; the lines above do not.
"""

from __future__ import annotations

import csv
import logging
from collections.abc import Callable, Iterator, Sequence
from fnmatch import fnmatch
from functools import partial
from pathlib import Path
from typing import Any, ClassVar

from nbconvert.exporters import NotebookExporter
from nbgrader.converters import Autograde, GenerateFeedback
from nbgrader.converters.base import NbGraderException
from nbgrader.plugins import ExportPlugin

from autograder.course.directory import DEFAULTS, Course
from autograder.course.settings import settings_from
from autograder.errors import AutograderError, CourseError
from autograder.feedback.write import write_pages
from autograder.gradebook import Gradebook
from autograder.grading import DEFAULT_JOBS
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import open_executor
from autograder.grading.graded import Graded
from autograder.results import NotebookResult
from autograder.sanitise import PlainFormatter, defused, plain_text


class _InItsPlace(NotebookExporter):
    """An exporter that does the work of the converter that makes it."""

    converter: ClassVar[Any]
    work: ClassVar[Callable[[Any, Course], list[str]]]

    def __init__(self, config: Any = None, parent: Any = None, **traits: Any) -> None:
        super().__init__(config=config, parent=parent, **traits)  # type: ignore[no-untyped-call]
        name, converter = type(self).__name__, self.converter.__name__
        if not isinstance(parent, self.converter):
            raise _refusal(parent, f"{name} is for c.{converter}.exporter_class only.")
        # The converter calls it next, instead of its own way from notebook to notebook.
        parent.convert_notebooks = partial(_convert, parent, type(self).work)

    def from_filename(self, filename: str, resources: Any = None, **options: Any) -> Any:
        """Never reached with the nbgrader that we know: its own way must not be gone on."""
        raise _refusal(self, f"{filename} was left alone: the autograder needs nbgrader 0.9.")


def grade(converter: Any, course: Course) -> list[str]:
    """Grade what nbgrader's ``Autograde`` was told to; the names of what could not be graded.

    Not of what a person has graded since.

    Raises
    ------
    AutograderError
        Nothing can be graded.
    """
    todo = {name: _students(converter, course, name) for name in _assignments(converter, course)}
    # The instructor's solution takes a slot, too.
    jobs = min(DEFAULT_JOBS, 1 + max(map(len, todo.values())))
    ungraded: list[str] = []
    with open_executor(course, jobs) as executor:
        for name, students in todo.items():
            for student in students:
                _expect_notebooks(converter, course, name, student)
                converter.run_pre_convert_hook()
        batch = Batch(course, executor, Options(force=converter.force))
        for name, students in todo.items():
            for graded in batch.grade(name, students, partial(_report, converter)):
                ungraded += [
                    _name(result)
                    for result in graded.results
                    if graded.review(result).is_ungraded(result)
                ]
                # What nbgrader's own converter does after each submission that it converts.
                if not graded.was_up_to_date:
                    _finish(converter, course, graded)
    return ungraded


def give_feedback(converter: Any, course: Course) -> list[str]:
    """Write the pages that nbgrader's ``GenerateFeedback`` was called for."""
    for name in _assignments(converter, course):
        students = course.students(name)
        for path in write_pages(course, name, students):
            converter.log.info("Written: %s", plain_text(str(path)))
        for student in students:
            converter.set_permissions(name, student)
    return []


class SandboxedExporter(_InItsPlace):
    """For ``c.Autograde.exporter_class``: grades in the sandbox."""

    converter = Autograde
    work = grade


class FeedbackExporter(_InItsPlace):
    """For ``c.GenerateFeedback.exporter_class``: pages that give no hidden test away."""

    converter = GenerateFeedback
    work = give_feedback


class CsvExporter(ExportPlugin):  # type: ignore[misc]  # nbgrader has no types
    """For ``c.ExportApp.plugin_class``: nbgrader's table of grades, for a spreadsheet to open.

    Same columns as nbgrader's own. There a name with a comma in it shifts all that follows, and one
    that begins with ``=`` is computed when the file is opened: it may load what it likes.
    """

    TEXTS = ("assignment", "student_id", "last_name", "first_name", "email")
    COLUMNS = (
        "assignment", "duedate", "timestamp", "student_id", "last_name", "first_name", "email",
        "raw_score", "late_submission_penalty", "score", "max_score",
    )  # fmt: skip

    def export(self, gradebook: Any) -> None:
        """Write the file that ``--to`` names, or ``grades.csv``."""
        path = Path(self.to or "grades.csv")
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, self.COLUMNS, lineterminator="\n")
            writer.writeheader()
            for row in self._rows(gradebook):
                writer.writerow(row | {column: defused(row[column]) for column in self.TEXTS})
        self.log.info("Written: %s", path)

    def _rows(self, gradebook: Any) -> Iterator[dict[str, Any]]:
        for assignment in gradebook.assignments:
            submissions = {each.student_id: each for each in assignment.submissions}
            for student in gradebook.students:
                if self.assignment and assignment.name not in self.assignment:
                    continue
                if self.student and student.id not in map(str, self.student):
                    continue
                submission = submissions.get(student.id)
                timestamp, raw, penalty = "", 0.0, 0.0  # as in nbgrader, for nothing handed in
                score: float | str = 0.0
                if submission is not None:
                    timestamp, raw = submission.timestamp, submission.score
                    penalty = submission.late_submission_penalty
                    # Of a notebook that could not be graded nobody knows the points.
                    is_known = not any(map(_is_ungraded, submission.notebooks))
                    score = max(0.0, raw - penalty) if is_known else ""
                yield {
                    "assignment": assignment.name,
                    "duedate": assignment.duedate,
                    "timestamp": timestamp,
                    "student_id": student.id,
                    "last_name": student.last_name,
                    "first_name": student.first_name,
                    "email": student.email,
                    "raw_score": raw,
                    "late_submission_penalty": penalty,
                    "score": score,
                    "max_score": assignment.max_score,
                }


def _is_ungraded(notebook: Any) -> bool:
    grades = notebook.grades
    return bool(grades) and all(
        grade.auto_score is None and grade.manual_score is None for grade in grades
    )


def course_of(converter: Any) -> Course:
    """The course as nbgrader sees it: the configuration file, then the command line.

    Raises
    ------
    CourseError
        A setting under ``c.Autograder`` is wrong.
    """
    directory = converter.coursedir
    traits = {name: getattr(directory, name) for name in DEFAULTS}
    settings = settings_from(converter.config.get("Autograder", {}))
    return Course(Path(directory.root), settings, traits, converter.config)


class _ToNbgrader(logging.Handler):
    """Hands what the autograder logs, retries and faults, to a converter's log."""

    def __init__(self, converter: Any) -> None:
        super().__init__(logging.WARNING)
        self._log = converter.log
        self.setFormatter(PlainFormatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        self._log.log(record.levelno, "%s", self.format(record))


def _convert(converter: Any, work: Callable[[Any, Course], list[str]]) -> None:
    """What replaces ``convert_notebooks``: NbGraderException if not all of it could be done."""
    log, handler = logging.getLogger("autograder"), _ToNbgrader(converter)
    log.addHandler(handler)
    try:
        undone = work(converter, course_of(converter))
    except AutograderError as error:
        raise _refusal(converter, str(error)) from error
    finally:
        log.removeHandler(handler)
    if undone:
        raise _refusal(converter, f"Could not be graded: {', '.join(undone)}. See above.")


def _refusal(logger: Any, message: str) -> NbGraderException:
    """The error that ends nbgrader's command, which shows the log only."""
    message = plain_text(message)  # a student's folder or file may be named in it
    logger.log.error("%s", message)
    return NbGraderException(message)


def _assignments(converter: Any, course: Course) -> Sequence[str]:
    wanted = converter.coursedir.assignment_id
    found = [name for name in course.assignments() if fnmatch(name, wanted)]
    if not found:
        folder = course.source_folder(wanted)
        raise CourseError(f"There is no instructor edition of {wanted!r}: expected it in {folder}.")
    return found


def _students(converter: Any, course: Course, assignment: str) -> Sequence[str]:
    """Those to grade; if nbgrader may not create students, only whom the gradebook knows."""
    students = course.students(assignment)
    if converter.create_student:
        return students
    with Gradebook.of(course) as gradebook:
        known = gradebook.students()
    for student in students:
        if student not in known:
            converter.log.error("No student with ID '%s' exists in the database", student)
    return [student for student in students if student in known]


def _report(converter: Any, graded: Graded) -> None:
    """Log what came of a submission, as soon as it is known."""
    for result in graded.results:
        if result.error is not None:
            # The reason can name a file of the student's.
            reason = plain_text(result.error)
            converter.log.error("%s could not be graded: %s", _name(result), reason)
        elif graded.was_up_to_date:
            converter.log.info("%s is unchanged: its grade stays", _name(result))
        else:
            converter.log.info("%s: %g / %g", _name(result), result.score, result.max_score)


def _finish(converter: Any, course: Course, graded: Graded) -> None:
    """What nbgrader does after converting a submission."""
    assignment, student = graded.submission.assignment, graded.submission.student
    converter.set_permissions(assignment, student)
    _expect_notebooks(converter, course, assignment, student)
    converter.run_post_convert_hook()


def _expect_notebooks(converter: Any, course: Course, assignment: str, student: str) -> None:
    """Name a submission's notebooks where nbgrader's hooks are told of them."""
    folder = course.submitted_folder(student, assignment)
    converter.notebooks = sorted(map(str, folder.glob("*.ipynb")))


def _name(result: NotebookResult) -> str:
    return plain_text(f"{result.student}/{result.assignment}/{result.notebook}")
