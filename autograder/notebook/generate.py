"""nbgrader's ``generate_assignment``, with the files it makes as the result."""

from __future__ import annotations

import hashlib
import json
import logging
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from warnings import catch_warnings, simplefilter

from nbformat.warnings import MissingIDFieldWarning
from nbgrader.converters import GenerateAssignment
from nbgrader.coursedir import CourseDirectory

from autograder.course import Course
from autograder.errors import CourseError
from autograder.notebook.write import layout


def generate(course: Course, assignment: str) -> dict[str, bytes]:
    """The files of a release, by their names relative to its folder.

    nbgrader works in a temporary folder and leaves the gradebook alone. What it makes is
    repeatable but for the ids that it draws for cells without one, such as those of an old
    header; these become functions of the cell's place.

    Raises ``CourseError`` with what nbgrader logged if it fails.
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
    config = deepcopy(course.config)
    config.CourseDirectory.root = str(course.root)
    config.CourseDirectory.db_url = course.db_url
    config.CourseDirectory.assignment_id = assignment
    config.CourseDirectory.release_directory = str(folder)
    config.CourseDirectory.directory_structure = "{nbgrader_step}/{student_id}/{assignment_id}"
    config.CourseDirectory.source_directory = str(course.source_folder(assignment).parent)
    config.SaveCells.enabled = False  # as the option --no-db of nbgrader's command does
    config.GenerateAssignment.no_database = True
    log = _Errors()
    converter = GenerateAssignment(
        coursedir=CourseDirectory(config=config, log=log), config=config, log=log
    )
    try:
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
