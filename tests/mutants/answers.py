"""Answers to the assignments, each with what the tests must make of it.

`inputs/ASSIGNMENT/FUNCTION.toml` holds the answers for one function, by name, in three tables:

    [mistakes."no factor 1/2"]
    loses = "example random"        # tests with points that fail: their grade_ids after "FUNCTION-"
    may_lose = "scales"             # tests that fail for some of the random inputs
    says = "lacks the factor 1/2"   # what the message of at least one failing test names
    answer = '''...'''              # the text of the solution cell

    [right."a loop over lists"]     # must get full marks, however unusual
    answer = '''...'''

    [forgers."returns its arguments"]
    at_most = 0.5                   # the points that an answer without a solution may earn
    answer = '''...'''

The test that is worth no points, `corners`, may fail as well; that it does is no loss. A mistake
without `says` is one for which no misconception is defined: it must be caught all the
same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import msgspec

from tests.mutants.loss_functions_forgers import FORGERS

INPUTS = Path(__file__).parent / "inputs"
WORTH_NOTHING = "corners"
ASSIGNMENTS = sorted(folder.name for folder in INPUTS.iterdir())


class Mistake(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A wrong answer, what it costs, and the misconception to be named."""

    answer: str
    loses: str
    says: str = ""
    may_lose: str = ""


class Right(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer that must get full marks."""

    answer: str


class Forger(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An answer without a solution."""

    answer: str
    at_most: float = 0.0


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One file of answers."""

    mistakes: dict[str, Mistake] = {}
    right: dict[str, Right] = {}
    forgers: dict[str, Forger] = {}


@dataclass(frozen=True)
class Case:
    """One answer to one function of one assignment."""

    assignment: str
    function: str
    name: str
    expected: Mistake | Right | Forger

    @property
    def source(self) -> str:
        """The text of the function's solution cell."""
        return self.expected.answer

    def __str__(self) -> str:
        return f"{self.function}: {self.name}"

    def tests(self, kinds: str) -> set[str]:
        """Grade_ids of this function's tests, from their last parts."""
        return {f"{self.function}-{kind}" for kind in kinds.split()}

    def complaint(self, failed: Mapping[str, str], earned: float) -> str | None:
        """What is wrong with how the answer was judged; None if it is as it should be.

        `failed` has the messages of the tests that fail, by grade_id; the others `earned` points.
        """
        match self.expected:
            case Right():
                return f"a right answer lost points: {dict(failed)}" if failed else None
            case Forger(at_most=at_most):
                return (
                    f"forged {earned} points, {at_most} are allowed" if earned > at_most else None
                )
            case Mistake(loses=loses, may_lose=may_lose, says=says):
                must = self.tests(loses)
                lost = failed.keys() - self.tests(WORTH_NOTHING)
                if not lost or not must <= lost <= must | self.tests(may_lose):
                    return f"should fail {sorted(must)}, failed {dict(failed)}"
                if not any(says in message for message in failed.values()):
                    return f"no message names {says!r}: {dict(failed)}"
        return None


def cases(assignment: str) -> list[Case]:
    """Every answer to an assignment.

    Raises:
        msgspec.ValidationError: a file says something that is not known here.
    """
    found: list[Case] = []
    for path in sorted((INPUTS / assignment).glob("*.toml")):
        table = msgspec.toml.decode(path.read_bytes(), type=Table)
        for group in (table.mistakes, table.right, table.forgers):
            found += [Case(assignment, path.stem, name, each) for name, each in group.items()]
    if assignment == "loss_functions":
        found += [
            Case(assignment, function, name, Forger(answer, at_most))
            for (function, name), (answer, at_most) in FORGERS.items()
        ]
    return found


CASES = [case for assignment in ASSIGNMENTS for case in cases(assignment)]
