"""Which notebook of a course a file is: by the cells that only that one has, not by its name."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from autograder.course.directory import Course
from autograder.errors import UnreadableSubmission
from autograder.notebook.cells import Notebook
from autograder.notebook.read import read_notebook

#: Brackets and commas of a submitted file that is parsed to find out.
_MOST_VALUES = 1_000_000


def names_in(notebook: Notebook) -> frozenset[str]:
    """The names by which the cells of a notebook are known: nbgrader's, and Jupyter's own."""
    return frozenset(n for cell in notebook.cells for n in (cell.grade_id, cell.id) if n)


def cells_of(course: Course, assignment: str, name: str) -> frozenset[str]:
    """The names of the cells of a source notebook; none if it cannot be used."""
    path = course.source_folder(assignment) / f"{name}.ipynb"
    try:
        return _cells_in(path, path.stat().st_mtime_ns)
    except (OSError, UnreadableSubmission):
        return frozenset()


def own_cells(course: Course, assignment: str, name: str) -> frozenset[str]:
    """Those names that no other notebook of the course has; all of its if that leaves none."""
    notebooks = dict(_notebooks(course, assignment))
    cells = notebooks.pop((assignment, name), frozenset())
    return cells.difference(*notebooks.values()) or cells


def other_notebook(
    course: Course, assignment: str, name: str, data: bytes
) -> tuple[str, str] | None:
    """The assignment and the name of the notebook that a file is, if it is not the one it is named.

    A file is another notebook if it has cells that only that one has, and none that only the one
    has after which it is named. What has lost all names of cells can still be what it is named.
    """
    ours = cells_of(course, assignment, name)
    siblings = [
        cells_of(course, assignment, each) for each in course.notebooks(assignment) if each != name
    ]
    # Most files are what they are named, which is seen without parsing them.
    if any(f'"{cell}"'.encode() in data for cell in ours.difference(*siblings)):
        return None
    try:
        limit = course.settings.limits.notebook_bytes
        theirs = names_in(read_notebook(data, max_bytes=limit, max_values=_MOST_VALUES))
    except UnreadableSubmission:  # which grading will say
        return None
    others = {each: cells for each, cells in _notebooks(course, assignment) if cells & theirs}
    others.pop((assignment, name), None)
    if not others:
        return None
    best = max(others, key=lambda each: len(theirs & others[each]))
    is_it = theirs & (others[best] - ours) and not theirs & (ours - others[best])
    return best if is_it else None


def _notebooks(course: Course, assignment: str) -> Iterator[tuple[tuple[str, str], frozenset[str]]]:
    """All notebooks of the course with the names of their cells, the assignment's first."""
    others = [each for each in course.assignments() if each != assignment]
    for each in (assignment, *others):
        for name in course.notebooks(each):
            yield (each, name), cells_of(course, each, name)


@lru_cache(maxsize=1024)
def _cells_in(source: Path, _changed: int) -> frozenset[str]:
    """What `names_in` a file, which is read again once it has changed."""
    return names_in(read_notebook(source.read_bytes()))
