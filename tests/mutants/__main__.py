"""Grade wrong and right answers to the assignments for real, and show what becomes of them.

How many mistakes lost points, how many were told by name what they are, how many right answers got
full marks, and how many forgers earned no more than cannot be helped.

python -m tests.mutants                                all assignments, a line per function
python -m tests.mutants softmax_regression --answers   a line per answer
"""

from __future__ import annotations

import time
from functools import partial
from itertools import groupby

from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from autograder.results import Outcome, Question
from tests.mutants.answers import Case, Forger, Mistake, Right, cases
from tests.mutants.command import read_arguments
from tests.mutants.grading import complaint, grade

Graded = list[tuple[Case, list[Question]]]


def main() -> None:
    arguments = read_arguments("python -m tests.mutants", __doc__, "--answers", "a line per answer")

    console, start = Console(), time.monotonic()
    if not console.is_terminal:
        console.width = 140  # a log has no width of its own
    graded: Graded = []
    with Progress(console=console, transient=True) as progress:
        for assignment in arguments.assignment:
            answers = cases(assignment)
            task = progress.add_task(assignment, total=len(answers))
            done = partial(progress.advance, task)
            graded += zip(
                answers, grade(assignment, answers, seed=arguments.seed, done=done), strict=True
            )
    console.print(_by_answer(graded) if arguments.answers else _by_function(graded))
    wrong = [(case, said) for case, each in graded if (said := complaint(case, each))]
    for case, said in wrong:
        console.print(f"WRONG {case.assignment} {case}: {said}", markup=False)
    console.print(
        f"{len(graded)} answers graded in {time.monotonic() - start:.0f} s, "
        f"{len(wrong)} not as they should be"
    )
    raise SystemExit(bool(wrong))


def _by_function(graded: Graded) -> Table:
    table = Table("assignment", "function", "caught", "named", "by visible", "right", "forgers")
    for column in table.columns:
        column.no_wrap = True
    for (assignment, function), group in groupby(
        sorted(graded, key=lambda pair: (pair[0].assignment, pair[0].function)),
        key=lambda pair: (pair[0].assignment, pair[0].function),
    ):
        rows = list(group)
        mistakes = [pair for pair in rows if isinstance(pair[0].expected, Mistake)]
        named = [case for case, each in mistakes if _names(case, each)]
        seen = [case for case, each in mistakes if _names(case, [q for q in each if not q.hidden])]
        table.add_row(
            assignment,
            function,
            _share([any(_lost(q) for q in each) for _, each in mistakes]),
            f"{len(named)} of {len(mistakes)}",
            f"{len(seen)} of {len(mistakes)}",
            *(
                _share(
                    [complaint(*pair) is None for pair in rows if type(pair[0].expected) is kind]
                )
                for kind in (Right, Forger)
            ),
        )
    return table


def _by_answer(graded: Graded) -> Table:
    table = Table("function", "answer", "kind", "points", "lost", "said")
    for case, each in graded:
        lost = [question for question in each if _lost(question)]
        said = next((q.message for q in lost if _names(case, [q])), lost[0].message if lost else "")
        table.add_row(
            case.function,
            case.name,
            type(case.expected).__name__.lower(),
            f"{sum(question.score or 0 for question in each):g}",
            " ".join(question.grade_id.partition("-")[2] for question in lost),
            said.splitlines()[0] if said else "",
        )
    return table


def _lost(question: Question) -> bool:
    return question.outcome is not Outcome.PASSED


def _names(case: Case, questions: list[Question]) -> bool:
    says = case.expected.says if isinstance(case.expected, Mistake) else ""
    return bool(says) and any(says in question.message for question in questions)


def _share(held: list[bool]) -> str:
    return f"{sum(held)} of {len(held)}"


if __name__ == "__main__":
    main()
