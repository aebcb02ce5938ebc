"""What the instructor edition itself scores: its solution, and the blank release."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autograder.examiner.report import TestReport
from autograder.grading.pool import SlotPool
from autograder.grading.task import Task
from autograder.notebook.edition import Edition
from autograder.plan import Plan
from autograder.results import NotebookResult

SOLUTION, BLANK = "the solution", "the blank release"


@dataclass(frozen=True)
class Checked:
    """One notebook's solution and blank release, graded.

    Of the questions that the solution fails at the examiner, ``would_pass`` are those whose tests
    pass in the candidate, ``together`` those that do so if every test runs there. ``failed_setup``
    is what setup cells raised.
    """

    edition: Edition
    plan: Plan
    solution: NotebookResult
    blank: NotebookResult
    would_pass: frozenset[str]
    together: frozenset[str]
    failed_setup: Sequence[TestReport]


def check_edition(
    slots: SlotPool, edition: Edition, plan: Plan, files: Mapping[str, bytes], seed: int
) -> Checked:
    """Grade an edition's solution and blank release.

    Where the solution fails, its tests are run once more inside the candidate, to tell tests that
    cannot run at the examiner from tests that are wrong.
    """
    blank = Task(BLANK, edition, plan, seed)
    solution = slots.grade(replace(blank, student=SOLUTION), files, edition.instructor)
    failed = frozenset(q.grade_id for q in solution.questions if q.score == 0.0)

    def passing(inside: frozenset[str]) -> frozenset[str]:
        task = replace(blank, plan=replace(plan, in_candidate=inside))
        questions = slots.grade(task, files, edition.instructor).questions
        return frozenset(q.grade_id for q in questions if q.score) & failed

    would_pass = passing(plan.in_candidate | failed) if failed else failed
    return Checked(
        edition,
        plan,
        solution,
        slots.grade(blank, files, edition.release),
        would_pass,
        passing(frozenset(plan.tests)) - would_pass if failed - would_pass else frozenset(),
        slots.lab_of(edition).failed_setup(edition),
    )
