"""What the instructor's cells use of each other's names, read off their text."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autograder.notebook.names import Names, statements_of
from autograder.notebook.syntax import parse


@dataclass(frozen=True)
class Statement:
    """A statement of the instructor's, with the names that it binds and uses.

    ``only_defines`` says that it defines a function or a class, or imports.
    """

    source: str
    binds: frozenset[str]
    uses: frozenset[str]
    only_defines: bool

    def changes(self) -> Iterator[str]:
        """The names of what it may change in place: ``d`` in ``d[0] = 1``, ``d.sort()``, ``f(d)``.

        >>> sorted(Statement("a.append(f(b))", *[frozenset()] * 2, False).changes())
        ['a']
        """
        for node in ast.walk(parse(self.source)):
            match node:
                case (
                    ast.Subscript(ctx=ast.Store() | ast.Del())
                    | ast.Attribute(ctx=ast.Store() | ast.Del())
                ):
                    yield from _root(node)
                case ast.Call(func=ast.Attribute(value=owner)):
                    yield from _root(owner)
                case ast.Expr(value=ast.Call(func=ast.Name(), args=arguments)):
                    yield from (each.id for each in arguments if isinstance(each, ast.Name))

    def changes_surely(self) -> frozenset[str]:
        """The global names of what it changes in place, as far as its text says so.

        A method changes its object if its name says so, and a function its first argument.

        >>> [each] = statements_in("del d['a'], x[names.index(3)]")
        >>> sorted(each.changes_surely())
        ['d', 'x']
        """
        found: set[str] = set()
        for node in ast.walk(parse(self.source)):
            match node:
                case (
                    ast.Subscript(ctx=ast.Store() | ast.Del())
                    | ast.Attribute(ctx=ast.Store() | ast.Del())
                ):
                    found.update(_root(node))
                case ast.Call():
                    found.update(_changed_by(node))
        return self.uses & found


def _changed_by(call: ast.Call) -> Iterator[str]:
    """The names of what a call changes, if it is known to change anything."""
    if isinstance(call.func, ast.Attribute):
        in_place = any(each.arg == "inplace" for each in call.keywords)
        if in_place or call.func.attr in _CHANGING_METHODS:
            yield from _root(call.func.value)
    match call:
        case ast.Call(func=ast.Attribute(attr=name) | ast.Name(id=name), args=[first, *_]) if (
            name in _CHANGING_FUNCTIONS
        ):
            yield from _root(first)


#: Methods that change their object, of built-in types, NumPy's and pandas'.
_CHANGING_METHODS = frozenset({
    "add", "add_edge", "add_node", "append", "appendleft", "clear", "difference_update", "discard",
    "extend", "extendleft", "fill", "insert", "intersection_update", "itemset", "pop", "popitem",
    "popleft", "put", "remove", "resize", "reverse", "rotate", "setdefault", "setflags", "sort",
    "symmetric_difference_update", "update",
})  # fmt: skip
#: Functions of the standard library and NumPy's that change their first argument.
_CHANGING_FUNCTIONS = frozenset({
    "copyto", "delattr", "fill_diagonal", "heapify", "heappop", "heappush", "heapreplace", "insort",
    "insort_left", "insort_right", "place", "put", "put_along_axis", "putmask", "setattr",
    "shuffle",
})  # fmt: skip


def _root(node: ast.expr) -> Iterator[str]:
    """The name at the beginning of ``name.a[0].b``."""
    while isinstance(node, ast.Subscript | ast.Attribute):
        node = node.value
    if isinstance(node, ast.Name):
        yield node.id


def split(
    cells: Mapping[int, Sequence[Statement]], answers_bind: Iterable[str]
) -> tuple[frozenset[str], Mapping[int, Sequence[Statement]]]:
    """The student names, and what the examiner runs of those of ``cells`` that use an answer.

    A statement that uses a student name, directly or through a helper, needs the student's code;
    what it binds or changes is then the candidate's as well, with what is bound together with that.
    Repeated until nothing more is added. The other statements that bind something are the
    examiner's: what a test compares with is not for an answer to replace.
    """
    statements = dict(enumerate(each for cell in cells.values() for each in cell))
    # What only defines functions can run on both sides: they look their names up later.
    doing = [each for each in statements.values() if not each.only_defines]
    data = {name for each in doing for name in each.binds}
    names = set(answers_bind)
    while True:
        reach = reach_of(statements, frozenset(names), statements)
        needy = [each for each in doing if reached(each.uses, reach, names)]
        more = {name for each in needy for name in (*each.binds, *(data & {*each.changes()}))}
        more.update(name for each in doing if each.binds & (names | more) for name in each.binds)
        if more <= names:
            break
        names |= more
    return frozenset(names), {
        i: [each for each in cell if each.binds - names and each not in needy]
        for i, cell in cells.items()
        if any(each in needy for each in cell)
    }


def reach_of(
    names: Mapping[int, Names | Statement], student_names: frozenset[str], cells: Iterable[int]
) -> Mapping[str, frozenset[str]]:
    """What each helper bound by ``cells`` uses, itself included; student names are no helpers."""
    reach: dict[str, frozenset[str]] = {}
    for i in cells:
        for name in names[i].binds - student_names:
            # Which of the cells that bind a name counts is not known beforehand: all do.
            reach[name] = reach.get(name, frozenset()) | names[i].uses
    return reach


def reached(
    uses: Iterable[str], reach: Mapping[str, frozenset[str]], student_names: Iterable[str]
) -> frozenset[str]:
    """The student names among what is used, directly or through helpers."""
    seen: set[str] = set()  # helpers can use each other
    waiting = set(uses)
    while waiting:
        name = waiting.pop()
        seen.add(name)
        waiting |= reach.get(name, frozenset()) - seen
    return frozenset(seen.intersection(student_names))


def statements_in(source: str) -> Sequence[Statement]:
    """The statements of a cell's text; none if it is not Python."""
    return [
        Statement(text, names.binds | names.imports, names.uses, names.only_defines)
        for text, names in statements_of(source)
    ]


def needed_cells(cells: Mapping[int, Sequence[Statement]], here: int) -> frozenset[int]:
    """The cells before ``here`` that bind what it uses, or what those statements use in turn.

    Of several that bind a name it is the last.
    """
    last = {
        name: (i, each)
        for i in sorted(cells)
        if i < here
        for each in cells[i]
        for name in each.binds
    }
    found: set[int] = set()
    seen: set[str] = set()
    waiting = set(_used_from_before(cells[here]))
    while waiting:
        name = waiting.pop()
        seen.add(name)
        if name in last:
            i, statement = last[name]
            found.add(i)
            waiting |= statement.uses - seen
    return frozenset(found)


def shared_statements(
    setup: Mapping[int, Sequence[Statement]],
    users: Iterable[Sequence[Statement]],
    reach: Mapping[str, frozenset[str]],
    answers_bind: Iterable[str],
) -> Mapping[int, Sequence[Statement]]:
    """The statements of each cell of ``setup`` that bind what another of them binds as well.

    Only names that ``users`` need count, directly or through others. What an answer binds is left
    out: its value is the student's.
    """
    bound = (frozenset[str]().union(*(each.binds for each in setup[i])) for i in setup)
    count = Counter(name for names in bound for name in names)
    needed = frozenset[str]().union(*map(_used_from_before, users))
    shared = reached(needed, reach, [name for name in count if count[name] > 1])
    return {
        i: [
            each
            for each in statements
            if each.binds & shared and each.binds.isdisjoint(answers_bind)
        ]
        for i, statements in setup.items()
    }


def linked_tests(
    tests: Mapping[str, Sequence[Statement]],
    student_names: frozenset[str],
    reach: Mapping[str, frozenset[str]],
) -> frozenset[str]:
    """The tests from one that makes something of the student's work to one that uses that.

    Such a thing may be an object that stays in the candidate, and is gone with it.
    """
    order = list(tests)
    linked: set[str] = set()
    maker: dict[str, int] = {}  # the test that made what a name holds
    for number, statements in enumerate(tests.values()):
        for name in _used_from_before(statements) & maker.keys():
            linked.update(order[maker[name] + 1 : number + 1])
        for each in statements:
            uses = () if each.only_defines else reached(each.uses, reach, student_names)
            if uses or each.uses & maker.keys():
                maker |= dict.fromkeys(each.binds - student_names, number)
            else:
                maker = {name: at for name, at in maker.items() if name not in each.binds}
    return frozenset(linked)


def _used_from_before(statements: Iterable[Statement]) -> frozenset[str]:
    """The names that a cell uses before it binds them itself."""
    used: set[str] = set()
    bound: set[str] = set()
    for each in statements:
        used |= each.uses - each.binds - bound
        bound |= each.binds
    return frozenset(used)
