"""Mutate the solution of every function by tool, and see whether its tests notice.

Each mutation takes the solution's place in this process; what no test minds there is graded by the
real grader, too. `survivors.toml` says of every survivor why it is as right as the solution. One
that is not in it is a gap in the tests; one in it that does not survive has no place there. Both
are named, and the exit status is 1.

python -m tests.mutants.by_tool                        all assignments, 3 minutes
python -m tests.mutants.by_tool softmax_regression
python -m tests.mutants.by_tool --accepted             mutate the right answers in inputs/ as well,
                                                       12 minutes; their survivors are to be looked
                                                       at, for they are not in survivors.toml

The tools are not in requirements.lock: `make mutants` makes an environment of their own,
.venv-mutants, and runs the first of these.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from tests.mutants.answers import Right, cases
from tests.mutants.command import read_arguments
from tests.mutants.survival import Mutation, mutate, solutions, survives, with_full_marks

SURVIVORS = Path(__file__).with_name("survivors.toml")


class Explained(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A changed line of a solution, and why it is as right as before."""

    line: str
    becomes: str
    why: str


#: Explained survivors by assignment and function.
Explanations = Mapping[str, Mapping[str, Sequence[Explained]]]


def main() -> None:
    arguments = read_arguments(
        "python -m tests.mutants.by_tool", __doc__, "--accepted", "mutate right answers, too"
    )
    os.environ["GRADING_SEED"] = str(arguments.seed)

    console, start = Console(), time.monotonic()
    made, survivors = _mutate_solutions(arguments.assignment, console)
    if arguments.accepted:
        _mutate_accepted(arguments.assignment, console)
    survivors = with_full_marks(survivors, arguments.seed)
    wrong = complaints(survivors, explanations(), arguments.assignment)
    for each in wrong:
        console.print(each, markup=False, highlight=False)
    console.print(
        f"{made} mutations in {time.monotonic() - start:.0f} s: {made - len(survivors)} caught, "
        f"{len(survivors)} survive; {len(wrong)} not as survivors.toml says"
    )
    raise SystemExit(bool(wrong))


def explanations() -> Explanations:
    """What survivors.toml says.

    Raises:
        msgspec.ValidationError: it says something that is not known here.
    """
    return msgspec.toml.decode(SURVIVORS.read_bytes(), type=dict[str, dict[str, list[Explained]]])


def complaints(
    survivors: Sequence[Mutation], explained: Explanations, assignments: Sequence[str]
) -> list[str]:
    """Survivors without an explanation, and explanations of what does not survive."""
    alive = {(each.assignment, each.function, each.line, each.becomes) for each in survivors}
    known = {
        (assignment, function, each.line, each.becomes)
        for assignment in assignments
        for function, entries in explained.get(assignment, {}).items()
        for each in entries
    }
    return [
        f"{what}: {Mutation(*key, answer='')}"
        for what, keys in (
            ("survives and is not explained", alive - known),
            ("is explained, but does not survive", known - alive),
        )
        for key in sorted(keys)
    ]


def _mutate_solutions(assignments: Sequence[str], console: Console) -> tuple[int, list[Mutation]]:
    """How many mutations there are, and those that survive; shows both by function."""
    made, survivors = 0, []
    table = Table("assignment", "function", "mutations", "caught")
    chosen = [(name, *pair) for name in assignments for pair in solutions(name).items()]
    with Progress(console=console, transient=True) as progress:
        for assignment, function, source in progress.track(chosen, description="solutions"):
            mutations = mutate(assignment, function, source)
            alive = [mutation for mutation in mutations if survives(mutation)]
            caught = len(mutations) - len(alive)
            table.add_row(assignment, function, str(len(mutations)), str(caught))
            made += len(mutations)
            survivors += alive
    console.print(table)
    return made, survivors


def _mutate_accepted(assignments: Sequence[str], console: Console) -> None:
    """Show the mutations of right answers that survive."""
    chosen = [case for name in assignments for case in cases(name)]
    with Progress(console=console, transient=True) as progress:
        for case in progress.track(chosen, description="right answers"):
            if isinstance(case.expected, Right):
                for mutation in mutate(case.assignment, case.function, case.source):
                    if survives(mutation):
                        console.print(f"{case.name}: {mutation}", markup=False, highlight=False)


if __name__ == "__main__":
    main()
