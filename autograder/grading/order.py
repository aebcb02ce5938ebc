"""In which order a notebook runs: tests in the instructor's order, all else in the student's.

The examiner goes through the instructor's cells from top to bottom, wherever the student has put
them: what a test compares with is what the instructor wrote before it. The candidate goes through
the student's cells from top to bottom, and each test meets it where the student has that test.
Where the two orders disagree, the candidate goes back: a fresh one runs the student's cells again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence

from autograder.grading.plan import Plan
from autograder.grading.reach import Statement
from autograder.notebook.restore import RestoredCell

#: In more turns than this no notebook is run: each takes as long as the student's cells do, and
#: uses up one of the candidates that a submission may have.
MAX_TURNS = 12


def turns(
    cells: Sequence[RestoredCell], plan: Plan, left_out: Collection[int] = ()
) -> list[list[int]]:
    """What each candidate runs: the positions of cells, in order. Each turn has a fresh candidate.

    A test runs where the student has it, but not before the answers that it needs. One turn is
    enough if the tests stand in the instructor's order, or no cell that runs in the candidate is
    between those that do not. The candidate does not go back after `MAX_TURNS` turns, nor for a
    test that has to share a candidate with the one before it (`Plan.linked`): such a test is run
    later than the student has it.

    Parameters
    ----------
    cells
        The restored cells.
    plan
        Knows the tests, and their order.
    left_out
        Positions of cells that are not run.
    """
    tests: dict[int, str] = {}  # those at the examiner, by position
    code: list[int] = []  # what runs in the candidate, in the student's order
    for position, restored in enumerate(cells):
        cell, grade_id = restored.cell, restored.cell.grade_id or ""
        if position in left_out or cell.cell_type != "code":
            continue
        if plan.runs_at_examiner(cell):
            tests[position] = grade_id
        else:
            code.append(position)
    place = {restored.index: position for position, restored in enumerate(cells)}
    found: list[list[int]] = [[]]
    done = furthest = 0  # cells of ``code`` that the present candidate, or any, has run
    for position in sorted(tests, key=lambda position: plan.tests[tests[position]]):
        needed = [place[index] for index in plan.needs[tests[position]] if index in place]
        due = bisect_left(code, max([position, *(at + 1 for at in needed)]))
        if due < done and tests[position] not in plan.linked and len(found) < MAX_TURNS:
            found.append([])
            done = 0
        found[-1] += [*code[done:due], position]
        done = max(done, due)
        furthest = max(furthest, done)
    if furthest < len(code):
        found[-1] += code[done:]
    return found


class SetupCells:
    """Which of the instructor's setup cells a candidate has run, and what of them it has to run.

    Before an answer or a test, it has run the setup cells that the instructor has before that, and
    a name that several of them bind has its value from the last of them. In a notebook with the
    instructor's cells in their order, that is so anyway.
    """

    def __init__(self, cells: Sequence[RestoredCell], plan: Plan) -> None:
        self._cells = cells
        self._rebinds = plan.rebinds
        self._names = {
            index: frozenset[str]().union(*(each.binds for each in statements))
            for index, statements in plan.rebinds.items()
        }
        #: Where each setup cell is, by its index among the instructor's cells.
        self._positions = {
            restored.index: position
            for position, restored in enumerate(cells)
            if restored.index is not None and restored.index in plan.rebinds
        }
        self._ran: set[int] = set()
        self._bound_by: dict[str, int] = {}

    def forget(self) -> None:
        """Begin with a fresh candidate."""
        self._ran.clear()
        self._bound_by.clear()

    def note(self, position: int) -> None:
        """Take note that the candidate runs the cell at this position."""
        index = self._cells[position].index
        if index is not None and index in self._positions:
            self._ran.add(index)
            self._bound_by.update(dict.fromkeys(self._names[index], index))

    def due_before(self, position: int) -> Iterator[tuple[int, str]]:
        """What to run before a cell: code of setup cells, and their positions."""
        here = self._cells[position].index
        if here is None:
            return
        missing = [index for index in self._positions if index < here and index not in self._ran]
        # A setup cell itself runs with what the student has put before it.
        for index in sorted(missing) if here not in self._rebinds else ():
            yield from self._stale_before(index)
            at = self._positions[index]
            self.note(at)
            yield at, self._cells[at].cell.source
        yield from self._stale_before(here)

    def _stale_before(self, here: int) -> Iterator[tuple[int, str]]:
        """The statements to run again, since a later setup cell has bound their names anew."""
        before = sorted(index for index in self._ran if index < here)
        last = {name: index for index in before for name in self._names[index]}
        stale = {name for name, index in last.items() if self._bound_by[name] != index}
        again: list[tuple[int, Statement]] = []
        for index in reversed(before):
            for statement in reversed(self._rebinds[index]):
                if statement.binds & stale:
                    # What it uses has to have the value that it had then.
                    stale = (stale - statement.binds) | (statement.uses & last.keys())
                    again.append((index, statement))
        for index, statement in reversed(again):
            self._bound_by.update(dict.fromkeys(statement.binds, index))
            yield self._positions[index], statement.source
