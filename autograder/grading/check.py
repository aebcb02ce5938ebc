"""A student's own check: the grader's code path on one's own machine, without a sandbox."""

from __future__ import annotations

import secrets
import sys
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from autograder.course.directory import CONFIG_FILE, Course, find_course
from autograder.course.settings import Settings, hidden_modules_in
from autograder.course.source import SourceNotebook, load_source, source_of
from autograder.errors import CourseError
from autograder.grading.modules import asked_for
from autograder.grading.notebook import grade_notebook
from autograder.grading.plan import make_plan
from autograder.grading.task import MAX_SEED, Task
from autograder.notebook.cells import Notebook
from autograder.notebook.names import does_nothing
from autograder.notebook.read import read_notebook
from autograder.notebook.regions import TEXT_STUB
from autograder.results import NotebookResult, Outcome, Question
from autograder.workers.candidates import Candidates
from autograder.workers.local import LocalPair

#: Bytes of all files beside the notebook; those that do not fit are left out.
MAX_FILES_BYTES = 32 << 20
_OWN_TESTS = (
    "The tests are those in the notebook, since no course here has a notebook called {}. They may "
    "be older than the ones that it is graded with, which may say something else of a mistake."
)
_UNKNOWN_MODULES = (
    "Your code imports {}. Neither the notebook nor a course here says whether that is there when "
    "the notebook is graded. If your course does not promise it, do without."
)


@dataclass(frozen=True)
class Check:
    """The result of the tests in sight, and what it leaves open.

    Attributes
    ----------
    result
        Of the tests in sight.
    unseen
        Names of those that only grading runs.
    unknown
        Sentences on what may be otherwise when the notebook is graded: a notebook that is outside
        its course may have old tests, and nobody says what it can import.
    """

    result: NotebookResult
    unseen: tuple[str, ...]
    unknown: tuple[str, ...] = ()


def check(
    path: Path | str,
    course_folder: Path | None = None,
    *,
    with_hidden: bool = False,
    seed: int | None = None,
    candidates: Candidates | None = None,
) -> Check:
    """Run the tests of a notebook as grading does, with your own rights; nothing is recorded.

    Parameters
    ----------
    path
        The notebook.
    course_folder
        The course, or a folder in it; by default the one around the notebook. One around the
        working folder, or around the environment that this program is installed in, counts as well
        if it has a notebook of that name.
    with_hidden
        Whether to run the tests of the instructor edition. Otherwise it is those that students
        can see: of the course's release if there is one, else of the notebook itself.
    seed
        The random inputs of an earlier check, to repeat it.
    candidates
        Processes for the notebook's cells, where some were started already.

    Raises
    ------
    CourseError
        There is no course in ``course_folder``, or no instructor edition although
        ``with_hidden`` wants it.
    UnreadableSubmission
        The file is not a notebook.
    """
    path = Path(path)
    known = _course_of(path, course_folder)
    # A student may have nothing but the notebook.
    course = known or Course(path.resolve().parent)
    notebook = read_notebook(path.read_bytes(), max_bytes=course.settings.limits.notebook_bytes)
    source = _source_of_path(course, path, with_hidden=with_hidden)
    unknown = _unknown(path, notebook, known, source)
    own = source is None
    if source is None:
        if with_hidden:
            raise CourseError(
                f"--all needs the instructor edition of {path.name}, and no course around it has "
                "one. Leave --all out to run the tests in the notebook."
            )
        source = source_of(notebook, path.stem, course)
    # Without the instructor edition nobody knows the solutions: the student's names have to be
    # guessed from what the tests use.
    plan = make_plan(source.notebook, source.released, solved=with_hidden)
    seed = secrets.randbelow(MAX_SEED) if seed is None else seed
    files = _files_beside(path) | _of_assignment(source)
    task = Task("", source, plan, seed, notebook, files)
    setup = plan.examiner_setup(source.notebook)
    settings = _settings(course, source.notebook, notebook)
    with candidates or Candidates() as processes:
        result = grade_notebook(task, lambda: LocalPair(setup, files, settings, seed, processes))
    # nbgrader leaves a cell empty whose every line is hidden: it would pass here, and says nothing.
    tests = [cell for cell in source.notebook.cells if cell.is_test]
    unseen = tuple(cell.grade_id for cell in tests if cell.grade_id and does_nothing(cell))
    seen = tuple(question for question in result.questions if question.grade_id not in unseen)
    if own:
        seen = tuple(_for_a_person(question, notebook) for question in seen)
    return Check(replace(result, questions=seen), unseen, unknown)


def _for_a_person(question: Question, notebook: Notebook) -> Question:
    """An answer in words, of which a notebook alone does not tell what was handed out there."""
    text = next((each.source for each in notebook.cells if each.grade_id == question.grade_id), "")
    if question.outcome is not Outcome.NO_RESPONSE or text.strip() in ("", TEXT_STUB):
        return question
    return replace(question, outcome=Outcome.MANUAL, score=None)


def _course_of(path: Path, folder: Path | None) -> Course | None:
    """The course around the notebook, else one near by that has a notebook of its name."""
    if folder is not None:
        return find_course(folder)
    with suppress(CourseError):
        return find_course(path.resolve().parent)
    # Most students download a notebook to elsewhere, and run the program in the course's .venv.
    for near in (Path.cwd(), Path(sys.prefix)):
        with suppress(CourseError):
            course = find_course(near)
            if any(path.stem in course.notebooks(each) for each in course.assignments()):
                return course
    return None


def _unknown(
    path: Path, notebook: Notebook, course: Course | None, source: SourceNotebook | None
) -> tuple[str, ...]:
    """What cannot be known of the grading of a notebook, in sentences; nothing in most courses."""
    sentences = []
    if source is None and not (course is None and _in_a_bundle(path)):
        sentences.append(_OWN_TESTS.format(path.name))
    nobody_says = course is None and not hidden_modules_in(notebook.metadata)
    if nobody_says and (modules := asked_for(notebook)):
        sentences.append(_UNKNOWN_MODULES.format(", ".join(modules)))
    return tuple(sentences)


def _in_a_bundle(path: Path) -> bool:
    """Whether a course without instructor edition is around: nobody there has other tests."""
    return any((folder / CONFIG_FILE).is_file() for folder in path.resolve().parents)


def _settings(course: Course, *notebooks: Notebook) -> Settings:
    """The course's, with the hidden modules that the notebooks name: they may have left it."""
    named = [hidden_modules_in(each.metadata) for each in notebooks]
    hidden = dict.fromkeys(chain(course.settings.hidden_modules, *named))
    return replace(course.settings, hidden_modules=tuple(hidden))


def _source_of_path(course: Course, path: Path, *, with_hidden: bool) -> SourceNotebook | None:
    for assignment in course.assignments():
        if path.stem in course.notebooks(assignment):
            if with_hidden:
                return load_source(course, assignment, path.stem)
            released = course.release_folder(assignment) / path.name
            if released.exists():
                notebook = read_notebook(released.read_bytes())
                return source_of(notebook, path.stem, course, assignment)
    return None


def _of_assignment(source: SourceNotebook) -> dict[str, bytes]:
    """The assignment's own files, which the grader puts there whatever was handed in."""
    if not source.assignment:
        return {}
    released = source.course.release_folder(source.assignment)
    return (_files_beside(released / "_") if released.is_dir() else {}) | dict(source.files)


def _files_beside(path: Path) -> dict[str, bytes]:
    """The data files next to the notebook, which its code may read."""
    # Each candidate gets a copy of them, in a temporary folder.
    files: dict[str, bytes] = {}
    room = MAX_FILES_BYTES
    for file in sorted(path.resolve().parent.iterdir()):
        if file.is_file() and file.suffix != ".ipynb" and file.stat().st_size <= room:
            files[file.name] = file.read_bytes()
            room -= len(files[file.name])
    return files
