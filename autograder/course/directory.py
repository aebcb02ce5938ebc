"""The course folder: where things are, as nbgrader's own configuration says.

``nbgrader_config.py`` is read without importing nbgrader, which takes seconds. Only the file in
the course folder counts, so that a course grades alike for everybody who has it. `grading_alone`
locks the folder: there is one grading of a course at a time.
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

from autograder.course.groups import read_groups
from autograder.course.settings import Settings, settings_from
from autograder.errors import CourseError, CourseInUse

with contextlib.suppress(ImportError):  # Windows, where notebooks are checked and none is graded
    import fcntl

CONFIG_FILE = "nbgrader_config.py"
#: Who has more time and why, what was decided about questions, who works with whom, and marks.
_ABOUT_PEOPLE = (
    "deadlines.toml", "questions.toml", "groups.csv", "marks.csv", "marks-canvas.csv",
    "marks-moodle.csv",
)  # fmt: skip
DEFAULT_DB = "sqlite:///gradebook.db"
SEP = re.escape(os.sep)
HOLE = "\0"  # stands for an unknown part of a path
_MARK = "\1"  # stands for nothing, to be found again in a path
#: SQLite keeps what it is just writing in files beside the database.
_DB_SUFFIXES = ("", "-journal", "-wal", "-shm")

#: Where students' files lie in a course whose configuration names no other folders.
_OF_STUDENTS = ("submitted", "autograded", "feedback")

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
    """A course folder with its configuration.

    Attributes
    ----------
    root
        The course folder.
    settings
        What the configuration says under ``c.Autograder``.
    traits
        What it says under ``c.CourseDirectory``, and nbgrader's defaults of the rest.
    config
        All of it, for nbgrader's own classes.
    """

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
        url = str(self.traits["db_url"] or DEFAULT_DB)
        dialect, _, file = url.partition(":///")
        return f"{dialect}:///{self.root / file}" if _is_file(dialect, file) else url

    @property
    def ignore(self) -> tuple[str, ...]:
        """Patterns of the file names that are never copied from one folder to another."""
        return tuple(self.traits["ignore"])

    def ignores(self, path: Path, *more: str) -> bool:
        """Whether a name in ``path`` fits a pattern of `ignore`, or one of ``more``.

        As in nbgrader, folders are left out with all that is in them.
        """
        patterns = (*self.ignore, *more)
        return any(fnmatch(part, pattern) for part in path.parts for pattern in patterns)

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
        """Those who handed something in for ``assignment``, in alphabetical order.

        What one member of a group has handed in, or what lies under the group's name, counts for
        all of its members.
        """
        left_out = self.traits["student_id_exclude"].split(",")
        names = self._matches("submitted", None, assignment)
        for group, members in read_groups(self.root, assignment).items():
            if names & {group, *members}:
                names = (names - {group}) | set(members)
        return tuple(
            name
            for name in sorted(names)
            if fnmatch(name, self.traits["student_id"]) and name not in left_out
        )

    def private_paths(self) -> tuple[Path, ...]:
        """What no student's code may read, even if it lies where Python finds packages.

        Absolute paths, some of which may not exist: the folders of source notebooks, submissions,
        grades and feedback, the gradebook if it is a file, what was decided about students, and
        the configuration, in which the password of a database may stand.
        """
        paths = [self.root / name for name in (CONFIG_FILE, *_ABOUT_PEOPLE)]
        for step in ("source", "submitted", "autograded", "feedback"):
            paths += self._step_folders(step)
        dialect, _, file = self.db_url.partition(":///")
        if _is_file(dialect, file):
            name = file.partition("?")[0]  # what follows are options of the connection
            paths += [Path(name + suffix) for suffix in _DB_SUFFIXES]
        return tuple(path.absolute() for path in dict.fromkeys(paths))

    def _step_folders(self, step: str) -> Iterator[Path]:
        """The folders that hold one of nbgrader's steps.

        There is one; or, where ``directory_structure`` has the step below the student or the
        assignment, one for each of them.
        """
        mark = f"/{_MARK}"
        structure = self._format(f"{self.traits[f'{step}_directory']}{mark}", HOLE, HOLE)
        before, _, after = structure.partition(mark)
        pattern = os.path.normpath(self.root / (before + after.partition("/")[0]))
        if HOLE not in pattern:
            yield Path(pattern)
            return
        yield from map(Path, _glob(pattern))
        # Grading will make folders that are not there yet, beside those of other steps.
        parent, name = os.path.split(pattern)
        if HOLE not in name:
            yield from (Path(folder, name) for folder in _glob(parent))

    def _folder(self, step: str, student: str, assignment: str) -> Path:
        # Names come from the command line, too, and must not lead out of the course.
        for name in (student, assignment):
            if name in ("", "..") or set(name) & {"/", os.sep, HOLE}:
                raise CourseError(
                    f"{name!r} cannot be the name of a student or an assignment: it would be a "
                    "folder name, so use letters, digits, '-', '_' and '.'."
                )
        folder = self._format(self.traits[f"{step}_directory"], student, assignment)
        return Path(os.path.normpath(self.root / folder))

    def _format(self, step_folder: str, student: str, assignment: str) -> str:
        return str(
            self.traits["directory_structure"].format(
                nbgrader_step=step_folder, student_id=student, assignment_id=assignment
            )
        )

    def _matches(self, step: str, student: str | None, assignment: str | None) -> set[str]:
        """What stands for the None among ``student`` and ``assignment`` in existing folders."""
        folder = self._format(self.traits[f"{step}_directory"], student or HOLE, assignment or HOLE)
        folder = os.path.normpath(self.root / folder)
        pattern = re.compile(re.escape(folder).replace(re.escape(HOLE), f"([^{SEP}]+)"))
        matches = (pattern.fullmatch(path) for path in _glob(folder) if Path(path).is_dir())
        return {match[1] for match in matches if match}


def _glob(pattern: str) -> list[str]:
    """Existing paths that ``pattern`` describes, in which any name may stand for a `HOLE`."""
    # The folders may be absolute, and Path.glob takes relative patterns only.
    return glob(escape(pattern).replace(escape(HOLE), "*"))  # noqa: PTH207


def _is_file(dialect: str, file: str) -> bool:
    """Whether these parts of a database's address, before and after ``:///``, name a file."""
    is_sqlite = dialect.partition("+")[0] == "sqlite"  # as in sqlite+pysqlite
    return is_sqlite and file.partition("?")[0] not in ("", ":memory:")


def find_course(start: Path | str = ".") -> Course:
    """The course that ``start`` lies in: the nearest parent with an ``nbgrader_config.py``.

    That file is run, so none is where it lies in a course itself: a student may have handed it in.

    Raises
    ------
    CourseError
        There is none, or it cannot be used.
    """
    start = Path(start).resolve()
    for folder in (start, *start.parents):
        if (folder / CONFIG_FILE).is_file():
            if (around := _course_around(folder)) is not None:
                raise CourseError(
                    f"{folder} holds {CONFIG_FILE}, and lies in {around}, which is a course, too. "
                    "Such a file is run, whoever wrote it: name the course that you mean with "
                    "--course-dir."
                )
            return load_course(folder)
    raise CourseError(
        f"{start} is not inside a course: neither it nor a folder above it holds {CONFIG_FILE}. "
        "Go to the course folder, or name it with --course-dir."
    )


def _course_around(folder: Path) -> Path | None:
    """A folder above that is a course as well, by its configuration or by its folders' names."""
    for above in folder.parents:
        step = folder.relative_to(above).parts[0]
        is_stock = step in _OF_STUDENTS and (above / str(DEFAULTS["source_directory"])).is_dir()
        if (above / CONFIG_FILE).is_file() or is_stock:
            return above
    return None


def load_course(folder: Path | str) -> Course:
    """The course in ``folder``, which as in nbgrader may do without an ``nbgrader_config.py``.

    Raises
    ------
    CourseError
        The folder or its configuration cannot be used.
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
        # The innermost line of the file itself: the error may have come up in what it calls.
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


def expect_assignment(course: Course, assignment: str) -> None:
    """Make sure that there is such an assignment.

    Raises
    ------
    CourseError
        There is none.
    """
    known = course.assignments()
    if assignment not in known:
        raise CourseError(
            f"There is no assignment {assignment!r} in {course.root}; there are: "
            f"{', '.join(known) or 'none'}."
        )


def choose_students(course: Course, assignment: str, students: Sequence[str]) -> Sequence[str]:
    """Whose submissions to grade: those of ``students``, or everybody's if that is empty.

    With a member of a group come the others.

    Raises
    ------
    CourseError
        There is no such assignment, or one of them has handed in nothing for it.
    """
    expect_assignment(course, assignment)
    submitted = course.students(assignment)
    for student in students:
        if student in submitted:
            continue
        if course.autograded_folder(student, assignment).is_dir():
            raise CourseError(
                f"The files of {student!r} for {assignment!r} are gone, so that the grade on "
                "record stands. To grade anew, put what counts into "
                f"{course.submitted_folder(student, assignment)}."
            )
        raise CourseError(
            f"{student!r} has handed in nothing for {assignment!r}: there is no folder "
            f"{course.submitted_folder(student, assignment)}."
        )
    groups = read_groups(course.root, assignment).values()
    with_others = [next((g for g in groups if name in g), (name,)) for name in students]
    return tuple(dict.fromkeys(name for names in with_others for name in names)) or submitted


@contextlib.contextmanager
def grading_alone(course: Course) -> Iterator[None]:
    """Keep every other grading of this course out; the lock ends with this process at the latest.

    Raises
    ------
    CourseInUse
        One is under way.
    """
    descriptor = os.open(course.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        lock(
            descriptor,
            f"Another autograder is grading in {course.root} just now. Wait until it has ended, "
            "then try again: what it has graded will not be graded twice.",
        )
        yield
    finally:
        os.close(descriptor)


def lock(descriptor: int, in_use: str) -> None:
    """Lock an open folder until it is closed; raise CourseInUse, with these words, if it is."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CourseInUse(in_use) from None
    except OSError:
        return  # some network file systems cannot lock a folder
