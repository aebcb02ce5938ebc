"""Grades nbgrader notebooks without trusting them: tests run outside the student's process.

One submission's way through the packages::

    course (read) -> notebook (parse, restore) -> grading (plan, run) -> workers
    -> candidate <-> examiner -> grading (score) -> autograded, gradebook -> feedback

``docs/architecture.md`` is the map.

The package knows nothing of any particular course. The names that it exports are all that programs
need; each is imported when it is first used.

Examples
--------
A course with one question, and one student's answer to it:

>>> import json, tempfile
>>> from pathlib import Path
>>> import autograder
>>> def cell(grade_id, source, **marks):
...     roles = {"grade": False, "solution": False, "task": False, "locked": False}
...     nbgrader = {"grade_id": grade_id, "schema_version": 3, **roles, **marks}
...     return {"cell_type": "code", "id": grade_id, "metadata": {"nbgrader": nbgrader},
...             "execution_count": None, "outputs": [], "source": source}
>>> def write_notebook(folder, answer):
...     cells = [cell("answer", answer, solution=True),
...              cell("test", "assert double(2) == 4", grade=True, locked=True, points=3)]
...     kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
...     content = {"cells": cells, "metadata": {"kernelspec": kernel},
...                "nbformat": 4, "nbformat_minor": 5}
...     folder.mkdir(parents=True)
...     (folder / "doubling.ipynb").write_text(json.dumps(content))
...     return folder / "doubling.ipynb"
>>> root = tempfile.TemporaryDirectory()
>>> _ = write_notebook(Path(root.name, "source", "ps1"), "def double(x): return 2 * x")
>>> handed_in = write_notebook(
...     Path(root.name, "submitted", "ada", "ps1"), "def double(x): return x ** 3")

The answer is wrong, which is recorded in the gradebook. Here it is graded without the sandbox:

>>> course = autograder.load_course(root.name)
>>> (graded,) = autograder.grade(course, "ps1", jobs=1, isolate=False)
>>> (result,) = graded.results
>>> result.score, result.max_score
(0.0, 3.0)
>>> [(question.grade_id, question.outcome.value) for question in result.questions]
[('test', 'failed')]
>>> Path(root.name, "gradebook.db").exists()
True

Its author could have known:

>>> autograder.check(handed_in).result.score
0.0
>>> root.cleanup()
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autograder.course.directory import Course, find_course, load_course
    from autograder.course.submissions import Submission
    from autograder.errors import (
        AutograderError,
        CourseError,
        GradebookError,
        GraderFault,
        IsolationUnavailable,
        StorageError,
        UnreadableSubmission,
    )
    from autograder.feedback.write import write_pages
    from autograder.grading.batch import grade
    from autograder.grading.check import Check, check
    from autograder.grading.graded import Graded
    from autograder.results import CellRun, NotebookResult, Outcome, Question

    __version__: str

__all__ = [
    "AutograderError",
    "CellRun",
    "Check",
    "Course",
    "CourseError",
    "GradebookError",
    "Graded",
    "GraderFault",
    "IsolationUnavailable",
    "NotebookResult",
    "Outcome",
    "Question",
    "StorageError",
    "Submission",
    "UnreadableSubmission",
    "__version__",
    "check",
    "find_course",
    "grade",
    "load_course",
    "write_pages",
]

#: Where each name is from: the processes that run cells need a small part of the package.
_HOMES = {
    "autograder.course.directory": ("Course", "find_course", "load_course"),
    "autograder.course.submissions": ("Submission",),
    "autograder.errors": (
        "AutograderError",
        "CourseError",
        "GradebookError",
        "GraderFault",
        "IsolationUnavailable",
        "StorageError",
        "UnreadableSubmission",
    ),
    "autograder.feedback.write": ("write_pages",),
    "autograder.grading.batch": ("grade",),
    "autograder.grading.graded": ("Graded",),
    "autograder.grading.check": ("Check", "check"),
    "autograder.results": ("CellRun", "NotebookResult", "Outcome", "Question"),
}

if not TYPE_CHECKING:  # or a type checker would take every misspelt name for one of ours

    def __getattr__(name: str) -> object:
        """Import an exported name on its first use."""
        value = _version() if name == "__version__" else _imported(name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _imported(name: str) -> object:
    from importlib import import_module

    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def _version() -> str:
    """The version in the project's pyproject.toml, as it is installed here."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("maximum-likelihood-course")
    except PackageNotFoundError:  # the sources on sys.path, without an installation
        return "unknown"
