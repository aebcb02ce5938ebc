"""The instructor edition of a notebook: what grading starts from, and what releases are made of."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from autograder.course.directory import Course
from autograder.errors import AutograderError, CourseError, UnreadableSubmission
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.read import read_notebook
from autograder.notebook.regions import Regions, check_metadata, regions_from

_ANY_NUMBER = 1 << 31


@dataclass(frozen=True)
class SourceNotebook:
    """One notebook of an assignment, as its instructor wrote it.

    ``notebook`` is the source notebook with header and footer included and the tests of AUTOTEST
    lines written out. ``released`` maps each ``grade_id`` to what students find in that cell;
    ``hidden`` names the cells with a part that they do not see; ``digest`` (SHA-256, hex) changes
    with anything here or in the assignment's other files that can change a grade.
    """

    assignment: str
    name: str
    notebook: Notebook
    released: Mapping[str, str]
    hidden: frozenset[str]
    digest: str
    course: Course = field(repr=False, compare=False)

    @cached_property
    def graded(self) -> Notebook:
        """As the gradebook keeps it: without solutions, with nbgrader's checksums."""
        config = self.course.config
        if "preprocessors" in config.get("GenerateAssignment", {}):  # then only nbgrader knows
            from autograder.course import preprocessors

            return preprocessors.graded(self.notebook, config, self.course.root)
        regions = regions_from(config)
        return replace(
            self.notebook, cells=tuple(_graded(cell, regions) for cell in self.notebook.cells)
        )

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """The assignment's other files, by name."""
        return support_files(self.course, self.assignment)

    @cached_property
    def release(self) -> Notebook:
        """As students get it: without solutions and hidden tests. Imports nbgrader."""
        from autograder.course import preprocessors

        return preprocessors.release(self.notebook, self.course.config, self.course.root)


def load_source(course: Course, assignment: str, name: str) -> SourceNotebook:
    """The instructor edition of notebook ``name`` (without ``.ipynb``).

    nbgrader is imported only if the notebook has AUTOTEST lines, whose tests it writes by running
    the notebook.

    Raises
    ------
    CourseError
        The notebook is missing, unreadable, not in Python, or marked up in a way that nbgrader or
        this grader cannot use.
    """
    folder = course.source_folder(assignment)
    try:
        notebook = _with_header_and_footer(course, _read(folder / f"{name}.ipynb"))
        if notebook.language != "python":
            raise CourseError(
                f"its kernel {notebook.kernel_name!r} runs {notebook.language!r}: only Python "
                "notebooks can be graded. Choose a Python kernel in JupyterLab and save it, or "
                "leave it out with c.CourseDirectory.notebook_id"
            )
        regions = regions_from(course.config)
        check_metadata(notebook, regions)
        if _has_autotest(course, notebook):
            from autograder.course import preprocessors

            notebook = preprocessors.instantiate_tests(notebook, course.config, course.root, folder)
    except AutograderError as error:
        raise CourseError(f"Instructor edition {assignment}/{name}.ipynb: {error}.") from error
    return SourceNotebook(
        assignment,
        name,
        notebook,
        {c.grade_id: regions.released(c) for c in notebook.cells if c.grade_id},
        frozenset(
            c.grade_id for c in notebook.cells if c.grade_id and regions.hidden.found_in(c.source)
        ),
        _digest(course, assignment, notebook),
        course,
    )


def source_of(
    notebook: Notebook, name: str, course: Course, assignment: str = ""
) -> SourceNotebook:
    """A student's own notebook, or a release, as a source: all of its tests are in sight."""
    texts = {cell.grade_id: cell.source for cell in notebook.cells if cell.grade_id}
    return SourceNotebook(assignment, name, notebook, texts, frozenset(), "", course)


def extra_files(course: Course, assignment: str) -> tuple[Path, ...]:
    """What the source folder holds besides notebooks, relative to it: data, images, modules.

    As in nbgrader, what ``c.CourseDirectory.ignore`` matches is left out, folders with all that
    is in them.
    """
    folder = course.source_folder(assignment)
    files = (path.relative_to(folder) for path in sorted(folder.rglob("*")) if path.is_file())
    return tuple(file for file in files if not course.ignores(file, "*.ipynb"))


def support_files(course: Course, assignment: str) -> dict[str, bytes]:
    """The contents of :func:`extra_files`, by name."""
    folder = course.source_folder(assignment)
    names = extra_files(course, assignment)
    return {name.as_posix(): (folder / name).read_bytes() for name in names}


def _graded(cell: Cell, regions: Regions) -> Cell:
    if not (cell.is_grade or cell.is_solution or cell.is_locked):
        return cell
    cell = replace(cell, source=regions.without_solution(cell))
    marks = {**cell.nbgrader, "checksum": cell.checksum(), "cell_type": cell.cell_type}
    return replace(cell, metadata={**cell.metadata, "nbgrader": marks})


def _read(path: Path) -> Notebook:
    try:
        return read_notebook(path.read_bytes(), max_values=_ANY_NUMBER)
    except OSError as error:
        raise CourseError(
            f"{path} cannot be read ({error.strerror}); check the name and the permissions"
        ) from error
    except UnreadableSubmission as error:
        raise CourseError(f"{path}: {str(error).split('. ')[0]}") from error


def _with_header_and_footer(course: Course, notebook: Notebook) -> Notebook:
    section: Mapping[str, Any] = course.config.get("IncludeHeaderFooter", {})
    if not section.get("enabled", True):
        return notebook
    parts: list[tuple[Cell, ...]] = [notebook.cells]
    if section.get("header"):
        parts.insert(0, _read(course.root / section["header"]).cells)
    if section.get("footer"):
        parts.append(_read(course.root / section["footer"]).cells)
    return replace(notebook, cells=tuple(cell for part in parts for cell in part))


def _has_autotest(course: Course, notebook: Notebook) -> bool:
    section: Mapping[str, Any] = course.config.get("InstantiateTests", {})
    mark = section.get("autotest_delimiter", "AUTOTEST")
    return bool(section.get("enabled", True)) and any(
        cell.cell_type == "code" and mark in cell.source for cell in notebook.cells
    )


def _digest(course: Course, assignment: str, notebook: Notebook) -> str:
    cells = [[cell.cell_type, cell.source, cell.metadata] for cell in notebook.cells]
    digest = hashlib.sha256(json.dumps([cells, notebook.kernel_name], sort_keys=True).encode())
    folder = course.source_folder(assignment)
    for file in extra_files(course, assignment):
        content = hashlib.sha256((folder / file).read_bytes()).hexdigest()
        digest.update(json.dumps([file.as_posix(), content]).encode())
    return digest.hexdigest()
