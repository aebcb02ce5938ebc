"""The lectures' *Your turn* cells: the reader writes a few lines, and hears at once what is wrong.

The tasks of a lecture are in the module named like it, `course_lib.exercises.lecture_01` and so on,
as a dictionary `TASKS`. Each holds the library's own answer, so that the cells below run whether or
not the reader has written anything.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from course_lib.checks import CheckFailed, assert_close, call

NOT_WRITTEN = "Not written yet: replace the dots (...) above, then run this cell again."


@dataclass(frozen=True)
class Task:
    """What one cell asks for.

    Attributes
    ----------
    answer
        The library's answer: a number, an array or a function of numbers and arrays.
    inputs
        Where the answer is a function: the arguments to try it with, one tuple for each call.
    mistakes
        Known wrong answers of the same kind; the key continues a sentence that begins with `what`.
    what
        How to call the result in a message.
    rtol, atol
        Tolerances, relative and absolute.
    """

    answer: Any
    inputs: Sequence[tuple[Any, ...]] = ()
    mistakes: Mapping[str, Any] = field(default_factory=dict)
    what: str = "your result"
    rtol: float = 1e-6
    atol: float = 1e-12

    def check(self, written: Any) -> None:
        """Compare what the reader has written with the library's answer.

        Parameters
        ----------
        written : object
            Of the same kind as `answer`.

        Raises
        ------
        CheckFailed
            It is something else; the message names the mistake if it is a known one.
        """
        if not callable(self.answer):
            self._compare(written, self.answer, self.mistakes)
            return
        for arguments in self.inputs:
            wrong = {text: mistake(*arguments) for text, mistake in self.mistakes.items()}
            self._compare(call(written, *arguments), self.answer(*arguments), wrong)

    def _compare(self, actual: Any, expected: Any, mistakes: Mapping[str, Any]) -> None:
        assert_close(
            actual, expected, what=self.what, rtol=self.rtol, atol=self.atol, mistakes=mistakes
        )


def your_turn(lecture: str, name: str, written: Any) -> Any:
    """Check what a reader has written, say what is wrong with it, and go on.

    Parameters
    ----------
    lecture : str
        The number of the lecture, "01" for instance.
    name : str
        The name of the task in it.
    written : object
        What the reader has written: a function, a number or an array. `...` or None, or a function
        that returns one of these, is not written yet.

    Returns
    -------
    object
        ``written`` if it is right, otherwise the library's answer: the next cell runs either way.

    Raises
    ------
    KeyError
        There is no such task; names those that there are.

    Examples
    --------
    >>> def squared(r):
    ...     return ...
    >>> squared = your_turn("00", "squared_loss", squared)
    Not written yet: replace the dots (...) above, then run this cell again.
    >>> squared(3.0)
    4.5
    >>> squared = your_turn("00", "squared_loss", lambda r: r**2)
    Not yet: your result is twice as large as it should be
        got 4.0, expected 2.0
    """
    tasks = tasks_of(lecture)
    if name not in tasks:
        raise KeyError(f"no task {name!r} in lecture {lecture}; there are: {', '.join(tasks)}")
    task = tasks[name]
    verdict = _verdict(task, written)
    print(verdict or "Right.")
    return task.answer if verdict else written


def tasks_of(lecture: str) -> Mapping[str, Task]:
    """All tasks of a lecture by name, such as ``tasks_of("01")``.

    Parameters
    ----------
    lecture : str
        Its number.

    Returns
    -------
    mapping
        Each task under its name.

    Raises
    ------
    KeyError
        The lecture has none.
    """
    try:
        module = import_module(f"course_lib.exercises.lecture_{lecture}")
    except ModuleNotFoundError as error:
        raise KeyError(f"no tasks for lecture {lecture!r}") from error
    tasks: Mapping[str, Task] = module.TASKS
    return tasks


def _verdict(task: Task, written: Any) -> str:
    """What is wrong with an answer, in a sentence or two; empty if nothing is."""
    if _is_missing(written):
        return NOT_WRITTEN
    if callable(task.answer) and not callable(written):
        return f"Not yet: a function is expected, and this is of type {type(written).__name__!r}."
    try:
        if callable(task.answer) and _is_missing(call(written, *task.inputs[0])):
            return NOT_WRITTEN
        with np.errstate(all="ignore"):
            task.check(written)
    except CheckFailed as failure:
        return f"Not yet: {failure}"
    # Readers' code can raise anything, and the lecture goes on.
    except Exception as error:
        return f"Not yet: your code raised {type(error).__name__}: {error}{_remark(error)}"
    return ""


#: In NumPy's words, a table and an array of one axis, in either order.
_BOTH_SHAPES = re.compile(r"shapes (\((?P<rows>\d+),(?P<columns>\d+)\) |\((?P<length>\d+),\) ?){2}")


def _remark(error: Exception) -> str:
    """What mostly lies behind an error whose own words do not say; empty if we know nothing."""
    shapes = _BOTH_SHAPES.search(str(error))
    if shapes and shapes["rows"] and shapes["length"] == shapes["rows"] != shapes["columns"]:
        return (
            "\n    One number for each row of a table has to be a column. A sum, mean or maximum "
            "is one with keepdims=True; any other array a is one as a[:, np.newaxis]."
        )
    if "math domain error" in str(error):
        return "\n    Is it the logarithm of 0, or the root of a negative number?"
    return ""


def _is_missing(value: Any) -> bool:
    return value is None or value is Ellipsis
