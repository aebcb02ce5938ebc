"""The course folder: where things are, as nbgrader's own configuration says.

``nbgrader_config.py`` is read without importing nbgrader, which takes seconds. Only the file in
the course folder counts, so that a course grades alike for everybody who has it.

One grading of a course at a time.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from glob import escape, glob
from pathlib import Path
from traceback import extract_tb
from typing import Any

from traitlets.config import Config
from traitlets.config.loader import LazyConfigValue, PyFileConfigLoader

from autograder.course.settings import Settings, settings_from
from autograder.errors import CourseError

with contextlib.suppress(ImportError):  # Windows, where notebooks are checked and none is graded
    import fcntl

CONFIG_FILE = "nbgrader_config.py"
DEFAULT_DB = "sqlite:///gradebook.db"
SEP = re.escape(os.sep)
HOLE = "\0"  # stands for an unknown part of a path

#: nbgrader's defaults of the traits of ``CourseDirectory`` that are honoured here.
DEFAULTS: Mapping[str, Any] = {
    "course_id": "",
    "root": "",
    "db_url": "",
    "directory_structure": "{nbgrader_step}/{student_id}/{assignment_id}",
    "source_directory": "source",
    "release_directory": "release",
    "submitted_directory": "submitted",
    "autograded_directory": "autograded",
    "feedback_directory": "feedback",
    "notebook_id": "*",
    "student_id": "*",
    "student_id_exclude": "",
    "ignore": [".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback"],
}


@dataclass(frozen=True)
class Course:
    """A course folder with its configuration; ``config`` is for nbgrader's own classes."""

    root: Path
    settings: Settings = field(default_factory=Settings)
    traits: Mapping[str, Any] = field(default_factory=lambda: DEFAULTS, hash=False)
    config: Config = field(default_factory=Config, repr=False, compare=False)

    @property
    def course_id(self) -> str:
        """What the exchange and the gradebook call this course; often empty."""
        return str(self.traits["course_id"])

    @property
    def db_url(self) -> str:
        """SQLAlchemy's address of the gradebook; a relative file is in the course folder."""
        dialect, found, file = str(self.traits["db_url"] or DEFAULT_DB).partition(":///")
        if dialect != "sqlite" or not file or file == ":memory:":
            return dialect + found + file
        return f"sqlite:///{self.root / file}"

    @property
    def ignore(self) -> tuple[str, ...]:
        """Patterns of the file names that are never copied from one folder to another."""
        return tuple(self.traits["ignore"])

    def source_folder(self, assignment: str) -> Path:
        """The instructor edition: solutions and hidden tests."""
        return self._folder("source", ".", assignment)

    def release_folder(self, assignment: str) -> Path:
        """The student edition."""
        return self._folder("release", ".", assignment)

    def submitted_folder(self, student: str, assignment: str) -> Path:
        """What one student handed in."""
        return self._folder("submitted", student, assignment)

    def autograded_folder(self, student: str, assignment: str) -> Path:
        """A student's notebooks as they were graded."""
        return self._folder("autograded", student, assignment)

    def feedback_folder(self, student: str, assignment: str) -> Path:
        """The pages that a student gets back."""
        return self._folder("feedback", student, assignment)

    def assignments(self) -> tuple[str, ...]:
        """The assignments with an instructor edition, in alphabetical order."""
        found = self._matches("source", ".", None)
        return tuple(sorted(name for name in found if self.notebooks(name)))

    def notebooks(self, assignment: str) -> tuple[str, ...]:
        """The names, without ``.ipynb``, of the notebooks of an instructor edition, in order."""
        pattern = f"{self.traits['notebook_id']}.ipynb"
        return tuple(sorted(path.stem for path in self.source_folder(assignment).glob(pattern)))

    def students(self, assignment: str) -> tuple[str, ...]:
        """Those who handed something in for ``assignment``, in alphabetical order."""
        left_out = self.traits["student_id_exclude"].split(",")
        return tuple(
            name
            for name in sorted(self._matches("submitted", None, assignment))
            if fnmatch(name, self.traits["student_id"]) and name not in left_out
        )

    def private_paths(self) -> tuple[Path, ...]:
        """What no student's code may read, even if it lies where Python finds packages."""
        steps = ("source", "submitted", "autograded", "feedback")
        folders = [self.root / self.traits[f"{step}_directory"] for step in steps]
        dialect, _, file = self.db_url.partition(":///")
        return (*folders, Path(file)) if dialect == "sqlite" else tuple(folders)

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        for name in (student, assignment):
            if name in ("", "..") or set(name) & {"/", os.sep, HOLE}:
                raise CourseError(
                    f"{name!r} cannot be the name of a student or an assignment: it would be a "
                    "folder name, so use letters, digits, '-', '_' and '.'."
                )
        return Path(os.path.normpath(self.root / self._format(step, student, assignment)))

    def _format(self, step: str, student: str, assignment: str) -> str:
        return str(
            self.traits["directory_structure"].format(
                nbgrader_step=self.traits[f"{step}_directory"],
                student_id=student,
                assignment_id=assignment,
            )
        )

    def _matches(self, step: str, student: str | None, assignment: str | None) -> set[str]:
        """What stands for the None among ``student`` and ``assignment`` in existing folders."""
        folder = self._format(step, student or HOLE, assignment or HOLE)
        folder = os.path.normpath(self.root / folder)
        pattern = re.compile(re.escape(folder).replace(re.escape(HOLE), f"([^{SEP}]+)"))
        # The folders may be absolute, and Path.glob takes relative patterns only.
        found = glob(escape(folder).replace(escape(HOLE), "*"))  # noqa: PTH207
        matches = (pattern.fullmatch(path) for path in found if Path(path).is_dir())
        return {match[1] for match in matches if match}


def find_course(start: Path | str = ".") -> Course:
    """The course that ``start`` lies in: the nearest parent with an ``nbgrader_config.py``.

    Raises ``CourseError`` if there is none, or if it cannot be used.
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            return load_course(folder)
    raise CourseError(
        f"{start} is not inside a course: neither it nor a folder above it holds {CONFIG_FILE}. "
        "Go to the course folder, or name it with --course-dir."
    )


def load_course(folder: Path | str) -> Course:
    """The course in ``folder``, which as in nbgrader may do without an ``nbgrader_config.py``.

    Raises ``CourseError`` if the folder or its configuration cannot be used.
    """
    folder = Path(folder).resolve()
    if not folder.is_dir():
        raise CourseError(f"{folder} is not a folder, expected the course folder.")
    config = _load_config(folder / CONFIG_FILE)
    section = config.get("CourseDirectory", {})
    traits = {name: _trait(name, section, default) for name, default in DEFAULTS.items()}
    course = Course(
        folder / traits["root"], settings_from(config.get("Autograder", {})), traits, config
    )
    if not (course.root / traits["source_directory"]).is_dir():
        raise CourseError(
            f"{course.root} has no folder {traits['source_directory']!r} with the instructor "
            f"edition. Is it the course folder? If so, create that folder, or set "
            f"c.CourseDirectory.source_directory in {CONFIG_FILE}."
        )
    return course


def _load_config(path: Path) -> Config:
    if not path.is_file():
        return Config()
    try:
        return PyFileConfigLoader(path.name, path=str(path.parent)).load_config()
    except Exception as error:
        line = next(
            (f.lineno for f in extract_tb(error.__traceback__)[::-1] if f.filename == str(path)),
            getattr(error, "lineno", None),
        )
        raise CourseError(
            f"{path}{f', line {line}' if line else ''}: {type(error).__name__}: {error}. "
            "Correct the configuration and try again."
        ) from error


def _trait(name: str, section: Mapping[str, Any], default: Any) -> Any:
    value = section.get(name, default)
    if isinstance(value, LazyConfigValue):  # made by c.CourseDirectory.ignore.append(…)
        value = value.get_value(default)
    if not isinstance(value, type(default)):
        raise CourseError(
            f"c.CourseDirectory.{name} is {value!r}, expected a {type(default).__name__} as in "
            f"nbgrader, such as {default!r}."
        )
    return value.strip() if name.endswith("_id") else value


def choose_students(course: Course, assignment: str, students: Sequence[str]) -> Sequence[str]:
    """Whose submissions to grade: those of ``students``, or everybody's if that is empty.

    Raises
    ------
    CourseError
        There is no such assignment, or one of them has handed in nothing for it.
    """
    known = course.assignments()
    if assignment not in known:
        raise CourseError(
            f"There is no assignment {assignment!r} in {course.root}; there are: "
            f"{', '.join(known) or 'none'}."
        )
    submitted = course.students(assignment)
    for student in students:
        if student not in submitted:
            raise CourseError(
                f"{student!r} has handed in nothing for {assignment!r}: there is no folder "
                f"{course.submitted_folder(student, assignment)}."
            )
    return students or submitted


@contextlib.contextmanager
def grading_alone(course: Course) -> Iterator[None]:
    """Keep every other grading of this course out; the lock ends with this process at the latest.

    Raises:
        CourseError: one is under way.
    """
    descriptor = os.open(course.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, course)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, course: Course) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CourseError(
            f"Another autograder is grading in {course.root} just now. Wait until it has ended, "
            "then try again: what it has graded will not be graded twice."
        ) from None
    except OSError:
        return  # some network file systems cannot lock a folder
