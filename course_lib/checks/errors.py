"""Python's own words for an error, and what they often mean."""

from __future__ import annotations

import sys
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
