"""Why a notebook does not define a name: the cell that should define it stopped before it did.

What is told comes from cells that ran before any hidden test, so nothing hidden can be in it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from autograder.examiner.report import CellReport
from autograder.notebook.cells import Cell
from autograder.workers.pair import Execution

LONGEST = 300  # characters of an exception's own text

_BINDING = re.compile(
    r"^[ \t]*(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|^(\w+)[ \t]*(?::[^=\n]*)?=(?!=)", re.MULTILINE
)
_LINE = re.compile(r"\bline (\d+)")
#: Where IPython says in the text of a syntax error in which file and line it was.
_PLACE = re.compile(r" \([^()]*, line \d+\)$")
_BLOCK_MAGIC = re.compile(r"\s*(%%\w+)")
_KEEPS_NAMES = ("%%timeit", "%%writefile", "%%script", "%%bash", "%%html", "%%markdown", "%%latex")

_ADVICE = {
    "ModuleNotFoundError": "Do without it, or correct its name.",
    "FileNotFoundError": "It is not there when this is graded.",
    "EOFError": "Nobody types anything in while this is graded: do without input().",
    "TabError": "Indent with blanks alone.",
}


class StoppedCells:
    """What is known of the names that cells have not come to define, cell after cell.

    A name of a cell that ran to its end is forgotten: it is defined then, whatever came before.
    """

    def __init__(self) -> None:
        self._why: dict[str, str] = {}

    def note(self, cell: Cell, released: str, execution: Execution) -> None:
        """Remember how a cell of the student's ended.

        Parameters
        ----------
        cell
            The cell, as it ran.
        released
            What students found in it: names that are bound there should be bound by the cell.
        execution
            What came of it.
        """
        lines = dict(bound_in(cell.source))
        expected = {name for name, _ in bound_in(released)}
        why, at = _stop(cell.source, execution)
        for name in {*lines, *expected}:
            if why and at <= lines.get(name, at):
                self._why[name] = why
            elif name in lines:
                self._why.pop(name, None)

    def about(self, names: Collection[str]) -> str:
        """Why the first of these names is not defined that is known of; empty if none is."""
        known = [name for name in sorted(names) if name in self._why]
        return self.missing(known[0]) if known else ""

    def missing(self, name: str | None) -> str:
        """What to tell of a name that is not defined; empty if no cell stopped before it."""
        why = self._why.get(name or "")
        return f"Your notebook does not define {name!r}. The cell that should {why}" if why else ""


def _stop(source: str, execution: Execution) -> tuple[str, int]:
    """How a cell ended before its end, and at which line; nothing if it did not."""
    report = execution.report
    magic = _BLOCK_MAGIC.match(source)
    if magic and magic[1] in _KEEPS_NAMES:
        return f"do so begins with {magic[1]}, so that nothing in it is kept: remove that line.", 1
    if execution.timed_out:
        return "do so did not come to its end in time. Does a loop in it never end?", 1
    if execution.ended:
        return f"do so stopped Python: {execution.ended}.", 1
    if not isinstance(report, CellReport):
        return "", 0
    if report.error is None:
        return "", 0
    error = next((out for out in report.outputs if out.output_type == "error"), None)
    text = _PLACE.sub("", (error and error.evalue) or "")[:LONGEST].strip()
    found = _LINE.search("\n".join((error and error.traceback) or ()))
    # IPython drops empty lines at the beginning, and counts without them.
    dropped = source[: len(source) - len(source.lstrip())].count("\n")
    line = int(found[1]) + dropped if found else 0
    is_syntax = report.error in ("SyntaxError", "IndentationError", "TabError")
    said = f"do so stopped with {report.error}" + (f": {text}" if text else "")
    said = f"{said} (line {line})." if line else f"{said}."
    if source.lstrip().startswith("<<<<<<<") or "\n<<<<<<< " in source:
        said += " It holds the marks of a merge conflict: keep one of the two versions."
    elif any(quote in source for quote in "“”‘’") and "invalid character" in text:
        said += " Type the quotes anew."
    elif report.error in _ADVICE:
        said += f" {_ADVICE[report.error]}"
    return said, 1 if is_syntax else line


def bound_in(source: str) -> Iterator[tuple[str, int]]:
    """The names that a text binds at its top level, or would, and their lines; methods as well."""
    line, counted = 1, 0
    for found in _BINDING.finditer(source):
        # From the last one on: counting from the beginning each time would take time squared.
        line += source.count("\n", counted, found.end())
        counted = found.end()
        yield found[1] or found[2], line
