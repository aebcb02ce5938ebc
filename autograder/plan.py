"""Which cell runs on which side, read off the instructor edition by static analysis.

Never off a submission: nothing that a student writes changes what runs at the examiner.
"""

from __future__ import annotations

import ast
import builtins
import symtable
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from IPython.core.inputtransformer2 import TransformerManager

from autograder.errors import CourseError
from autograder.notebook.cells import Cell, Notebook

RUN_IN_CANDIDATE = "run-in-candidate"
_ALWAYS_THERE = frozenset(dir(builtins)) | {"get_ipython", "display", "In", "Out", "_", "__file__"}


@dataclass(frozen=True)
class Names:
    """The global names of one cell: those it binds, those it imports, and those it uses."""

    binds: frozenset[str] = frozenset()
    imports: frozenset[str] = frozenset()
    uses: frozenset[str] = frozenset()
    only_defines: bool = False
    import_source: str = ""


@dataclass(frozen=True)
class Plan:
    """How to grade one notebook.

    ``asked`` are the names that are always the candidate's. ``setup`` maps the position of each
    instructor cell that also runs at the examiner to its source there. ``uses`` maps each test's
    ``grade_id`` to the asked names that it reaches, directly or through helpers. ``imports`` are
    the import statements of the cells that are no tests: what nearly every submission imports.
    """

    asked: frozenset[str]
    setup: Mapping[int, str]
    tests: Mapping[str, int]
    uses: Mapping[str, frozenset[str]]
    in_candidate: frozenset[str] = field(default_factory=frozenset)
    imports: tuple[str, ...] = ()

    def setup_before(self, grade_id: str) -> Iterator[int]:
        """Positions of the setup cells that stand before a test, in order."""
        return (position for position in self.setup if position < self.tests[grade_id])

    @cached_property
    def first(self) -> tuple[int, ...]:
        """Positions of the setup cells before every test: they can run before any submission."""
        limit = min(self.tests.values(), default=0)
        return tuple(position for position in self.setup if position < limit)


def make_plan(notebook: Notebook, *, solved: bool = True) -> Plan:
    """Plan the grading of an instructor edition.

    Not ``solved`` is a student's notebook or edition, where definitions that the tests need can
    be missing and cells may not be Python: names that nothing binds are then asked names, too.

    Raises:
        CourseError: a cell of the instructor edition is not Python.

    >>> answer = Cell("code", "def f(): return 1", {"nbgrader": {"solution": True}})
    >>> test = Cell("code", "assert f() == 1", {"nbgrader": {"grade": True, "grade_id": "t"}})
    >>> plan = make_plan(Notebook((answer, test)))
    >>> sorted(plan.asked), sorted(plan.uses["t"])
    (['f'], ['f'])
    """
    cells = {i: cell for i, cell in enumerate(notebook.cells) if cell.cell_type == "code"}
    names = {i: names_of(cell) if solved else _names_if_any(cell) for i, cell in cells.items()}
    tests = {
        cell.grade_id: i for i, cell in cells.items() if cell.is_test and cell.grade_id is not None
    }
    answers = {i for i, cell in cells.items() if cell.is_solution}
    others = [i for i in cells if i not in answers and not cells[i].is_test]

    wanted = {name for i in answers for name in names[i].binds}
    if not solved:
        wanted |= _unbound([names[i] for i in (*others, *tests.values())], names.values())
    asked, candidate_only = _asked(names, wanted, others)
    setup = {i: cells[i].source for i in others if i not in candidate_only}
    setup |= {i: names[i].import_source for i in answers if names[i].import_source}
    reach = _reach(names, asked, [*setup, *tests.values()])
    return Plan(
        asked=asked,
        setup=dict(sorted(setup.items())),
        tests=tests,
        uses={grade_id: _reached(names[i].uses, reach, asked) for grade_id, i in tests.items()},
        in_candidate=frozenset(
            grade_id for grade_id, i in tests.items() if RUN_IN_CANDIDATE in cells[i].tags
        ),
        imports=tuple(
            line for i in (*others, *answers) for line in names[i].import_source.splitlines()
        ),
    )


def _asked(
    names: Mapping[int, Names], wanted: Collection[str], others: list[int]
) -> tuple[frozenset[str], set[int]]:
    """The asked names, and the instructor cells that therefore run only in the candidate.

    An instructor cell that uses an asked name, directly or through a helper, needs the student's
    code; what it binds is then the candidate's as well. Repeated until nothing more is added.
    """
    asked = set(wanted)
    candidate_only: set[int] = set()
    while True:
        reach = _reach(names, frozenset(asked), others)
        more = [
            i
            for i in others
            if i not in candidate_only
            and not names[i].only_defines
            and _reached(names[i].uses, reach, asked)
        ]
        if not more:
            return frozenset(asked), candidate_only
        candidate_only.update(more)
        asked.update(name for i in more for name in names[i].binds)


def _reach(
    names: Mapping[int, Names], asked: frozenset[str], cells: Iterable[int]
) -> Mapping[str, frozenset[str]]:
    """What each helper bound by ``cells`` uses, itself included; asked names are no helpers."""
    reach: dict[str, frozenset[str]] = {}
    for i in cells:
        for name in names[i].binds - asked:
            reach[name] = reach.get(name, frozenset()) | names[i].uses
    return reach


def _reached(
    uses: Iterable[str], reach: Mapping[str, frozenset[str]], asked: Iterable[str]
) -> frozenset[str]:
    seen: set[str] = set()
    waiting = list(uses)
    while waiting:
        name = waiting.pop()
        if name not in seen:
            seen.add(name)
            waiting.extend(reach.get(name, ()))
    return frozenset(seen.intersection(asked))


def _unbound(users: Iterable[Names], cells: Iterable[Names]) -> set[str]:
    """The names that are used although no cell binds or imports them."""
    bound = _ALWAYS_THERE.union(*(each.binds | each.imports for each in cells))
    return set().union(*(each.uses for each in users)) - bound


def _names_if_any(cell: Cell) -> Names:
    try:
        return names_of(cell)
    except CourseError:
        return Names()


def names_of(cell: Cell) -> Names:
    """The global names that a cell binds and uses, IPython's magics taken into account.

    Raises:
        CourseError: the cell cannot be parsed.
    """
    source = TransformerManager().transform_cell(cell.source)
    try:
        tree = ast.parse(source)
        table = symtable.symtable(source, "cell", "exec")
    except (SyntaxError, ValueError) as error:
        where = f"cell {cell.grade_id!r}" if cell.grade_id else "a cell of the instructor edition"
        raise CourseError(f"{where} is not Python: {error}") from error
    imports = [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    imported = {name.get_name() for name in table.get_symbols() if name.is_imported()}
    defining = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
    return Names(
        binds=frozenset(_bound(table, top=True) - imported),
        imports=frozenset(imported),
        uses=frozenset(_used(table, _updated(tree))),
        only_defines=all(isinstance(node, defining) or _is_text(node) for node in tree.body),
        import_source="\n".join(ast.unparse(node) for node in imports),
    )


def does_nothing(cell: Cell) -> bool:
    """Whether a code cell holds only comments and text, as a hidden test does when released.

    >>> does_nothing(Cell("code", "# Hidden tests come here."))
    True
    """
    tree = ast.parse(TransformerManager().transform_cell(cell.source))
    return all(_is_text(node) for node in tree.body)


def _is_text(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)


def _bound(table: symtable.SymbolTable, *, top: bool) -> set[str]:
    """Names that running the code binds globally, in functions too where they say `global`."""
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_assigned() or symbol.is_namespace()) and (top or symbol.is_declared_global())
    }
    return found.union(*(_bound(child, top=False) for child in table.get_children()))


def _updated(tree: ast.Module) -> set[str]:
    """The names of ``n += 1``, which symtable counts among those bound but not those used."""
    targets = (node.target for node in ast.walk(tree) if isinstance(node, ast.AugAssign))
    return {target.id for target in targets if isinstance(target, ast.Name)}


def _used(table: symtable.SymbolTable, updated: set[str]) -> set[str]:
    top = table.get_type() == "module"
    found = {
        symbol.get_name()
        for symbol in table.get_symbols()
        if (symbol.is_referenced() or symbol.get_name() in updated) and (top or symbol.is_global())
    }
    return found.union(*(_used(child, updated) for child in table.get_children()))
