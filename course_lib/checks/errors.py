"""Python's own words for an error, and what they often mean."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any


def running_shell() -> Any:
    """The shell of IPython that runs this code; None outside of one."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def explain_errors() -> None:
    """Have Jupyter show below an error what its message often means.

    The autograder knows: where it is not installed, and outside of a notebook, nothing changes.
    """
    shell = running_shell()
    if shell is None or not hasattr(shell, "kernel"):
        return
    try:
        from autograder.grading.advice import advice_on
    except ImportError:
        return

    def show(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType,
        tb_offset: int | None = None,
    ) -> None:
        advice = advice_on(str(error))
        if advice and advice not in getattr(error, "__notes__", ()):
            error.add_note(advice)
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((Exception,), show)


@contextmanager
def when_written() -> Iterator[None]:
    """Run what is given beside the task and uses the student's functions.

    Where one of them is not written yet, that is all that is said. Another error is shown in two
    lines, since in the cell itself there is nothing to mend.

    Examples
    --------
    >>> def loss(x):
    ...     raise NotImplementedError
    >>> with when_written():
    ...     print(loss(1.0))
    Not all functions are written yet. Come back here later.
    """
    __tracebackhide__ = True
    try:
        yield
    except NotImplementedError:
        print("Not all functions are written yet. Come back here later.")  # noqa: T201 - is shown
    except Exception as error:
        # IPython asks the error itself how it is to be shown.
        error._render_traceback_ = partial(_with_notes, error)  # type: ignore[attr-defined]
        raise


def _with_notes(error: Exception) -> list[str]:
    return [*in_short(error), *getattr(error, "__notes__", ())]


def in_short(error: Exception) -> list[str]:
    """An error in two lines: what it says, and where in the notebook it came up.

    Examples
    --------
    >>> in_short(ValueError("no such class"))
    ['ValueError: no such class']
    """
    message = (str(error).splitlines() or ["no message"])[0]
    # A cell has lines, and no file.
    places = [
        each
        for each in traceback.extract_tb(error.__traceback__)
        if each.line and not Path(each.filename).exists()
    ]
    if not places:
        return [f"{type(error).__name__}: {message}"]
    last = places[-1]
    where = f"in {last.name}, line {last.lineno}: {last.line}"
    if last.name.startswith("<"):  # not in a function, but in the cell that calls them
        where = (
            f"in line {last.lineno} of this cell, which uses your functions: do their tests pass?"
        )
    return [f"{type(error).__name__}: {message}", f"    {where}"]
