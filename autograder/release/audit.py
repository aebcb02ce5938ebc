"""What a release promises, checked by grading: the solution earns all, the blank release nothing.

`audit` grades both as submissions are graded, so that what it says of a test is what would happen
to students. Promises that are not kept are problems. Warnings are about tests that work but give
something away, can be forged, or look at something that they cannot see.
"""

from __future__ import annotations

import ast
import contextlib
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from autograder.course.directory import Course
from autograder.course.source import SourceNotebook, support_files
from autograder.examiner.report import TestReport
from autograder.grading.executor import LocalExecutor
from autograder.grading.plan import BLANK, MAX_SEED, SOLUTION, Plan, Task, load_plans
from autograder.grading.score import GRADERS_EXCEPTION, TEXT_AS_CODE, limit_of
from autograder.notebook.cells import Cell
from autograder.notebook.names import names_of, python_of
from autograder.notebook.regions import regions_from
from autograder.release.unseen import UNSEEN, replaced_parts, unseen_names
from autograder.results import NotebookResult, Outcome, Question

_BY_A_PERSON = (Outcome.MANUAL, Outcome.NO_RESPONSE)

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
    ``failed_setup`` is what setup cells raised. Where tests of the solution took too long,
    ``unhurried`` is what becomes of it with `PATIENCE` times as long.
    """

    source: SourceNotebook
    plan: Plan
    solution: NotebookResult
    blank: NotebookResult
    pass_in_candidate: frozenset[str]
    pass_together: frozenset[str]
    failed_setup: Sequence[TestReport]
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
            f"{_automatic_points(checked.solution.questions)}, the blank release "
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
    failed = frozenset(q.grade_id for q in solution.questions if q.score == 0.0)

    def passing_with(in_candidate: frozenset[str]) -> frozenset[str]:
        changed = replace(task, plan=replace(plan, in_candidate=in_candidate))
        result = executor.submit(changed).result()
        return frozenset(q.grade_id for q in result.questions if q.score) & failed

    late = any(q.outcome is Outcome.TIMEOUT for q in solution.questions)
    unhurried = executor.submit(_with_patience(task)).result() if late else None
    in_candidate: frozenset[str] = frozenset()
    together: frozenset[str] = frozenset()
    if failed:
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
        failed_setup=executor.workers_for(source).failed_setup(source),
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
    for question in checked.solution.questions:
        if question.outcome not in (Outcome.PASSED, *_BY_A_PERSON):
            yield _solution_problem(question, checked)
    for question in checked.blank.questions:
        if question.score and question.outcome not in _BY_A_PERSON:
            yield (
                f"{question.grade_id}: the blank release earns {question.score:g} of "
                f"{question.max_score:g} points. Test something that only an answer does."
            )


def _warnings(checked: _SolutionCheck) -> Iterator[str]:
    advice = list(advice_on(checked.source, checked.plan))
    yield from advice
    for question in checked.solution.questions:
        # A helper of the test's may have done it, which its own text does not show.
        told = any(line.startswith(f"{question.grade_id}: {_REPLACES}") for line in advice)
        if question.outcome is Outcome.PASSED and question.detail and not told:
            yield f"{question.grade_id}: {question.detail}"
    for report in checked.failed_setup:
        yield (
            f"a cell that is neither answer nor test raised {report.error} at the examiner: "
            f"{report.message} Tests run without the names that it would have defined."
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
        return problem + (
            "It catches an exception that the grader raised, not the student's code, and so would "
            "pass whatever that does. Add the cell tag run-in-candidate, with which the points can "
            f"be forged, or test plain data. At the examiner, {cause}"
        )
    if question.grade_id in checked.pass_in_candidate:
        return problem + (
            "The test does pass inside the student's process, so it needs more than plain data "
            "from it. Test values instead of objects; or add the cell tag run-in-candidate, with "
            f"which its points can be forged. At the examiner: {question.message}"
        )
    if question.grade_id in checked.pass_together:
        return problem + (
            "It does pass where every test runs inside the student's process: a cell needs what "
            "an earlier test made with the student's code. Make that in a cell that is no test; "
            "or add the cell tag run-in-candidate to both tests, with which their points can be "
            f"forged. At the examiner: {question.message}"
        )
    return problem + f"{question.message}\n{question.detail}".strip()


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
    return f"{sum(q.score or 0 for q in automatic):g} of {sum(q.max_score for q in automatic):g}"


def advice_on(source: SourceNotebook, plan: Plan) -> Iterator[str]:
    """Warnings about tests that work but give something away, can be forged, or see too little."""
    imports = list(_trees(source))
    for cell in source.notebook.cells:
        if not cell.is_test:
            continue
        if cell.grade_id in plan.in_candidate:
            yield (
                f"{cell.grade_id}: it is tagged run-in-candidate, so a submission can forge its "
                f"{cell.points:g} points."
            )
            continue
        if names := sorted(_shown_values(cell, source, plan)):
            yield (
                f"{cell.grade_id}: its hidden part gives {_listed(names)} a value. The solution "
                "binds the same, so that the student's code gets to see the value. Use another "
                "name, unless it is meant to."
            )
        tree = ast.parse(python_of(cell))
        if unseen := unseen_names(tree):
            yield (
                f"{cell.grade_id}: it uses {_listed(unseen)}, which tells of the examiner's "
                f"process only, not of the student's: {UNSEEN[unseen[0]]}. Tag the cell "
                "run-in-candidate if it is to check that."
            )
        if replaced := replaced_parts(tree, imports):
            yield _replaced(cell, _listed(replaced))
        if (name := _result(cell, plan)) is not None:
            yield (
                f"{cell.grade_id}: it ends in what the student's {name!r} gives. If that is a "
                "number, it counts as partial credit. Compare it with something, or end the line "
                "with a semicolon."
            )


def _trees(source: SourceNotebook) -> Iterator[ast.Module]:
    for cell in source.notebook.cells:
        if cell.cell_type == "code":
            with contextlib.suppress(SyntaxError, ValueError):  # of another language, say
                yield ast.parse(python_of(cell))


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
    bound = names_of(cell).binds & (plan.student_names - plan.dependent_names)
    if not bound:
        return set()
    hidden = regions_from(source.course.config).hidden.lines(cell.source)
    # What the visible part assigns is no secret.
    lines = {number for number, (inside, _) in enumerate(hidden, start=1) if inside}
    # IPython leaves out empty lines at the beginning, so that its numbers of lines are smaller.
    blanks = len(cell.source) - len(cell.source.lstrip())
    skipped = cell.source[:blanks].count("\n")
    tree = ast.parse(python_of(cell))
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
    source = python_of(cell)
    body = ast.parse(source).body
    if not body or not isinstance(body[-1], ast.Expr) or source.rstrip().endswith(";"):
        return None
    node: ast.AST = body[-1].value
    # Down to what is called or looked into: f(1), x[0] and f(1).real are all the student's.
    while isinstance(node, (ast.Call, ast.Attribute, ast.Subscript)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return node.id if isinstance(node, ast.Name) and node.id in plan.student_names else None


def _listed(names: list[str]) -> str:
    *others, last = map(repr, names)
    return f"{', '.join(others)} and {last}" if others else last
