"""Whether a mutation of a solution survives the tests of its function."""

from __future__ import annotations

import signal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any

from tests.mutants.answers import Case, Right
from tests.mutants.grading import grade
from tests.mutants.instructor_notebook import read_cells, run_tests
from tests.mutants.mutations import changed_line, mutations

SECONDS_EACH = 5.0


@dataclass(frozen=True)
class Mutation:
    """A function's solution with one change."""

    assignment: str
    function: str
    line: str
    becomes: str
    answer: str

    def __str__(self) -> str:
        return f"{self.assignment} {self.function}\n  - {self.line}\n  + {self.becomes}"


@cache
def cells(assignment: str) -> list[dict[str, Any]]:
    """The cells of the instructor edition."""
    return read_cells(assignment)


def solutions(assignment: str) -> dict[str, str]:
    """The solution cell of each function, in the notebook's order."""
    marks = [(cell["metadata"]["nbgrader"], cell["source"]) for cell in cells(assignment)]
    return {mark["grade_id"]: source for mark, source in marks if mark["solution"]}


def mutate(assignment: str, function: str, source: str) -> list[Mutation]:
    """Every mutation of one answer."""
    return [
        Mutation(assignment, function, *changed_line(source, answer), answer)
        for answer in mutations(source)
    ]


def survives(mutation: Mutation) -> bool:
    """Whether the function's visible and hidden tests all pass, in this process."""
    answer = {mutation.function: mutation.answer}
    try:
        with time_limit(SECONDS_EACH):
            outcome = run_tests(cells(mutation.assignment), answer, f"{mutation.function}-")
    except Exception:  # not even a function came of it
        return False
    return not any(outcome.values())


@contextmanager
def time_limit(seconds: float) -> Iterator[None]:
    """Interrupt what takes longer, again and again: one test after the other may hang."""

    def stop(*_: object) -> None:
        raise TimeoutError(f"took longer than {seconds} s")

    handler = signal.signal(signal.SIGALRM, stop)
    timer = signal.setitimer(signal.ITIMER_REAL, seconds, seconds / 10)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, *timer)
        signal.signal(signal.SIGALRM, handler)


def with_full_marks(mutations: Sequence[Mutation], seed: int) -> list[Mutation]:
    """Those of the mutations that the real grader takes for right, too."""
    right = []
    for assignment in sorted({mutation.assignment for mutation in mutations}):
        chosen = [mutation for mutation in mutations if mutation.assignment == assignment]
        answers = [Case(assignment, m.function, m.line, Right(with_helpers(m))) for m in chosen]
        for mutation, questions in zip(chosen, grade(assignment, answers, seed=seed), strict=True):
            if questions and all(each.score == each.max_score for each in questions):
                right.append(mutation)
    return right


def with_helpers(mutation: Mutation) -> str:
    """The answer below the solutions that stand above it, some of which it may call."""
    above = []
    for function, source in solutions(mutation.assignment).items():
        if function == mutation.function:
            break
        above.append(source)
    return "\n\n".join([*above, mutation.answer])
