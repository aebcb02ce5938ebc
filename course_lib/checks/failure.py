"""How a check fails, and what may be told about it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from textwrap import fill, indent

LINE = 90
"""Characters to a line of a message."""


class CheckFailed(AssertionError):
    """A result is wrong.

    `student_feedback` holds no expected value, no hidden input and none of the student's values, so
    a grader may show it when the test is hidden. `str()` adds `detail`, which does hold values: it
    is for visible tests, whose inputs the student sees anyway, and for the instructor. Its lines
    fit the window in which JupyterLab shows what Validate has found.
    """

    __module__ = "course_lib.checks"  # the name to import it by, as a traceback shows it

    def __init__(self, student_feedback: str, detail: str = "") -> None:
        feedback = fill(student_feedback, LINE, subsequent_indent="    ", break_on_hyphens=False)
        super().__init__("\n".join([feedback, indent(detail, "    ")] if detail else [feedback]))
        self.student_feedback = student_feedback
        self.detail = detail


@contextmanager
def context(label: str) -> Iterator[None]:
    """Say under which circumstances whatever is inside has failed.

    An exception of the code under test keeps its type, and gets a `student_feedback` that names the
    type if it is built in; its text is not repeated, since it may quote hidden inputs.

    >>> from course_lib.checks import assert_close
    >>> with context("integer input"):
    ...     assert_close(1, 2)
    Traceback (most recent call last):
    course_lib.checks.CheckFailed: integer input: result is half as large as it should be: ...
    """
    try:
        yield
    except CheckFailed as failure:
        raise CheckFailed(f"{label}: {failure.student_feedback}", failure.detail) from None
    except Exception as error:
        own = type(error).__module__ == "builtins"
        reason = getattr(error, "student_feedback", None) or (
            f"stopped with {type(error).__name__}" if own else "stopped with an error"
        )
        error.student_feedback = f"{label}: {reason}"  # type: ignore[attr-defined]
        raise
