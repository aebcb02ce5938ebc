"""The student edition of an assignment, made from the instructor edition by nbgrader itself.

nbgrader's ``generate_assignment`` works in a temporary folder. Of what it makes, only what is
allowed (`autograder.release.allowed`) replaces the released files, and only if there was no error
and it gives no solution and no hidden test away. Made twice, it is the same to the byte.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings, simplefilter

from autograder.course.directory import Course
from autograder.course.settings import with_hidden_modules
from autograder.course.source import SourceNotebook, load_source
from autograder.errors import CourseError
from autograder.gradebook import Gradebook
from autograder.notebook.cells import layout
from autograder.release.allowed import Kept, check_links, keep_allowed, telling_names
from autograder.release.leaks import find_leaks
from autograder.release.marks import find_marks, meant_for_marks
from autograder.release.private_files import find_private_files, unnamed_files


@dataclass(frozen=True)
class ReleasedFiles:
    """What a release changed: names of files, relative to its ``folder``.

    ``notes`` tell what of the instructor edition stays behind, and what looks as if it should.
    """

    assignment: str
    folder: Path
    written: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def release_files(course: Course, assignment: str) -> ReleasedFiles:
    """Make the student edition of ``assignment`` and enter the assignment in the gradebook.

    Files that are already as they should be are not touched, and files that no longer belong to
    the release are removed. If there is an error, all released files stay as they are.

    Raises
    ------
    CourseError
        The student edition cannot be made, or it would give something away.
    GradebookError
        Cells were added or removed while the gradebook holds submissions.
    OSError
        The files cannot be written.
    """
    sources = _sources(course, assignment)
    kept = _checked(course, assignment, sources)
    made = kept.files
    # Before any file is written: students must not get cells that the gradebook refuses.
    with Gradebook.of(course) as gradebook:
        for source in sources:
            gradebook.register(assignment, source.name, source.graded)
    released = _released(course, assignment)
    folder = course.release_folder(assignment)
    written = sorted(name for name in made if made[name] != released.get(name))
    removed = sorted(released.keys() - made.keys())
    for name in written:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(made[name])
    for name in removed:
        (folder / name).unlink()
    unchanged = sorted(made.keys() - set(written))
    return ReleasedFiles(
        assignment, folder, tuple(written), tuple(unchanged), tuple(removed), tuple(kept.notes)
    )


def stale_files(course: Course, assignment: str) -> list[str]:
    """The files that `release_files` would write or remove now; nothing is changed.

    Raises
    ------
    CourseError
        The student edition cannot be made, or it would give something away.
    """
    made = _checked(course, assignment, _sources(course, assignment)).files
    released = _released(course, assignment)
    names = made.keys() | released.keys()
    return sorted(name for name in names if made.get(name) != released.get(name))


def _sources(course: Course, assignment: str) -> list[SourceNotebook]:
    names = course.notebooks(assignment)
    if not names:
        raise CourseError(
            f"{course.source_folder(assignment)} holds no notebook, so there is nothing to "
            f"release. Assignments of this course: {', '.join(course.assignments()) or 'none'}."
        )
    return [load_source(course, assignment, name) for name in names]


def _checked(course: Course, assignment: str, sources: Sequence[SourceNotebook]) -> Kept:
    """What is allowed of what nbgrader makes, searched for what students may not see."""
    check_links(course, course.source_folder(assignment))
    kept = keep_allowed(_generated(course, assignment))
    kept.files = {
        name: _noting_hidden_modules(course, data) if name.endswith(".ipynb") else data
        for name, data in kept.files.items()
    }
    leaks = find_leaks(sources, kept.files) + find_marks(kept.files)
    leaks += find_private_files(sources, kept.files)
    leaks = [leak for leak in leaks if not course.settings.means(leak)]
    if leaks:
        raise CourseError(
            f"The student edition of {assignment} would give away what is for instructors only: "
            "lines of solutions, hidden tests or mark schemes, or files that belong to these. "
            "Remove them there, or show them in a cell that students get. What is meant to be "
            "seen, name as it is named here in the list c.Autograder.meant_to_be_seen of "
            "nbgrader_config.py:\n" + "\n".join(leaks)
        )
    telling = telling_names(kept.files)
    kept.notes += [
        f"{name}: students get it, although its name says that they should not" for name in telling
    ]
    others = {name: data for name, data in kept.files.items() if name not in telling}
    kept.notes += unnamed_files(sources, others)
    kept.notes += meant_for_marks(sources)
    return kept


def _noting_hidden_modules(course: Course, data: bytes) -> bytes:
    """A notebook that tells `autograder check`, wherever it lies, what cannot be imported."""
    if not course.settings.hidden_modules:
        return data
    node: dict[str, Any] = json.loads(data)
    node["metadata"] = with_hidden_modules(node["metadata"], course.settings.hidden_modules)
    return layout(node).encode()


def _released(course: Course, assignment: str) -> Mapping[str, bytes]:
    """The files of the committed student edition, but for those that are ignored everywhere."""
    folder = course.release_folder(assignment)
    files = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
    return {
        file.as_posix(): (folder / file).read_bytes() for file in files if not course.ignores(file)
    }


def _generated(course: Course, assignment: str) -> dict[str, bytes]:
    """The files that nbgrader makes for a release, by their names relative to its folder.

    What it makes is repeatable but for the ids that it draws for cells without one, such as those
    of an old header; these become functions of the cell's place.
    """
    with TemporaryDirectory(prefix="autograder-release-") as temporary:
        folder = Path(temporary).resolve()
        _convert(course, assignment, folder)
        made = folder / assignment
        files = {
            path.relative_to(made).as_posix(): path.read_bytes()
            for path in sorted(made.rglob("*"))
            if path.is_file()
        }
    ids = _source_ids(course, assignment)
    return {
        name: _with_stable_ids(name, data, ids) if name.endswith(".ipynb") else data
        for name, data in files.items()
    }


def _convert(course: Course, assignment: str, folder: Path) -> None:
    """Have nbgrader write the release of ``assignment`` below ``folder``."""
    # Importing nbgrader takes some 3 seconds. This module is also imported where nothing is made:
    # by a command that first checks its arguments, and for a name in it.
    from nbformat.warnings import MissingIDFieldWarning
    from nbgrader.converters import GenerateAssignment
    from nbgrader.coursedir import CourseDirectory

    config = deepcopy(course.config)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = course.db_url
    config.CourseDirectory.assignment_id = assignment
    config.CourseDirectory.release_directory = str(folder)
    config.CourseDirectory.directory_structure = "{nbgrader_step}/{student_id}/{assignment_id}"
    config.CourseDirectory.source_directory = str(course.source_folder(assignment).parent)
    # As the option --no-db of nbgrader's command does: release_files registers the cells itself,
    # in one transaction, and stale_files must not change the gradebook at all.
    config.SaveCells.enabled = False
    config.GenerateAssignment.no_database = True
    # It would refuse pictures in mark schemes; here they stay behind.
    config.ClearMarkScheme.check_attachment_leakage = False
    log = _Errors()
    try:
        # It refuses some names of assignments already when it is made.
        converter = GenerateAssignment(
            coursedir=CourseDirectory(config=config, log=log), config=config, log=log
        )
        with catch_warnings():
            simplefilter("ignore", MissingIDFieldWarning)  # the ids are ours to give
            converter.start()
    except Exception as error:
        raise CourseError(
            f"nbgrader cannot make the student edition of {assignment}: "
            f"{log.summary() or f'{type(error).__name__}: {error}'}"
        ) from error


class _Errors(logging.Logger):
    """Keeps what nbgrader logs as errors; the exception it raises says only "see above"."""

    def __init__(self) -> None:
        super().__init__("nbgrader", logging.ERROR)
        self._lines: list[str] = []

    # Overridden instead of adding a handler: this logger belongs to no tree, so that nothing of
    # nbgrader's own configuration of logging reaches it.
    def handle(self, record: logging.LogRecord) -> None:
        self._lines += record.getMessage().strip().splitlines()[-1:]  # the end of a traceback

    def summary(self) -> str:
        return "; ".join(dict.fromkeys(self._lines))


def _source_ids(course: Course, assignment: str) -> set[str]:
    """The cell ids in the files that a release is made of."""
    folder = course.source_folder(assignment)
    section = course.config.get("IncludeHeaderFooter", {})
    parts = [course.root / section[part] for part in ("header", "footer") if section.get(part)]
    notebooks = [folder / f"{name}.ipynb" for name in course.notebooks(assignment)]
    nodes = [json.loads(path.read_text(encoding="utf-8-sig")) for path in notebooks + parts]
    return {str(cell["id"]) for node in nodes for cell in node["cells"] if "id" in cell}


def _with_stable_ids(name: str, data: bytes, known: set[str]) -> bytes:
    node: dict[str, Any] = json.loads(data)
    changed = False
    for index, cell in enumerate(node["cells"]):
        if "id" in cell and cell["id"] not in known:
            cell["id"] = hashlib.sha256(f"{name}/{index}".encode()).hexdigest()[:8]
            changed = True
    return layout(node).encode() if changed else data
