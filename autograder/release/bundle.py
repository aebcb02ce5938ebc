"""The student bundle: a zip file with what students get and nothing that is for instructors only.

It holds the student edition and the files that the table ``[tool.autograder.bundle]`` of the
course's ``pyproject.toml`` names; notebooks without outputs. The same files, of the same dates, make the same bytes.
"""

from __future__ import annotations

import io
import json
import re
import time
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from autograder.course.directory import Course
from autograder.course.files import is_hidden, write_atomically
from autograder.course.source import load_source
from autograder.errors import CourseError, StorageError
from autograder.notebook.cells import layout
from autograder.release.grades import find_grades
from autograder.release.leaks import find_copies, find_leaks
from autograder.release.marks import find_marks
from autograder.release.private_files import find_pictures
from autograder.release.student_version import stale_files

TABLE = "[tool.autograder.bundle] in pyproject.toml"  # as messages call it
_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first moment that a zip file can tell
_HASH = re.compile(r" \\\n +--hash=\S+")  # in a lock of pip's


@dataclass(frozen=True)
class BundleTable:
    """What the table names.

    ``files`` are patterns of files. ``constraints`` is a lock, of which students get the versions
    alone: with hashes, pip would install all of it or nothing. The files in the folder ``top`` go
    to the top of the bundle.
    """

    files: tuple[str, ...] = ()
    constraints: str = ""
    top: str = ""


def check_target(path: Path, *, force: bool = False) -> None:
    """Refuse a ``path`` that a bundle may not be written to.

    Raises
    ------
    StorageError
        It is no name of a zip file, its folder is missing, or it exists and ``force`` is not set.
    """
    if path.suffix != ".zip":
        raise StorageError(f"{path} is no name for a bundle, which is a zip file: end it in .zip.")
    if not path.parent.is_dir():
        raise StorageError(f"There is no folder {path.parent}: make it, or name another one.")
    if path.is_dir() or (path.exists() and not force):
        raise StorageError(f"{path} exists: remove it, choose another name, or add --force.")


def write_bundle(
    course: Course, assignments: Sequence[str], path: Path, *, force: bool = False
) -> list[str]:
    """Write the bundle with these ``assignments`` to ``path``, and return its files' names.

    After an error there is no bundle, or still the old one.

    Raises
    ------
    CourseError
        As in `bundle_files`.
    StorageError
        ``path`` cannot be written.
    """
    check_target(path, force=force)
    files = bundle_files(course, assignments)
    try:
        write_atomically(path, _zipped(course.course_id or "course", files, _dates(course, files)))
    except OSError as error:
        raise StorageError(
            f"{path} cannot be written ({error.strerror}): make room, or choose another folder."
        ) from error
    return sorted(files)


def bundle_files(course: Course, assignments: Sequence[str]) -> dict[str, bytes]:
    """The bundle's files by name.

    Raises
    ------
    CourseError
        A student edition is not what its instructor edition makes; or a file is missing, is for
        instructors only, holds lines of a solution or a hidden test, or marks of students.
    """
    released = _released(course, assignments)
    others = _others(course, read_table(course.root / "pyproject.toml"))
    # The secrets of every assignment: those that are not in this bundle may be released later.
    sources = [
        load_source(course, assignment, name)
        for assignment in course.assignments()
        for name in course.notebooks(assignment)
    ]
    leaks = find_leaks(sources, released) + find_copies(sources, others)
    leaks += find_pictures(sources, released | others) + find_marks(others)
    leaks += find_grades(course, others)
    leaks = [leak for leak in leaks if not course.settings.means(leak)]
    if leaks:
        raise CourseError(
            "The bundle would give away lines or pictures of solutions, hidden tests or mark "
            "schemes, or students' marks. Remove them from the files:\n" + "\n".join(leaks)
        )
    return others | released


def read_table(path: Path) -> BundleTable:
    """The table in the file ``path``; an empty one if there is none.

    Raises
    ------
    CourseError
        The file is not valid TOML, or the table does not hold what it should.
    """
    if not path.is_file():
        return BundleTable()
    try:
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise CourseError(f"{path} is not valid TOML: {error}. Correct it.") from error
    table = document.get("tool", {}).get("autograder", {}).get("bundle", {})
    defaults = {"files": [], "constraints": "", "top": ""}
    unknown = sorted(table.keys() - defaults.keys())
    if unknown:
        raise CourseError(
            f"{TABLE} has an unknown entry: there is no {unknown[0]!r}, only {', '.join(defaults)}."
        )
    files, constraints, top = (defaults | table).values()
    if not isinstance(files, list) or not all(
        isinstance(each, str) for each in [*files, constraints, top]
    ):
        raise CourseError(
            f"{TABLE} is {table!r}, expected files = [patterns], constraints = file, top = folder."
        )
    return BundleTable(tuple(files), constraints, top)


def _released(course: Course, assignments: Sequence[str]) -> dict[str, bytes]:
    """The files of the student editions, which have to be up to date."""
    files: dict[str, bytes] = {}
    for assignment in assignments:
        stale = stale_files(course, assignment)
        if stale:
            raise CourseError(
                f"The student edition of {assignment} is out of date ({', '.join(stale)}): run "
                f"`autograder release {assignment}` first."
            )
        files |= _read(course, course.release_folder(assignment).rglob("*"))
    return files


def _others(course: Course, table: BundleTable) -> dict[str, bytes]:
    """What the table names, but the student editions: only the chosen ones go into a bundle."""
    editions = course.release_folder("*").parent
    files: dict[str, bytes] = {}
    for pattern in table.files:
        try:
            paths = [
                path
                for path in course.root.glob(pattern)
                if editions not in path.parents and _is_meant(course, path, pattern)
            ]
        except (ValueError, NotImplementedError) as error:
            raise CourseError(
                f"{TABLE} names {pattern!r}, which is no pattern of files: {error}."
            ) from error
        files |= _found(pattern, _read(course, paths))
    if table.constraints:
        found = _found(table.constraints, _read(course, [course.root / table.constraints]))
        files |= {name: _HASH.sub("", data.decode()).encode() for name, data in found.items()}
    if table.top:
        folder = course.root / table.top
        paths = [path for path in folder.rglob("*") if not is_hidden(_within(folder, path))]
        found = _found(table.top, _read(course, paths))
        top = PurePosixPath(table.top)
        files |= {PurePosixPath(name).relative_to(top).as_posix(): found[name] for name in found}
    return {
        name: _without_outputs(data) if name.endswith(".ipynb") else data
        for name, data in files.items()
    }


def _is_meant(course: Course, path: Path, pattern: str) -> bool:
    """Whether a pattern means a hidden file: ``*`` does not, or ``.git`` and ``.env`` would go."""
    names_hidden = any(part.startswith(".") and part != ".." for part in pattern.split("/"))
    return names_hidden or not is_hidden(_within(course.root, path))


def _within(folder: Path, path: Path) -> str:
    return (path.relative_to(folder) if path.is_relative_to(folder) else path).as_posix()


def _found(wanted: str, files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """The ``files`` that were found for an entry of the table, which must not be none."""
    if not files:
        raise CourseError(f"{TABLE} names {wanted!r}, but there is no such file: correct it.")
    return files


def _read(course: Course, paths: Iterable[Path]) -> dict[str, bytes]:
    """The files among ``paths`` by name, relative to the course; not those ignored everywhere."""
    private = course.private_paths()
    files = {}
    for path in paths:
        name = path.relative_to(course.root) if path.is_relative_to(course.root) else path
        if course.ignores(name) or not path.is_file():
            continue
        # Where a link leads counts, not where it lies: one to a solution is a solution.
        real = path.resolve()
        if (
            not real.is_relative_to(course.root.resolve())
            or any(real.is_relative_to(folder.resolve()) for folder in private)
            or f"sqlite:///{real}" == course.db_url
        ):
            raise CourseError(
                f"{path} is for instructors only, or outside the course: keep it out of {TABLE}."
            )
        files[name.as_posix()] = path.read_bytes()
    return files


def _without_outputs(data: bytes) -> bytes:
    node = json.loads(data)
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    node["metadata"].pop("widgets", None)  # where JupyterLab stores the state of sliders
    return layout(node).encode()


def _dates(course: Course, files: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """When each file of the bundle was changed last, by the clock on the wall, as zip files say."""
    top = course.root / read_table(course.root / "pyproject.toml").top
    dates = {}
    for name in files:
        path = top / name if (top / name).is_file() else course.root / name
        dates[name] = max(_EPOCH, time.localtime(path.stat().st_mtime)[:6])
    return dates


def _zipped(
    folder: str, files: Mapping[str, bytes], dates: Mapping[str, tuple[int, ...]]
) -> bytes:
    """A zip file with ``folder`` in it; neither the user nor when it was made leave a trace."""
    memory = io.BytesIO()
    with ZipFile(memory, "w") as archive:
        for name, data in sorted(files.items()):
            year, month, day, hour, minute, second = dates[name]
            entry = ZipInfo(f"{folder}/{name}", (year, month, day, hour, minute, second))
            entry.create_system = 3  # Unix, whose permissions come next, wherever this runs
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, data, ZIP_DEFLATED)
    return memory.getvalue()
