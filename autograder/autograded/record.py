"""The grader's own record of each graded notebook, beside the autograded notebook.

It holds what the gradebook has no room for (outcomes, messages, outputs, the seed) and a digest of
everything that the grade depends on, so that nothing is graded twice without need. The `Recorder`
writes all that a grading leaves: gradebook, autograded notebooks, records.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

import autograder
from autograder.autograded.notebook import write_autograded
from autograder.autograded.pictures import with_pictures, write_files_beside
from autograder.autograded.work import files_digest, work_digest
from autograder.course.directory import Course
from autograder.course.files import remove_unfinished, write_atomically
from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook
from autograder.course.submissions import Submission
from autograder.errors import StorageError
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Review

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

SUFFIX = ".grading.json"
#: How a person decides about a notebook that could not be graded.
BY_HAND = (
    "Either put the right file in its place and grade again, or give every question its points in "
    "formgrader: then these count."
)


class Record(msgspec.Struct):
    """A result, the digest (SHA-256, hex) of what it depends on, and that of what was handed in.

    ``together`` is what stands above the autograded notebook: for whom it counts. ``handed_in_by``
    is in whose folder it was found.
    """

    digest: str
    result: NotebookResult
    work: str = ""
    together: str = ""
    handed_in_by: str = ""


def digest_of(
    data: bytes,
    files: Mapping[str, bytes],
    source: SourceNotebook,
    settings: Settings,
    grader: str,
    *,
    isolate: bool = True,
) -> str:
    """The SHA-256 (hex) of all that a grade depends on.

    Parameters
    ----------
    data, files
        The submitted notebook and the files beside it.
    source, settings
        The instructor edition and the limits.
    grader
        Whatever changes with the grader itself.
    isolate
        Whether the grade was made in the sandbox: one that was not cannot stand for one that
        would have been.
    """
    return _sha256(
        grader,
        source.digest,
        repr(settings),
        hashlib.sha256(data).hexdigest(),
        files_digest(files),
        repr(sorted(source.released.items())),
        repr(sorted(source.hidden)),
        repr(isolate),
    )


def _sha256(*parts: str) -> str:
    # Parts are told apart by a character that none of them can hold.
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


@cache
def code_digest(package: Path = Path(__file__).parents[1]) -> str:
    """The SHA-256 (hex) of the Python sources of a package, by default the autograder's own.

    A scoring rule can change without the version: an installation can follow a clone.
    """
    digest = hashlib.sha256()
    for path in sorted(package.rglob("*.py")):
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(package).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def path_in(folder: Path, notebook: str) -> Path:
    """Where the record of a notebook is, in the folder of the autograded ones."""
    return folder / f"{notebook}{SUFFIX}"


def save(folder: Path, record: Record) -> Path:
    """Write a record to ``folder``, whole or not at all; its path.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = path_in(folder, record.result.notebook)
    write_atomically(path, msgspec.json.encode(record).decode())
    return path


def discard(folder: Path, notebook: str) -> None:
    """Remove the record of a notebook, if there is one.

    Raises
    ------
    OSError
        It cannot be removed.
    """
    path_in(folder, notebook).unlink(missing_ok=True)


def load(folder: Path, notebook: str) -> Record | None:
    """The record of a notebook; None if there is none that can be read."""
    try:
        return msgspec.json.decode(path_in(folder, notebook).read_bytes(), type=Record)
    except (OSError, msgspec.MsgspecError):
        return None


def reviewed(
    course: Course, assignment: str, student: str, reviews: Mapping[tuple[str, str], Review]
) -> dict[str, tuple[NotebookResult, Review]]:
    """A student's graded notebooks by name, with what people decided about each."""
    folder = course.autograded_folder(student, assignment)
    records = {name: load(folder, name) for name in course.notebooks(assignment)}
    return {
        name: (record.result, reviews.get((student, name), Review()))
        for name, record in records.items()
        if record is not None
    }


class Recorder:
    """Records the results of one assignment, and knows those that still hold.

    ``isolate`` says whether they are made in the sandbox. ``run`` calls what parses the texts of
    students, where it can be stopped.
    """

    def __init__(
        self,
        course: Course,
        assignment: str,
        sources: Mapping[str, SourceNotebook],
        *,
        isolate: bool,
        run: Callable[..., str] | None = None,
    ) -> None:
        self._run = run
        self._course = course
        self._assignment = assignment
        self._sources = sources
        self._isolate = isolate

    def prepare(self, gradebook: Gradebook) -> None:
        """Have the gradebook know the assignment as it is now."""
        # A run that is limited to some notebooks knows nothing about the others.
        if self._course.traits["notebook_id"] == "*":
            gradebook.retire(self._assignment, self._sources)
        for name, source in self._sources.items():
            gradebook.register(self._assignment, name, source.graded)

    def earlier(self, submission: Submission, notebook: str) -> NotebookResult | None:
        """The result of an earlier grading, if nothing that it depends on has changed."""
        record = load(self._folder(submission), notebook)
        if record is None or record.digest != self._digest(submission, notebook):
            return None
        # What failed is graded again: perhaps the grader was at fault.
        return record.result if record.result.error is None else None

    def is_on_file(self, submission: Submission, notebook: str) -> bool:
        """Whether the student's own record has that result, and says for whom it counts."""
        record = load(self._folder(submission), notebook)
        return (
            record is not None
            and record.together == submission.together
            and record.digest == self._digest(submission, notebook)
        )

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
        # Shorter, and the same for everybody who has the course.
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

        Raises
        ------
        GradebookError
            The gradebook cannot be used; nothing is recorded.
        StorageError
            Something else cannot be written; it is graded again next time.
        """
        folder = self._folder(submission)
        with _explained(submission.student, folder):
            earlier = self._earlier_works(submission)
            # Without its record, what a kill leaves half done is graded again.
            for name in self._sources:
                discard(folder, name)
            remove_unfinished(folder)
            if results:
                works = {
                    each.notebook: _answered(self.work_of(submission, each.notebook), each)
                    for each in results
                }
                gradebook.record_submission(
                    results, submission.submitted_at, submission.missing, works, earlier
                )
                # Images and the like, which formgrader looks for beside the notebooks.
                instructors = self._sources[results[0].notebook].files
                write_files_beside(folder, {**submission.files, **instructors}, instructors)
            else:
                gradebook.record_absence(
                    self._assignment,
                    submission.student,
                    submission.missing,
                    submission.submitted_at,
                )
            for result in (with_pictures(each, submission.files) for each in results):
                shown = result if result.error is None else self._stand_in(result)
                if submission.together:  # as formgrader has a page for each of them
                    above = CellRun(Cell("markdown", submission.together))
                    shown = replace(shown, cells=(above, *shown.cells))
                write_autograded(folder, shown, version=autograder.__version__, run=self._run)
                # No submission has an empty digest.
                lasts = result.notebook not in provisional
                digest = self._digest(submission, result.notebook) if lasts else ""
                work = self.work_of(submission, result.notebook)
                by = submission.handed_in_by
                save(folder, Record(digest, result, work, submission.together, by))

    def _earlier_works(self, submission: Submission) -> dict[str, str]:
        """Of the notebooks with a record, what a person has given points for since."""
        records = [load(self._folder(submission), name) for name in self._sources]
        return {
            record.result.notebook: _answered(record.work, record.result)
            for record in records
            if record is not None
        }

    def work_of(self, submission: Submission, notebook: str) -> str:
        """The digest of what is the student's own of a submission."""
        return work_digest(submission, self._sources[notebook].files, [notebook])

    def _stand_in(self, result: NotebookResult) -> NotebookResult:
        """What formgrader shows of a notebook that cannot be: the questions, without answers."""
        reason = f"{result.error}\n\n{BY_HAND} What was handed in lies among the submissions."
        source = self._sources[result.notebook].graded
        cells = (Cell("markdown", reason), *source.cells)
        return replace(result, cells=tuple(map(CellRun, cells)), metadata=source.metadata)

    def _folder(self, submission: Submission) -> Path:
        return self._course.autograded_folder(submission.student, self._assignment)

    def _digest(self, submission: Submission, notebook: str) -> str:
        return digest_of(
            submission.notebooks.get(notebook, b""),
            submission.files,
            self._sources[notebook],
            self._course.settings,
            f"{autograder.__version__} {code_digest()}",
            isolate=self._isolate,
        )


def _answered(work: str, result: NotebookResult) -> str:
    """The digest of what a person gives points for: the same work, if it can be graded or not."""
    return work if result.error is None else _sha256(work, result.error)


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
