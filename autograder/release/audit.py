"""What a release promises, checked by grading: the solution earns all, the blank release nothing.

`audit` grades both as submissions are graded, so that what it says of a test is what would happen
to students. Promises that are not kept are problems. Warnings are about tests that work but give
something away, can be forged, or look at something that they cannot see.
"""

from __future__ import annotations

import ast
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from autograder.course.directory import Course
from autograder.course.source import SourceNotebook, support_files
from autograder.examiner.report import TestReport
from autograder.grading.executor import LocalExecutor
from autograder.grading.plan import Plan, load_plans
from autograder.grading.score import (
    CHANGED_UNSEEN,
    GRADERS_EXCEPTION,
    TEXT_AS_CODE,
    limit_of,
)
from autograder.grading.task import BLANK, MAX_SEED, SOLUTION, Task
from autograder.notebook.cells import Cell
from autograder.notebook.names import names_of, tree_of, why_not_python
from autograder.notebook.regions import regions_from
from autograder.release.causes import cause_of, what_happened
from autograder.release.explain import with_values_told
from autograder.release.in_vain import asked_in_vain
from autograder.release.unseen import UNSEEN, replaced_parts, unseen_names
from autograder.results import NotebookResult, Outcome, Question, counted, shown

_BY_A_PERSON = (Outcome.MANUAL, Outcome.NO_RESPONSE)
_EARNED = (Outcome.PASSED, Outcome.PARTIAL)

_REPLACES = "it replaces"

#: How many times as long a solution that takes too long may take when that is found out.
PATIENCE = 6


@dataclass(frozen=True)
class Audit:
    """What was found out about one notebook, in sentences for its instructor.

    ``line`` says what the solution and the blank release earn. ``problems`` is empty if all
    promises are kept; ``warnings`` are about what works but may not be what its author wants.
    """

    line: str
    problems: tuple[str, ...]
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _SolutionCheck:
    """One notebook's solution and blank release, graded.

    Of the questions that the solution fails at the examiner, ``pass_in_candidate`` are those whose
    tests pass in the candidate, ``pass_together`` those that do so only if every test runs there.
    ``told`` are these questions of a run that hides nothing and tells what assertions compared.
    ``failed_setup`` is what setup cells raised, by their position. Where tests of the solution took
    too long, ``unhurried`` is what becomes of it with `PATIENCE` times as long.
    """

    source: SourceNotebook
    plan: Plan
    solution: NotebookResult
    blank: NotebookResult
    pass_in_candidate: frozenset[str]
    pass_together: frozenset[str]
    failed_setup: Mapping[int, TestReport]
    told: Mapping[str, Question] = field(default_factory=dict)
    unhurried: NotebookResult | None = None


def audit(course: Course, executor: LocalExecutor, assignment: str) -> Iterator[Audit]:
    """Grade each notebook's solution and blank release, and say what is wrong with the tests.

    Raises
    ------
    CourseError
        A notebook of the assignment cannot be used.
    """
    files = support_files(course, assignment)
    for source, plan in load_plans(course, assignment).values():
        # Another seed each time, so that a test that some random numbers fail is found some day.
        seed = secrets.randbelow(MAX_SEED)
        checked = _check_solution(
            executor, Task(SOLUTION, source, plan, seed, source.notebook, files)
        )
        line = (
            f"{assignment}/{source.name}: the solution earns "
            f"{_automatic_points(checked.solution.questions)}"
            f"{_by_a_person(checked.solution.questions)}, the blank release "
            f"{_automatic_points(checked.blank.questions)}"
        )
        yield Audit(line, tuple(_problems(checked)), tuple(_warnings(checked)))


def _check_solution(executor: LocalExecutor, task: Task) -> _SolutionCheck:
    """Grade the solution that ``task`` holds, and the blank release.

    Where the solution fails, its tests are run once more inside the candidate, to tell tests that
    cannot run at the examiner from tests that are wrong.
    """
    source, plan = task.source, task.plan
    # Both are graded at the same time, if the executor has room for two.
    blank = executor.submit(replace(task, student=BLANK, submitted=source.release))
    solution = executor.submit(task).result()
    # A question that the grader could not decide has no score, and is not the test's failure.
    failed = frozenset(
        q.grade_id
        for q in solution.questions
        if q.score is not None and q.outcome not in (*_EARNED, *_BY_A_PERSON)
    )

    def passing_with(in_candidate: frozenset[str]) -> frozenset[str]:
        changed = replace(task, plan=replace(plan, in_candidate=in_candidate))
        result = executor.submit(changed).result()
        passed = (q.grade_id for q in result.questions if q.outcome in _EARNED)
        return failed.intersection(passed)

    late = any(q.outcome is Outcome.TIMEOUT for q in solution.questions)
    unhurried = executor.submit(_with_patience(task)).result() if late else None
    in_candidate: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    told: dict[str, Question] = {}
    if failed:
        telling = replace(source, notebook=with_values_told(source.notebook), hidden=frozenset())
        result = executor.submit(replace(task, source=telling, submitted=telling.notebook)).result()
        told = {question.grade_id: question for question in result.questions}
        in_candidate = passing_with(plan.in_candidate | failed)
    if failed - in_candidate:
        together = passing_with(frozenset(plan.tests)) - in_candidate
    return _SolutionCheck(
        source,
        plan,
        solution,
        blank.result(),
        pass_in_candidate=in_candidate,
        pass_together=together,
        failed_setup={
            plan.early_setup[number]: report
            for number, report in executor.workers_for(source).failed_setup(source).items()
        },
        told=told,
        unhurried=unhurried,
    )


def _with_patience(task: Task) -> Task:
    """The same task, for which there is more time by the clock."""
    course = task.source.course
    limits = course.settings.limits
    patient = replace(
        limits,
        cell_seconds=PATIENCE * limits.cell_seconds,
        notebook_seconds=PATIENCE * limits.notebook_seconds,
    )
    settings = replace(course.settings, limits=patient)
    return replace(task, source=replace(task.source, course=replace(course, settings=settings)))


def _problems(checked: _SolutionCheck) -> Iterator[str]:
    for result in (checked.solution, checked.blank):
        if result.error is not None:
            yield f"{result.student} could not be graded: {result.error}"
    for number, cell in enumerate(checked.source.notebook.cells, start=1):
        if (cell.is_test or cell.is_solution) and (why := _unreadable(cell)):
            yield f"cell {number} ({cell.grade_id!r}) is not Python, so that it fails: {why}"
    for question in checked.solution.questions:
        if question.outcome not in (Outcome.PASSED, *_BY_A_PERSON):
            yield _solution_problem(question, checked)
    for question in checked.blank.questions:
        if question.score and question.outcome not in _BY_A_PERSON:
            yield (
                f"{question.grade_id}: the blank release earns {shown(question.score)} of "
                f"{counted(question.max_score, 'point')}. Test something that only an answer does."
            )


def _warnings(checked: _SolutionCheck) -> Iterator[str]:
    advice = list(advice_on(checked.source, checked.plan))
    yield from advice
    for question in checked.solution.questions:
        # A helper of the test's may have done it, which its own text does not show.
        told = any(line.startswith(f"{question.grade_id}: {_REPLACES}") for line in advice)
        if question.outcome is Outcome.PASSED and question.detail and not told:
            yield f"{question.grade_id}: {question.detail}"
    for question in checked.blank.questions:
        if question.outcome is Outcome.PASSED and question.max_score == 0:
            yield f"{question.grade_id}: worth 0 points, it passes with the blank release as well."
    for position, report in checked.failed_setup.items():
        yield (
            f"cell {position + 1}, which is neither answer nor test, raised {report.error} at the "
            f"examiner: {report.message.strip()} Tests run without what it would have defined."
        )


def _solution_problem(question: Question, checked: _SolutionCheck) -> str:
    problem = f"{question.grade_id}: the solution does not pass ({question.outcome}). "
    if (limit := limit_of(question)) is not None:
        return problem + _too_low(limit, question, checked)
    if TEXT_AS_CODE in question.message + question.detail:
        cause, _, _ = question.detail.removeprefix(TEXT_AS_CODE).strip().partition("\n")
        return problem + (
            "The examiner runs no text of the student's. Compare the text with what it should be; "
            "or add the cell tag run-in-candidate, with which the points can be forged. "
            f"At the examiner, {cause}"
        )
    if GRADERS_EXCEPTION in question.message + question.detail:
        cause, _, _ = question.detail.removeprefix(GRADERS_EXCEPTION).strip().partition("\n")
        if "cannot be handed to the student's process" in cause:
            seed = " In place of a random Generator, hand over its seed." * ("Generator" in cause)
            return f"{problem}At the examiner, {cause}{seed}"
        return problem + (
            "It catches an exception that the grader raised, not the student's code, and so would "
            "pass whatever that does. Add the cell tag run-in-candidate, with which the points can "
            f"be forged, or test plain data. At the examiner, {cause}"
        )
    if CHANGED_UNSEEN in question.message + question.detail:
        return problem + (
            "What the solution has and the test has, too, was changed in a way that cannot be told "
            "from one process to the other: the shape or dtype of an array, an array that is a "
            "view of another, something too large, or an object of the test's put into a list. "
            "Test copies; or add the cell tag run-in-candidate, with which the points can be "
            "forged."
        )
    told = what_happened(question, checked.told.get(question.grade_id))
    cause = cause_of(
        question.grade_id,
        told,
        checked.source.notebook,
        checked.plan,
        checked.failed_setup,
        passes_in_candidate=question.grade_id in checked.pass_in_candidate,
        passes_together=question.grade_id in checked.pass_together,
    )
    return f"{problem}{told} {cause}".strip()


def _unreadable(cell: Cell) -> str:
    """What Python says of a code cell that it cannot read; empty if it can."""
    return why_not_python(cell) if cell.cell_type == "code" else ""


def _too_low(limit: str, question: Question, checked: _SolutionCheck) -> str:
    """Which limit the solution exceeds, and by how much as far as that can be told."""
    value = getattr(checked.source.course.settings.limits, limit)
    said = f"It exceeds c.Autograder.{limit} = {value:,.12g}: raise that, or let the test do less. "
    if checked.unhurried is None or limit == "memory_bytes":
        return said.strip()
    again = {each.grade_id: each for each in checked.unhurried.questions}[question.grade_id]
    if again.outcome in (Outcome.PASSED, Outcome.PARTIAL):
        seconds = checked.unhurried.seconds
        return (
            f"{said}With {PATIENCE} times as long it passes, the whole notebook in {seconds:.1f} s."
        )
    return f"{said}With {PATIENCE} times as long it ends so: {again.outcome}."


def _automatic_points(questions: Sequence[Question]) -> str:
    """What the questions that no person grades earn, as in "3 of 4"."""
    automatic = [q for q in questions if q.outcome not in _BY_A_PERSON]
    earned, most = sum(q.score or 0 for q in automatic), sum(q.max_score for q in automatic)
    return f"{shown(earned)} of {shown(most)}"


def _by_a_person(questions: Sequence[Question]) -> str:
    """What a person gives besides; empty if there is no such question."""
    points = sum(q.max_score for q in questions if q.outcome in _BY_A_PERSON)
    return f" by tests, {shown(points)} more by a person" if points else ""


def advice_on(source: SourceNotebook, plan: Plan) -> Iterator[str]:
    """Warnings about tests that work but give something away, can be forged, or see too little."""
    imports = list(_trees(source))
    bound = {name for cell in source.notebook.cells for name in names_of(cell).binds}
    for cell in source.notebook.cells:
        if not cell.is_test:
            continue
        if cell.grade_id in plan.in_candidate:
            yield (
                f"{cell.grade_id}: it is tagged run-in-candidate, so a submission can forge its "
                f"{counted(cell.points, 'point')}."
            )
            continue
        if names := sorted(_shown_values(cell, source, plan)):
            yield (
                f"{cell.grade_id}: its hidden part gives {_listed(names)} a value. The solution "
                "binds or uses the same, so that the student's code sees the value. Use another "
                "name, unless it is meant to."
            )
        tree = tree_of(cell)
        unseen = {name: UNSEEN[name] for name in unseen_names(tree)}
        unseen |= asked_in_vain(tree, bound, plan.student_names)
        if unseen:
            yield (
                f"{cell.grade_id}: it uses {_listed([*unseen])}, which tells of the examiner's "
                f"process only, not of the student's: {'; '.join(dict.fromkeys(unseen.values()))}. "
                "Tag the cell run-in-candidate if it is to check that."
            )
        if replaced := replaced_parts(tree, imports, plan.student_names):
            yield _replaced(cell, _listed(replaced))
        if (name := _result(cell, plan)) is not None:
            yield (
                f"{cell.grade_id}: it ends in what the student's {name!r} gives. If that is a "
                "number, it counts as partial credit. Compare it with something, or end the line "
                "with a semicolon."
            )


def _trees(source: SourceNotebook) -> Iterator[ast.Module]:
    yield from (tree_of(cell) for cell in source.notebook.cells if cell.cell_type == "code")


def _replaced(cell: Cell, parts: str) -> str:
    return (
        f"{cell.grade_id}: {_REPLACES} {parts}, which the student's process does not notice: that "
        "has modules of its own. Replace a function of the notebook's or one that the student's "
        "code is passed, or tag the cell run-in-candidate."
    )


def _shown_values(cell: Cell, source: SourceNotebook, plan: Plan) -> set[str]:
    """The names of answers to which the hidden part of a test assigns a value of its own.

    To bring a name back to what it was (``squares = saved``) gives nothing away, nor does a
    function: it stays at the examiner.
    """
    shared = (plan.student_names - plan.dependent_names) | plan.handed_over
    bound = names_of(cell).binds & shared
    if not bound:
        return set()
    hidden = regions_from(source.course.config).hidden.lines(cell.source)
    # What the visible part assigns is no secret.
    lines = {number for number, (inside, _) in enumerate(hidden, start=1) if inside}
    # IPython leaves out empty lines at the beginning, so that its numbers of lines are smaller.
    blanks = len(cell.source) - len(cell.source.lstrip())
    skipped = cell.source[:blanks].count("\n")
    tree = tree_of(cell)
    harmless = {
        id(target)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Name)
        for target in node.targets
    }
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name)
        and isinstance(node.ctx, ast.Store)
        and node.id in bound
        and node.lineno + skipped in lines
        and id(node) not in harmless
    }


def _result(cell: Cell, plan: Plan) -> str | None:
    """The student name whose value, or the value of whose call, a test cell ends in."""
    body = tree_of(cell).body
    if not body or not isinstance(body[-1], ast.Expr) or cell.source.rstrip().endswith(";"):
        return None
    node: ast.AST = body[-1].value
    # Down to what is called or looked into: f(1), x[0] and f(1).real are all the student's.
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) and node.id in plan.student_names else None


def _listed(names: list[str]) -> str:
    *others, last = map(repr, names)
    return f"{', '.join(others)} and {last}" if others else last
