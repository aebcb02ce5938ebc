"""The gradebook as the rest of the autograder sees it: each method is one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Any, Self

from sqlalchemy import Row
from traitlets.config import Config

from autograder.course.directory import Course
from autograder.course.parties import called_late
from autograder.gradebook.adjusting import adjust, adjustments, without_voided
from autograder.gradebook.database import SHARED, Database, Transaction
from autograder.gradebook.giving import Given, Held, Place, give, held
from autograder.gradebook.lateness import (
    assign_late_penalty,
    post_deadlines,
    post_due_date,
)
from autograder.gradebook.recording import (
    has_scores,
    is_missing,
    is_submitted_at,
    known_submission,
    record_missing,
    record_result,
    submission,
    submitted_notebook,
)
from autograder.gradebook.registration import register, retire
from autograder.gradebook.removing import remove_submission
from autograder.gradebook.renaming import given_to, rename_student
from autograder.gradebook.reviewing import reviews
from autograder.gradebook.sharing import share_reviews
from autograder.notebook.cells import Notebook
from autograder.results import NotebookResult, Review
from autograder.term.deadlines import Deadlines, read_deadlines
from autograder.term.decisions import Decision, Decisions, read_decisions

#: Seconds to wait while another program is writing.
PATIENCE = 30.0


class Gradebook:
    """A course's gradebook: use it in a ``with`` statement, from one thread at a time.

    Parameters
    ----------
    db_url
        nbgrader's ``CourseDirectory.db_url``.
    course_id
        nbgrader's ``CourseDirectory.course_id``, for assignments that are new.
    config
        The course's configuration, for late penalties.
    timeout
        Seconds to wait while another program is writing; by default `PATIENCE`.
    folder
        Where the module of a late-penalty plugin may lie.
    deadlines
        What ``deadlines.toml`` says.
    decisions
        What ``questions.toml`` says.
    called_late
        Tells of students' submissions of an assignment whether the platform calls them late.

    Raises
    ------
    GradebookError
        The gradebook cannot be used; the message names its file. Every method raises it, too.

    Examples
    --------
    >>> with Gradebook("sqlite:///:memory:", "course101") as gradebook:
    ...     gradebook.register("ps1", "problem1", Notebook(cells=()))
    ...     gradebook.record_submission([NotebookResult("ps1", "ada", "problem1")])
    ...     gradebook.reviews("ps1")
    {}
    """

    def __init__(
        self,
        db_url: str,
        course_id: str,
        config: Config | None = None,
        timeout: float | None = None,
        folder: Path | None = None,
        deadlines: Deadlines | None = None,
        decisions: Decisions | None = None,
        called_late: Callable[[str], Mapping[str, bool]] = lambda _: {},
    ) -> None:
        self._called_late = called_late
        self._decisions = decisions or {}
        self.deadlines = deadlines or Deadlines()
        self._database = Database(db_url, PATIENCE if timeout is None else timeout)
        self._course_id = course_id
        self._config = Config() if config is None else config
        self._folder = folder

    @classmethod
    def of(cls, course: Course) -> Self:
        """The gradebook that a course's configuration names.

        Raises
        ------
        CourseError
            The course's deadlines or decisions cannot be used.
        GradebookError
            It cannot be used.
        """
        return cls(
            course.db_url,
            course.course_id,
            course.config,
            folder=course.root,
            deadlines=read_deadlines(course),
            decisions=read_decisions(course),
            called_late=partial(called_late, course),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._database.close()

    def register(self, assignment: str, notebook: str, graded: Notebook) -> None:
        """Make sure that the gradebook knows the notebook's cells, as ``graded`` has them.

        Nothing is written when it does.

        Raises
        ------
        GradebookError
            Cells were added or removed while there are submissions of it.
        """
        graded = without_voided(graded, notebook, self._decided(assignment))
        with self._database.transaction() as transaction:
            register(transaction, self._course_id, assignment, notebook, graded)

    def retire(self, assignment: str, notebooks: Collection[str]) -> None:
        """Remove all of the assignment's notebooks but these, as generating it in nbgrader does.

        Raises
        ------
        GradebookError
            There are submissions of one that would be removed.
        """
        with self._database.transaction() as transaction:
            retire(transaction, assignment, notebooks)

    def record_submission(
        self,
        results: Sequence[NotebookResult],
        submitted_at: datetime | None = None,
        missing: Collection[str] = (),
        works: Mapping[str, str] = MappingProxyType({}),
        earlier: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """Record one student's submission of an assignment: all of it, or nothing.

        A notebook that could not be graded keeps what it had and needs manual grading.

        Parameters
        ----------
        results
            The submission's graded notebooks, at least one.
        submitted_at
            When it was handed in; what is on record stays if this is not known.
        missing
            The assignment's notebooks of which no file was submitted: they score zero.
        works
            By notebook, the digest of what was handed in: what a person gave for the same holds.
        earlier
            Those of the earlier grading, for a gradebook that does not know them.

        Raises
        ------
        CourseError
            The late-penalty plugin failed.
        GradebookError
            The gradebook does not know the assignment, a notebook or a cell.
        """
        first = results[0]
        if any((r.assignment, r.student) != (first.assignment, first.student) for r in results):
            raise ValueError("the results are not of one submission")
        with self._database.transaction() as transaction:
            row = submission(transaction, first.assignment, first.student, submitted_at)
            post_deadlines(transaction, row, self.deadlines)
            for result in results:
                submitted = submitted_notebook(transaction, row, result.notebook)
                name = result.notebook
                record_result(
                    transaction, submitted, result, works.get(name, ""), earlier.get(name, "")
                )
            for name in missing:
                record_missing(transaction, submitted_notebook(transaction, row, name))
            # What could not be graded keeps its earlier scores, and so their penalty.
            graded = [result.notebook for result in results if result.error is None]
            decided = self._decided(first.assignment)
            handed_in = {result.notebook: result.error is None for result in results}
            adjust(transaction, row, decided, handed_in, recorded={*graded, *missing})
            for name in graded:
                self._penalise(transaction, row, submitted_notebook(transaction, row, name))

    def record_absence(
        self,
        assignment: str,
        student: str,
        missing: Collection[str],
        submitted_at: datetime | None = None,
    ) -> None:
        """Record a submission without any notebook: each of them scores zero."""
        with self._database.transaction() as transaction:
            row = submission(transaction, assignment, student, submitted_at)
            post_deadlines(transaction, row, self.deadlines)
            for name in missing:
                record_missing(transaction, submitted_notebook(transaction, row, name))
            adjust(transaction, row, self._decided(assignment), {}, recorded=missing)

    def confirm(
        self,
        results: Sequence[NotebookResult],
        submitted_at: datetime | None = None,
        missing: Collection[str] = (),
    ) -> bool:
        """Whether a submission is recorded with these scores, and at this time.

        Its late penalty is decided anew, because a person may have changed the due date or granted
        an extension since.

        Raises
        ------
        CourseError
            The late-penalty plugin failed.
        """
        first = results[0]
        with self._database.transaction() as transaction:
            row = known_submission(transaction, first.assignment, first.student)
            # A person may have removed it, or the gradebook is another one by now.
            if row is None or not is_submitted_at(row, submitted_at):
                return False
            post_deadlines(transaction, row, self.deadlines)
            ours = adjustments(transaction)
            waiting = {grade_id for grade_id, each in ours.items() if each.waited}
            for result in results:
                submitted = submitted_notebook(transaction, row, result.notebook)
                if not has_scores(transaction, submitted, result, waiting):
                    return False
            graded = [result.notebook for result in results]
            adjust(transaction, row, self._decided(first.assignment), dict.fromkeys(graded, True))
            for name in graded:
                self._penalise(transaction, row, submitted_notebook(transaction, row, name))
            absent = [submitted_notebook(transaction, row, name) for name in missing]
            return all(is_missing(transaction, submitted) for submitted in absent)

    def _penalise(self, transaction: Transaction, row: Row[Any], submitted: Row[Any]) -> None:
        assign_late_penalty(transaction, row, submitted, self.deadlines, self._config, self._folder)

    def _decided(self, assignment: str) -> Mapping[tuple[str, str], Decision]:
        return self._decisions.get(assignment, {})

    def settle(
        self,
        assignment: str,
        handed_in: Mapping[str, Mapping[str, bool]],
        together: Iterable[Sequence[str]] = (),
    ) -> int:
        """Bring points, extensions and penalties in step with what people have decided since.

        Penalties depend on scores, which a person may have changed in formgrader.

        Parameters
        ----------
        assignment
            Whose submissions to look at.
        handed_in
            By student, of the notebooks that were handed in whether they could be graded.
        together
            Groups of students with one submission: what a person gave one of them, all have.

        Returns
        -------
        In how many submissions a question has got other points.

        Raises
        ------
        CourseError
            The late-penalty plugin failed.
        """
        changed = 0
        with self._database.transaction() as transaction:
            parent = transaction.row("assignment", name=assignment)
            if parent is None:
                return 0
            post_due_date(transaction, parent, self.deadlines)
            rows = transaction.rows("submitted_assignment", assignment_id=parent.id)
            by_student = {row.student_id: row for row in rows}
            transaction.make(SHARED)
            for members in together:
                present = [by_student[each] for each in members if each in by_student]
                if len(present) > 1:
                    share_reviews(transaction, present)
            for row in rows:
                post_deadlines(transaction, row, self.deadlines)
                theirs = handed_in.get(row.student_id, {})
                changed += adjust(transaction, row, self._decided(assignment), theirs)
                for submitted in transaction.rows("submitted_notebook", assignment_id=row.id):
                    self._penalise(transaction, row, submitted)
        return changed

    def remove_submission(self, assignment: str, student: str) -> float:
        """Remove a student's submission; a student of whom nothing else is known goes as well.

        Returns
        -------
        The extra credit that a person gave for it.
        """
        with self._database.transaction() as transaction:
            return remove_submission(transaction, assignment, student)

    def given_to_both(self, old: str, new: str) -> list[str]:
        """The assignments for which a person has given something to both students."""
        with self._database.transaction() as transaction:
            given = [set(given_to(transaction, student)) for student in (old, new)]
        return sorted(set.intersection(*given))

    def rename_student(self, old: str, new: str) -> None:
        """Let the submissions of ``old`` be those of ``new``, with all that people have given.

        A submission that ``new`` has of the same assignment goes.
        """
        with self._database.transaction() as transaction:
            rename_student(transaction, old, new)

    def due(self, assignment: str) -> datetime | None:
        """When an assignment is due, in UTC; None if it has no due date."""
        if (due := self.deadlines.due.get(assignment)) is not None:
            return due
        with self._database.transaction() as transaction:
            row = transaction.row("assignment", name=assignment)
        known: datetime | None = None if row is None else row.duedate
        return None if known is None else known.replace(tzinfo=UTC)

    def students(self) -> frozenset[str]:
        """The ids of all students that the gradebook knows."""
        with self._database.transaction() as transaction:
            return frozenset(row.id for row in transaction.rows("student"))

    def name_students(self, names: Mapping[str, Mapping[str, str]]) -> None:
        """Keep students' ``first_name``, ``last_name`` and ``email``, where they are not empty.

        nbgrader shows them in formgrader, which writes "None" for what is NULL: who has one name
        only has an empty other one. A student who is not in the gradebook gets a row.
        """
        with self._database.transaction() as transaction:
            for student, told in names.items():
                known = transaction.row("student", id=student)
                if known is None:
                    transaction.insert("student", id=student)
                values = {
                    key: value
                    for key, value in told.items()
                    if value or (any(told.values()) and getattr(known, key, None) is None)
                }
                if values:
                    transaction.update("student", student, **values)

    def names(self) -> dict[str, tuple[str, str]]:
        """The name and the e-mail address of each student, as far as they are known."""
        with self._database.transaction() as transaction:
            return {
                row.id: (
                    " ".join(filter(None, (row.first_name, row.last_name))),
                    row.email or "",
                )
                for row in transaction.rows("student")
            }

    def absent(self, assignment: str) -> frozenset[str]:
        """Those who are on record with nothing but zeros, as who handed in an empty folder is.

        Not those with scores of a person's for what is gone, who has to look again.
        """
        everybody, others = set(), set()
        with self._database.transaction() as transaction:
            parent = transaction.row("assignment", name=assignment)
            for grade in () if parent is None else transaction.rows_of("grade", parent.id, ()):
                everybody.add(grade.student_id)
                if grade.auto_score != 0.0 or (
                    grade.manual_score is not None and grade.needs_manual_grade
                ):
                    others.add(grade.student_id)
        return frozenset(everybody - others)

    def reviews(
        self, assignment: str, students: Collection[str] = ()
    ) -> dict[tuple[str, str], Review]:
        """What people decided, and when it was due, by student and notebook.

        Of all submissions of the assignment, or of those of the ``students`` alone. Notebooks of
        which nobody has decided anything are left out.
        """
        with self._database.transaction() as transaction:
            return reviews(
                transaction,
                assignment,
                students,
                self.deadlines,
                self._decided(assignment),
                self._called_late(assignment),
            )

    def held(self, assignment: str) -> dict[Place, Held]:
        """The points and comments of each cell of all submissions of an assignment."""
        with self._database.transaction() as transaction:
            return held(transaction, assignment)

    def give(self, given: Mapping[str, Mapping[Place, Given]]) -> None:
        """Write points and comments of a person's, by assignment: all of them, or nothing.

        They take the place of what stands there. Late penalties follow with `settle`.
        """
        with self._database.transaction() as transaction:
            for assignment, theirs in given.items():
                give(transaction, assignment, theirs)

    def note_time(self, assignment: str, students: Iterable[str], submitted_at: datetime) -> None:
        """Record when something was handed in, of those who are on record with it."""
        with self._database.transaction() as transaction:
            for student in students:
                if (row := known_submission(transaction, assignment, student)) is not None:
                    submission(transaction, assignment, row.student_id, submitted_at)
