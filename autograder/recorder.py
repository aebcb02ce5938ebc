"""Where results go: the gradebook, the graded notebooks, and the grader's records beside them."""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from autograder.atomic import remove_unfinished
from autograder.autograded import write_autograded
from autograder.course import Course
from autograder.errors import StorageError
from autograder.grading.folder import write_files
from autograder.notebook.edition import Edition, support_files
from autograder.record import Record, digest_of, discard, load, path_in, save
from autograder.results import NotebookResult
from autograder.submissions import Submission

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook


def grader_version() -> str:
    """The version of the installed distribution that holds this package."""
    try:
        return version("maximum-likelihood-course")
    except PackageNotFoundError:
        return "unknown"


class Recorder:
    """Records the results of one assignment, and knows those that still hold.

    ``isolate`` says whether they are made in the sandbox.
    """

    def __init__(
        self, course: Course, assignment: str, editions: Mapping[str, Edition], *, isolate: bool
    ) -> None:
        self._course = course
        self._assignment = assignment
        self._editions = editions
        self._isolate = isolate

    def prepare(self, gradebook: Gradebook) -> None:
        """Have the gradebook know the assignment as it is now."""
        if self._course.traits["notebook_id"] == "*":
            gradebook.retire(self._assignment, self._editions)
        for name, edition in self._editions.items():
            gradebook.register(self._assignment, name, edition.graded)

    def earlier(self, submission: Submission, notebook: str) -> NotebookResult | None:
        """The result of an earlier grading, if nothing that it depends on has changed."""
        record = load(self._folder(submission), notebook)
        if record is None or record.digest != self._digest(submission, notebook):
            return None
        return record.result if record.result.error is None else None

    def is_recorded(
        self, gradebook: Gradebook, submission: Submission, results: Sequence[NotebookResult]
    ) -> bool:
        """Whether the gradebook, too, holds these earlier results: it may be another one by now."""
        return gradebook.confirm(results, submission.submitted_at, submission.missing)

    def explained(self, result: NotebookResult) -> NotebookResult:
        """A result over which the grader failed, with where its record will have the traceback."""
        if not result.detail:
            return result
        folder = self._course.autograded_folder(result.student, self._assignment)
        path = path_in(folder, result.notebook)
        if path.is_relative_to(self._course.root):
            path = path.relative_to(self._course.root)
        where = f"The traceback for {result.student} is in {path}, under 'detail'."
        return replace(result, error=f"{result.error}. {where}")

    def record(
        self,
        gradebook: Gradebook,
        submission: Submission,
        results: Sequence[NotebookResult],
        provisional: Collection[str] = (),
    ) -> None:
        """Record a submission's results; those of ``provisional`` notebooks only until next time.

        Raises:
            GradebookError: the gradebook cannot be used; nothing is recorded.
            StorageError: something else cannot be written; it is graded again next time.
        """
        folder = self._folder(submission)
        with _explained(submission.student, folder):
            # Without its record, what a kill leaves half done is graded again.
            for name in self._editions:
                discard(folder, name)
            remove_unfinished(folder)
            if results:
                gradebook.record_submission(results, submission.submitted_at, submission.missing)
                # Images and the like, which formgrader looks for beside the notebooks.
                write_files(support_files(self._course, self._assignment), folder)
            else:
                gradebook.record_absence(
                    self._assignment,
                    submission.student,
                    submission.missing,
                    submission.submitted_at,
                )
            for result in results:
                if result.error is None:
                    write_autograded(folder, result, version=grader_version())
                lasts = result.notebook not in provisional
                save(folder, Record(self._digest(submission, result.notebook) * lasts, result))

    def _folder(self, submission: Submission) -> Path:
        return self._course.autograded_folder(submission.student, self._assignment)

    def _digest(self, submission: Submission, notebook: str) -> str:
        return digest_of(
            submission.notebooks.get(notebook, b""),
            submission.files,
            self._editions[notebook],
            self._course.settings,
            grader_version(),
            isolate=self._isolate,
        )


@contextlib.contextmanager
def _explained(student: str, folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            f"{error.filename2 or error.filename or folder} cannot be written: "
            f"{error.strerror or error}. The grade of {student} is not recorded; those before "
            "are. Make room, or see to the permissions, then run the same command again: it goes "
            "on from here."
        ) from error
