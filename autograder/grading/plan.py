"""How a notebook is to be graded: which of its cells runs on which side.

A plan is read off the instructor edition by static analysis, never off a submission: nothing that
a student writes changes what runs at the examiner.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from autograder.course.directory import Course
from autograder.course.source import SourceNotebook, load_source
from autograder.grading.reach import (
    Statement,
    linked_tests,
    needed_cells,
    reach_of,
    reached,
    shared_statements,
    split,
    statements_in,
)
from autograder.notebook.cells import Cell, Notebook
from autograder.notebook.names import Names, names_of, statements_of, why_not_python
from autograder.notebook.restore import RestoredCell
from autograder.workers.messages import ExaminerSetup

#: The tag of a test cell that runs in the student's process, by its instructor's wish.
RUN_IN_CANDIDATE = "run-in-candidate"

_ALWAYS_THERE = frozenset(dir(builtins)) | {"get_ipython", "display", "In", "Out", "_", "__file__"}
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True)
class Definitions:
    """What a test cell defines in sight of students, who may therefore use it further down."""

    names: frozenset[str] = frozenset()
    source: str = ""


@dataclass(frozen=True)
class Plan:
    """How to grade one notebook.

    Attributes
    ----------
    student_names
        The names that are always the candidate's.
    setup
        The source of each instructor cell that also runs at the examiner, by its position.
    tests
        The position of each test, by its ``grade_id``.
    uses
        The student names that each test reaches, directly or through helpers, by ``grade_id``.
    tested
        The names bound by answers that each test itself uses, by ``grade_id``.
    in_candidate
        The tests (``grade_id``) that run in the candidate, by the instructor's wish.
    imports
        The import statements of the cells that are no tests: what nearly every submission imports.
    dependent_names
        The student names that no answer binds, but an instructor's cell that uses an answer.
    definitions
        What the visible part of a test defines without the help of student names, by
        ``grade_id``: it runs in the candidate, too, before a cell that names any of it.
    needs
        The positions of the answers that each test needs, by ``grade_id``: those that bind the
        student names that it uses, and what these answers use in turn.
    handed_over
        The names of setup cells that functions of an answer use, directly or through helpers, and
        that a test mentions: where a test gives one another value, the candidate gets that.
    rebinds
        By the position of each instructor cell that is neither answer nor test, those statements
        that bind names which another such cell binds as well and an answer or a test uses.
    given
        The data that each test uses, by ``grade_id``, which setup cells bind and answers mention:
        the student's code may have changed it.
    imported
        The names that each test uses, by ``grade_id``, and nothing but an answer imports that
        consists of imports: a submission has to have them.
    linked
        The tests (``grade_id``) that need the same candidate as the test before them, since one of
        the tests from there on uses what an earlier one has made of the student's work.
    """

    student_names: frozenset[str]
    setup: Mapping[int, str]
    tests: Mapping[str, int]
    uses: Mapping[str, frozenset[str]]
    tested: Mapping[str, frozenset[str]] = field(default_factory=dict)
    in_candidate: frozenset[str] = field(default_factory=frozenset)
    imports: tuple[str, ...] = ()
    dependent_names: frozenset[str] = frozenset()
    definitions: Mapping[str, Definitions] = field(default_factory=dict)
    needs: Mapping[str, frozenset[int]] = field(default_factory=dict)
    handed_over: frozenset[str] = frozenset()
    rebinds: Mapping[int, Sequence[Statement]] = field(default_factory=dict)
    given: Mapping[str, frozenset[str]] = field(default_factory=dict)
    imported: Mapping[str, frozenset[str]] = field(default_factory=dict)
    linked: frozenset[str] = frozenset()

    def runs_at_examiner(self, cell: Cell) -> bool:
        """Whether a cell is a test that does not run in the candidate."""
        return cell.is_test and cell.grade_id not in self.in_candidate

    def setup_before(self, grade_id: str) -> Iterator[int]:
        """Positions of the setup cells that stand before a test, from top to bottom."""
        return (position for position in self.setup if position < self.tests[grade_id])

    def examiner_setup(self, notebook: Notebook) -> ExaminerSetup:
        """What the examiners of the planned ``notebook`` have in common."""
        # Those that run in the candidate are compiled as well: the guard learns their texts by it.
        tests = [cell for cell in notebook.cells if cell.is_test]
        late = [source for i, source in self.setup.items() if i not in self.early_setup]
        return ExaminerSetup(
            student_names=self.student_names,
            dependent_names=self.dependent_names,
            handed_over=self.handed_over,
            early_setup=tuple(self.setup[position] for position in self.early_setup),
            imports=tuple(
                line
                for cell in filter(self.runs_at_examiner, tests)
                for line in names_of(cell).import_source.splitlines()
            ),
            later=(*late, *(cell.source for cell in tests)),
        )

    @cached_property
    def early_setup(self) -> tuple[int, ...]:
        """Positions of the setup cells before every test: they can run before any submission."""
        limit = min(self.tests.values(), default=0)
        return tuple(position for position in self.setup if position < limit)


def make_plan(
    notebook: Notebook, released: Mapping[str, str] | None = None, *, solved: bool = True
) -> Plan:
    """Plan the grading of an instructor edition.

    Parameters
    ----------
    notebook
        The instructor edition, or with ``solved=False`` what a student has.
    released
        The texts of its cells as students find them, by ``grade_id``.
    solved
        Whether every answer is there. In a student's notebook, definitions that the tests need
        can be missing: names that nothing binds are then student names, too. So they are where an
        answer is not Python.

    Examples
    --------
    >>> answer = Cell("code", "def f(): return 1", {"nbgrader": {"solution": True}})
    >>> test = Cell("code", "assert f() == 1", {"nbgrader": {"grade": True, "grade_id": "t"}})
    >>> plan = make_plan(Notebook((answer, test)))
    >>> sorted(plan.student_names), sorted(plan.uses["t"])
    (['f'], ['f'])
    """
    cells = {i: cell for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    names = {i: names_of(cell) for i, cell in cells.items()}
    tests = {
        cell.grade_id: i for i, cell in cells.items() if cell.is_test and cell.grade_id is not None
    }
    answers = {i for i, cell in cells.items() if cell.is_solution}
    others = [i for i in cells if i not in answers and not cells[i].is_test]

    # Whatever an answer binds is the student's to define, and so is what it changes in place.
    wanted = {name for i in answers for name in names[i].binds}
    given = {name for i in others for name in names[i].binds}
    wanted |= {
        name
        for i in answers
        for each in statements_in(cells[i].source)
        for name in each.changes_surely() & given
    }
    if not solved or any(why_not_python(cells[i]) for i in answers):
        wanted |= _unbound([names[i] for i in (*others, *tests.values())], names.values())
    student_names, parts = split({i: statements_in(cells[i].source) for i in others}, wanted)
    setup = {i: cells[i].source for i in others}
    at_examiner = dict(names)
    for i, statements in parts.items():
        setup[i] = "\n".join(each.source for each in statements)
        at_examiner[i] = names_of(replace(cells[i], source=setup[i]))
    setup = {i: source for i, source in setup.items() if source or i not in parts}
    # Of an answer the examiner has the imports: tests may use what the student's cell imports.
    setup |= {i: names[i].import_source for i in answers if names[i].import_source}
    reach = reach_of(at_examiner, student_names, [*setup, *tests.values()])
    released = released or {}
    definitions = {
        name: _definitions_in(released.get(name, ""), student_names, reach) for name in tests
    }
    data = {name for i in setup if i not in answers for name in at_examiner[i].binds}
    touched = data.intersection(name for i in answers for name in names[i].uses)
    plan = Plan(
        student_names=student_names,
        setup=dict(sorted(setup.items())),
        tests=tests,
        uses={
            grade_id: reached(names[i].uses, reach, student_names) for grade_id, i in tests.items()
        },
        tested={grade_id: names[i].uses & frozenset(wanted) for grade_id, i in tests.items()},
        in_candidate=frozenset(
            grade_id for grade_id, i in tests.items() if RUN_IN_CANDIDATE in cells[i].tags
        ),
        imports=tuple(
            line for i in (*others, *answers) for line in names[i].import_source.splitlines()
        ),
        dependent_names=student_names - wanted,
        definitions={grade_id: found for grade_id, found in definitions.items() if found.names},
        handed_over=_handed_over(
            [names[i] for i in answers],
            {i: at_examiner[i] for i in setup if i not in answers},
            [cells[i].source for i in tests.values()],
            student_names,
        ),
    )
    plan = replace(
        plan,
        given=_used_by(tests, names, reach, touched - student_names),
        imported=_used_by(tests, names, {}, _only_imported(names, cells, answers)),
    )
    return _with_order(plan, cells, names, answers)


def load_plans(course: Course, assignment: str) -> dict[str, tuple[SourceNotebook, Plan]]:
    """The source and the plan of each notebook of an assignment, by its name.

    Raises
    ------
    CourseError
        An instructor edition cannot be used.
    """
    sources = {name: load_source(course, assignment, name) for name in course.notebooks(assignment)}
    return {name: (each, make_plan(each.notebook, each.released)) for name, each in sources.items()}


def tests_needed(cells: Sequence[RestoredCell], plan: Plan) -> Mapping[int, Sequence[str]]:
    """The tests (``grade_id``) that define a name which a cell has in its text, by position.

    They are those before it in the student's order or, for a cell of the instructor's, in the
    instructor's. Only the text is looked at: student code can be too deep, or too broken, to be
    parsed. A test that defines nothing new for a cell is harmless to name.
    """
    before: set[str] = set()
    needs: dict[int, Sequence[str]] = {}
    for position, restored in enumerate(cells):
        cell = restored.cell
        here = -1 if restored.index is None else restored.index
        known = [name for name in plan.definitions if name in before or plan.tests[name] < here]
        if cell.cell_type == "code" and known:
            words = set(_WORD.findall(cell.source))
            needs[position] = [name for name in known if plan.definitions[name].names & words]
        if cell.is_test and cell.grade_id in plan.definitions:
            before.add(cell.grade_id or "")
    return needs


def _with_order(
    plan: Plan, cells: Mapping[int, Cell], names: Mapping[int, Names], answers: Collection[int]
) -> Plan:
    """The plan with what decides, in a rearranged submission, when its cells run."""
    statements = {i: statements_in(cell.source) for i, cell in cells.items()}
    # A test needs an answer that changes what it looks at as it needs one that binds it.
    statements |= {
        i: [
            replace(each, binds=each.binds | (each.changes_surely() & plan.student_names))
            for each in statements[i]
        ]
        for i in answers
    }
    others = [i for i, cell in cells.items() if i not in answers and not cell.is_test]
    answers_bind = plan.student_names - plan.dependent_names
    return replace(
        plan,
        needs={
            grade_id: needed_cells(statements, i).intersection(answers)
            for grade_id, i in plan.tests.items()
        },
        rebinds=shared_statements(
            {i: statements[i] for i in others},
            [statements[i] for i in (*answers, *plan.tests.values())],
            reach_of(names, answers_bind, others),
            answers_bind,
        ),
        linked=linked_tests(
            {grade_id: statements[i] for grade_id, i in plan.tests.items()},
            plan.student_names,
            reach_of(names, plan.student_names, [*plan.setup, *plan.tests.values()]),
        ),
    )


def _definitions_in(
    source: str, student_names: frozenset[str], reach: Mapping[str, frozenset[str]]
) -> Definitions:
    """What the statements of a test bind that neither use nor bind student names."""
    names: set[str] = set()
    lines: list[str] = []
    # What a statement makes of the student's work is the candidate's from then on.
    student_names_here = set(student_names)
    for statement, found in statements_of(source):
        bound = found.binds | found.imports
        uses = () if found.only_defines else reached(found.uses, reach, student_names_here)
        if uses or bound & student_names:
            student_names_here |= bound
        elif bound:
            names |= bound
            lines.append(statement)
    return Definitions(frozenset(names), "\n".join(lines))


def _handed_over(
    answers: Iterable[Names],
    setup: Mapping[int, Names],
    tests: Iterable[str],
    student_names: frozenset[str],
) -> frozenset[str]:
    """The names of setup cells that answers look up when they are called, and tests mention."""
    bound = {name for each in setup.values() for name in each.binds | each.imports}
    later = {name for each in answers for name in each.uses_later}
    mentioned = {word for source in tests for word in _WORD.findall(source)}
    found = reached(later, reach_of(setup, student_names, setup), bound - student_names)
    return found & mentioned


def _used_by(
    tests: Mapping[str, int],
    names: Mapping[int, Names],
    reach: Mapping[str, frozenset[str]],
    wanted: Collection[str],
) -> dict[str, frozenset[str]]:
    """Which of the ``wanted`` names each test uses, of those that use any."""
    used = {
        grade_id: reached(names[i].uses - names[i].binds - names[i].imports, reach, wanted)
        for grade_id, i in tests.items()
    }
    return {grade_id: found for grade_id, found in used.items() if found}


def _only_imported(
    names: Mapping[int, Names], cells: Mapping[int, Cell], answers: Collection[int]
) -> frozenset[str]:
    """The names that nothing but answers imports which consist of imports."""
    importing = [i for i in answers if names[i].imports and not names[i].binds | names[i].uses]
    found = frozenset[str]().union(*(names[i].imports for i in importing))
    others = (each.binds | each.imports for i, each in names.items()
              if i not in importing and not cells[i].is_test)  # fmt: skip
    return found.difference(*others)


def _unbound(users: Iterable[Names], cells: Iterable[Names]) -> set[str]:
    """The names that are used although no cell binds or imports them."""
    bound = _ALWAYS_THERE.union(*(each.binds | each.imports for each in cells))
    return set().union(*(each.uses for each in users)) - bound
