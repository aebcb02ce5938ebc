"""What the examiner reports of a cell, with everything a candidate said checked and bounded."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from autograder.errors import ProtocolError

#: Outputs kept of one cell.
MAX_OUTPUTS = 500
#: Characters kept of one message.
MAX_MESSAGE = 4000
# Characters kept of a line of the student's code.
_MAX_LINE = 120
_PLACE = re.compile(r'File "<ipython-input-[^"\n]*>", line (\d{1,6}), in .*\n    (.*)')
# An output is a mapping of mappings of lists; nothing honest is nested deeper than this.
_MAX_DEPTH = 6
LEFT_OUT = "The output of this cell was left out: it is larger than the grader keeps.\n"
NO_ROOM_LEFT = (
    "The output of this cell was left out: with those of the cells above, it is larger than the "
    "grader keeps of a notebook.\n"
)
#: What an output counts for besides its characters: 500 empty ones are as long a page.
_OUTPUT_SIZE = 100


class Output(msgspec.Struct, frozen=True, omit_defaults=True):
    """One nbformat-4 output; its texts are the student's and not to be trusted."""

    output_type: Literal["stream", "display_data", "execute_result", "error"]
    name: Literal["stdout", "stderr"] | None = None
    text: str | None = None
    data: dict[str, str] | None = None
    metadata: dict[str, str] | None = None
    execution_count: Annotated[int, msgspec.Meta(ge=0, lt=1 << 31)] | None = None
    ename: str | None = None
    evalue: str | None = None
    traceback: list[str] | None = None

    def size(self) -> int:
        """Characters in all its texts."""
        texts = [self.text, self.ename, self.evalue, *(self.traceback or [])]
        texts += (self.data or {}).values()
        return sum(len(text) for text in texts if text)


class Gone(msgspec.Struct, frozen=True):
    """The candidate is not there any more, or must not be believed any more."""

    reason: str
    broke_rules: bool = False


class CellReport(msgspec.Struct, tag=True, frozen=True):
    """How a cell ended that ran in the candidate."""

    outputs: list[Output] = []
    error: str | None = None  # the exception's type
    value: float | None = None  # of the last expression, where that is a number
    gone: Gone | None = None


class TestReport(msgspec.Struct, tag=True, frozen=True):
    """How a test cell ended at the examiner.

    ``student_feedback`` may be shown to the student, even if the test is hidden where it is
    ``marked`` as words of whoever wrote the test; ``message`` and ``students_line`` only if the
    test is not hidden, and ``detail`` never. ``line`` counts from the cell's beginning.
    """

    __test__ = False  # for pytest: this is no test class

    error: str | None = None  # the exception's type, None if the cell passed
    message: str = ""
    student_feedback: str | None = None
    marked: bool = False
    is_assertion: bool = False
    from_candidate: bool = False  # the exception was raised by the student's code
    missing: str | None = None  # the student name that the submission does not define
    line: int | None = None  # of the cell, where it failed
    students_line: str = ""  # the one that raised in the student's code, and its number
    detail: str = ""
    value: float | None = None  # of the last expression, where that is a number
    no_number: str = ""  # the kind of the last expression's value, where that is something else
    came: dict[str, list[str]] = {}  # what came from the candidate, place by place
    own: str = ""  # an exception that the grader raised itself, which leaves the test to a person
    cut: bool = False  # something that it looks at was left out, since it is too long
    lost: bool = False  # what crossed and was changed afterwards may differ in the two processes
    unjudged: bool = False  # it used an object of the student's, and nobody knows the solution's
    printed: str = ""
    gone: Gone | None = None
    interrupted: bool = False  # the test stopped waiting for the candidate, which is still busy
    refused: str = ""  # what the guard kept the test from, for the instructor


def cell_report(account: object, limit: int) -> CellReport:
    """Check a candidate's own account of a cell.

    Outputs of more than ``limit`` characters in all are left out.

    Raises
    ------
    ProtocolError
        It is not such an account.
    """
    try:
        report = msgspec.convert(_clean(account), CellReport)
    except (msgspec.ValidationError, RecursionError) as error:
        raise ProtocolError(f"a malformed account of a cell: {error}") from error
    outputs = report.outputs
    if len(outputs) > MAX_OUTPUTS or sum(output.size() for output in outputs) > limit:
        kept = [output for output in outputs[-5:] if output.output_type == "error"]
        note = Output("stream", name="stderr", text=LEFT_OUT)
        outputs = [note, *(output for output in kept if output.size() <= limit)]
    # Not ``gone``: whether the candidate is there is not for the candidate to say.
    return CellReport(outputs, report.error, report.value)


def size_of(outputs: Sequence[Output]) -> int:
    """What a cell's outputs take of the room that a notebook has for them."""
    return sum(output.size() + _OUTPUT_SIZE for output in outputs)


def clean_text(text: str, limit: int = MAX_MESSAGE) -> str:
    r"""Text that can be stored: bounded, and without lone surrogates.

    Examples
    --------
    >>> clean_text("caf\ud800")
    'caf?'
    """
    return text[:limit].encode("utf-8", "replace").decode()


def innermost_line(traceback: str) -> str:
    r"""The innermost line of a notebook that a traceback names, with its number; empty if none.

    >>> innermost_line('  File "<ipython-input-4-a5>", line 3, in f\n    x = 1 / 0\n')
    'line 3: x = 1 / 0'
    """
    places = _PLACE.findall(traceback)
    return clean_text("line {}: {}".format(*places[-1]), _MAX_LINE) if places else ""


def _clean(value: Any, depth: int = 0) -> Any:
    """The account with all of its strings cleaned.

    The candidate cleans its outputs, too, but student code may have replaced that. A lone surrogate
    would make the examiner's own message, and later the notebook, impossible to encode.
    """
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if depth > _MAX_DEPTH:
        raise ProtocolError("a malformed account of a cell: too deep")
    if isinstance(value, list):
        return [_clean(item, depth + 1) for item in value]
    if isinstance(value, Mapping):
        return {_clean(key, depth + 1): _clean(item, depth + 1) for key, item in value.items()}
    return value
