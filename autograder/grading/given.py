"""What visible tests define and the student's later cells use, as they can in one kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from autograder.notebook.restore import RestoredCell
from autograder.plan import Plan

_WORD = re.compile(r"[^\W\d]\w*")


def given_to(cells: Sequence[RestoredCell], plan: Plan) -> Mapping[int, Sequence[str]]:
    """The tests (``grade_id``) that define a name which a cell has in its text, by position.

    Only the text is looked at: student code can be too deep, or too broken, to be parsed. A test
    that defines nothing new for a cell is harmless to name.
    """
    before: list[str] = []
    needs: dict[int, Sequence[str]] = {}
    for position, restored in enumerate(cells):
        cell = restored.cell
        if cell.cell_type == "code" and before:
            words = set(_WORD.findall(cell.source))
            needs[position] = [name for name in before if plan.given[name].names & words]
        if cell.is_test and cell.grade_id in plan.given:
            before.append(cell.grade_id or "")
    return needs
