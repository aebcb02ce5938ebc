"""Python's own words for an error, and what they often mean."""

from __future__ import annotations

import re
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Any

#: How the first comment of a visible test begins.
VISIBLE_TEST = re.compile(r"# (\w+), visible test \(([\d.]+) points?\): ")

#: IPython asks the error itself how it is to be shown, by this method.
_RENDER = "_render_traceback_"
_USES_FUNCTIONS = "of this cell, which uses your functions: do their tests pass?"


def running_shell() -> Any:
    """The shell of IPython that runs this code; None outside of one."""
    return sys.modules["IPython"].get_ipython() if "IPython" in sys.modules else None


def explain_errors() -> None:
    """Have Jupyter show below an error what its message often means, and in tests less above it.

    In a visible test an error is two lines: what it says, and where in the student's function it
    came up. What messages mean is known where the autograder is installed; outside of a notebook
    nothing changes.
    """
    shell = running_shell()
    if shell is None or not hasattr(shell, "kernel"):
        return

    def show(
        shell: Any,
        kind: type[BaseException],
        error: BaseException,
        trace: TracebackType,
        tb_offset: int | None = None,
    ) -> None:
        advice = _advice_on(str(error))
        if advice and advice not in getattr(error, "__notes__", ()):
            error.add_note(advice)
        # A failed check, and what uses the functions, say for themselves how they are shown.
        if VISIBLE_TEST.match(shell.user_ns["In"][-1]) and not hasattr(error, _RENDER):
            setattr(error, _RENDER, partial(_with_notes, error, "of this test: {}"))
        shell.showtraceback((kind, error, trace), tb_offset=tb_offset)

    shell.set_custom_exc((Exception,), show)


def _advice_on(message: str) -> str | None:
    """What an error's message often means; None where the autograder, which knows, is not here."""
    try:
        from autograder.grading.advice import advice_on
    except ImportError:
        return None
    return advice_on(message)


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
        setattr(error, _RENDER, partial(_with_notes, error, _USES_FUNCTIONS))
        raise


def _with_notes(error: BaseException, in_cell: str) -> list[str]:
    return [*in_short(error, in_cell), *getattr(error, "__notes__", ())]


def in_short(error: BaseException, in_cell: str = _USES_FUNCTIONS) -> list[str]:
    """An error in two lines: what it says, and where in the notebook it came up.

    Where that is not in a function, but in the cell that calls them, ``in_cell`` says so after the
    number of the line, and may repeat the line.

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
    if last.name.startswith("<"):
        where = f"in line {last.lineno} {in_cell.format(last.line)}"
    return [f"{type(error).__name__}: {message}", f"    {where}"]
