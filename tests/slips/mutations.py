"""Mistakes in one place of a right function: its syntax tree, changed, and what was done to it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.slips import kinds
from tests.slips.kinds import COMMON, ODD, RARE, Kinds
from tests.slips.words import Words


@dataclass(frozen=True)
class Mutant:
    """A wrong function, and the end of a sentence that begins with "is what comes out if".

    Of several that are the same mistake, one of the lowest `order` says it.
    """

    clause: str
    cost: int
    tree: ast.FunctionDef
    order: int = 0


Change = tuple[int, str, ast.expr]
Path = tuple[Any, ...]


def make(template: str, **nodes: ast.expr) -> ast.expr:
    """An expression in which names stand for other expressions.

    Examples
    --------
    >>> ast.unparse(make("L - R", L=make("a"), R=make("b + c")))
    'a - (b + c)'
    """

    class Fill(ast.NodeTransformer):
        def visit_Name(self, node: ast.Name) -> ast.expr:
            return copy.deepcopy(nodes.get(node.id, node))

    filled = Fill().visit(ast.parse(template, mode="eval").body)
    assert isinstance(filled, ast.expr)
    return filled


class Mutations:
    """All mistakes in one place of a function.

    Parameters
    ----------
    function : ast.FunctionDef
        Its lines are assignments of simple expressions, loops of such, and a return.
    words : Words
        What its variables are called.
    values : mapping
        What each of its variables holds in the example.
    examples : tuple of str
        The parameters that have an entry for each example.
    """

    def __init__(
        self,
        function: ast.FunctionDef,
        words: Words,
        values: Mapping[str, Any],
        examples: tuple[str, ...],
    ) -> None:
        self.function, self.words, self.values, self.examples = function, words, values, examples
        self.parameters = [each.arg for each in function.args.args]
        self.counts = [name for name, value in values.items() if _is_count(value)]

    def __iter__(self) -> Iterator[Mutant]:
        known = list(self.parameters)
        for i, statement in enumerate(self.function.body):
            for path in _places(statement):
                for order, (cost, clause, new) in self._changes(statement, path, known):
                    tree = copy.deepcopy(self.function)
                    _put(tree.body[i], path, new)
                    yield Mutant(clause + self._where(statement, path), cost, tree, order)
            if isinstance(statement, ast.Assign):
                known.append(ast.unparse(statement.targets[0]))
        yield from self._of_arguments()
        yield from self._of_examples()
        yield from self._of_results()

    def _where(self, statement: ast.stmt, path: Path) -> str:
        """In which quantity the place is, unless it is all of it."""
        if isinstance(statement, ast.Assign) and len(path) > 1:
            return f", in {self.words.of(statement.targets[0])}"
        return ""

    def _changes(
        self, statement: ast.stmt, path: Path, known: list[str]
    ) -> Iterator[tuple[int, Change]]:
        """What may stand in a place, with the order by which it is preferred to say so."""
        node = _at(statement, path)
        changes: Iterator[Change] = iter(())
        order = 0
        match node:
            case ast.BinOp():
                order = 1 if isinstance(node.op, ast.Mult | ast.Div) else 0
                changes = self._binary(node)
                yield from ((0, each) for each in self._brackets(node))
            case ast.UnaryOp(op=ast.USub()):
                changes = iter(
                    [(COMMON, f"{self.words.of(node.operand)} has the wrong sign", node.operand)]
                )
            case ast.Call() if node.args:
                changes = self._call(node)
            case ast.Compare():
                changes = self._compare(node)
            case ast.Name(ctx=ast.Load()) if not callable(self.values.get(node.id, callable)):
                order = 2
                changes = self._other(node, known)
                if not isinstance(statement, ast.Return):
                    changes = iter([*changes, *self._quantity(node)])
        yield from ((order, each) for each in changes)
        if isinstance(statement, ast.Assign) and len(path) == 1:
            yield from ((1, each) for each in self._of_all(node, statement))

    def _of_all(self, node: ast.expr, statement: ast.Assign) -> Iterator[Change]:
        """A step too many at the end of a line; of a result's, the checks know by themselves."""
        target = ast.unparse(statement.targets[0])
        if target not in ast.unparse(self.function.body[-1]) and target not in self.counts:
            made = self._made(kinds.STEPS, {"L": node}, {"L": self.words.name(target)})
            # Who writes zeros and ones does not halve them.
            flags = np.isin(self.values[target], (0, 1)).all()
            yield from ((ODD if flags else cost, text, new) for cost, text, new in made)

    def _made(
        self, table: Kinds, nodes: Mapping[str, ast.expr], names: Mapping[str, str] | None = None
    ) -> Iterator[Change]:
        names = names or {letter: self.words.of(node) for letter, node in nodes.items()}
        for cost, text, template in table:
            yield cost, text.format(**names), make(template, **nodes)

    def _binary(self, node: ast.BinOp) -> Iterator[Change]:
        yield from self._made(kinds.OPERATORS[type(node.op)], {"L": node.left, "R": node.right})
        if isinstance(node.op, ast.Add | ast.Sub):
            yield from self._sizes(node)
        if isinstance(node.op, ast.Div) and np.ndim(self._value(node.left)):
            yield from self._made(kinds.SCALED, {"L": node.left, "R": node.right})
        if isinstance(node.op, ast.Pow) and isinstance(node.left, ast.BinOp):
            sides = {"L": node.left.left, "R": node.left.right}
            if isinstance(node.left.op, ast.Sub):
                yield from self._made(kinds.SQUARED_DIFFERENCE, sides)

    def _brackets(self, node: ast.BinOp) -> Iterator[Change]:
        """Brackets left out, which is nearer than what else makes the same of it."""
        if isinstance(node.right, ast.BinOp):
            outer = {"A": node.left, "B": node.right.left, "C": node.right.right}
            table = kinds.BRACKETS.get((type(node.op), type(node.right.op)), ())
            yield from self._made(table, outer)
        if isinstance(node.op, ast.Div) and isinstance(node.left, ast.BinOp):
            outer = {"A": node.left.left, "B": node.left.right, "C": node.right}
            yield from self._made(kinds.BRACKETS_BEFORE.get(type(node.left.op), ()), outer)

    def _sizes(self, node: ast.BinOp) -> Iterator[Change]:
        """One of two terms counts more, or less, than it should."""
        sign = "-" if isinstance(node.op, ast.Sub) else "+"
        by_count = (
            each
            for count in self.counts
            for each in (
                (RARE, f"{{L}} is divided by {self.words.name(count)}", f"L / {count}"),
                (
                    RARE,
                    f"{{L}} is multiplied by {self.words.name(count)}, or not divided by it",
                    f"L * {count}",
                ),
            )
        )
        for cost, text, wrong in (*kinds.SIZES, *by_count):
            for term, form in (
                (node.right, f"K {sign} T"),
                (node.left, f"T {sign} K"),
            ):
                kept = node.left if term is node.right else node.right
                if not isinstance(term, ast.Constant):
                    new = make(form, T=make(wrong, L=term), K=kept)
                    yield cost, text.format(L=self.words.of(term)), new

    def _call(self, node: ast.Call) -> Iterator[Change]:
        name = ast.unparse(node.func)
        options = "".join(f", {each.arg}={ast.unparse(each.value)}" for each in node.keywords)
        known = kinds.CALLS.get(name, ())
        table = tuple((cost, text, new.replace("...", options)) for cost, text, new in known)
        yield from self._made(table, {"A": node.args[0]})
        if name in ("np.sum", "np.mean", "np.max"):
            yield from self._along(node, name)
        if name == "np.where":
            test, yes, no = node.args
            first, second = self.words.of(yes), self.words.of(no)
            exchanged = make("np.where(C, N, Y)", C=test, Y=yes, N=no)
            yield COMMON, f"the two cases are exchanged: {first}, and {second}", exchanged
            yield RARE, f"{first} stands everywhere", make("Y + 0 * N", Y=yes, N=no)
            yield RARE, f"{second} stands everywhere", make("N + 0 * Y", Y=yes, N=no)

    def _along(self, node: ast.Call, name: str) -> Iterator[Change]:
        """Sums along another axis, or of fewer summands."""
        what = {"np.sum": "sum", "np.mean": "mean", "np.max": "maximum"}[name]
        inner, arg = node.args[0], self.words.of(node.args[0])
        options = {each.arg: ast.unparse(each.value) for each in node.keywords}
        axis, keep = options.get("axis", "None"), options.get("keepdims", "False")
        rank = np.ndim(self._value(inner))
        along = {"None": "over the whole table", "0": "down each column", "1": "along each row"}
        for other in along if rank == 2 else ():
            for kept in dict.fromkeys((keep, "False")):
                if (other, kept) != (axis, keep):
                    text = f"the {what} of {arg} goes {along[other]}, not {along[axis]}"
                    if other == axis:
                        text = f"the {what} of {arg} loses its axis: keepdims=True keeps it"
                    yield COMMON, text, make(f"{name}(A, axis={other}, keepdims={kept})", A=inner)
        if name == "np.sum":
            across = {"None": "", "0": "", "1": ":, "}[axis]
            rest = "".join(f", {key}={value}" for key, value in options.items())
            for cost, text, part in kinds.SUMMANDS:
                yield cost, text.format(A=arg), make(f"np.sum((A)[{across}{part}]{rest})", A=inner)

    def _value(self, node: ast.expr) -> Any:
        code = compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(node))), "", "eval")
        with np.errstate(all="ignore"):
            return eval(code, {"np": np}, dict(self.values))

    def _compare(self, node: ast.Compare) -> Iterator[Change]:
        left, right = node.left, node.comparators[0]
        for op, text in kinds.COMPARED:
            new = make(f"L {op} R", L=left, R=right)
            if ast.dump(new) != ast.dump(node):
                yield COMMON, f"{self.words.of(left)} {text} {self.words.of(right)}", new

    def _quantity(self, node: ast.Name) -> Iterator[Change]:
        """Something done to a quantity where it is used."""
        value = self.values[node.id]
        if _is_count(value):
            yield from self._made(kinds.COUNTS, {"L": node})
        elif np.asarray(value).dtype.kind == "f":
            yield from self._made(kinds.QUANTITIES, {"L": node})
            for count in self.counts:
                number = self.words.name(count)
                yield from self._made(
                    (
                        (ODD, f"{{L}} is multiplied by {number}", f"L * {count}"),
                        (ODD, f"{{L}} is divided by {number}", f"L / {count}"),
                    ),
                    {"L": node},
                )
        elif np.asarray(value).dtype.kind == "i":
            yield from self._made(kinds.WHOLE, {"L": node})

    def _other(self, node: ast.Name, known: list[str]) -> Iterator[Change]:
        """Another quantity of the same shape in its place, or beside it."""
        value = self.values[node.id]
        for other in known:
            rival = self.values[other]
            alike = np.shape(rival) == np.shape(value) and _is_count(rival) == _is_count(value)
            if other == node.id or not alike or callable(rival):
                continue
            names = {"L": self.words.name(node.id), "R": self.words.name(other)}
            cost = COMMON if _is_count(value) else RARE
            table: Kinds = ((cost, "{R} stands where {L} belongs", "R"),)
            if not _is_count(value):
                table += (
                    (ODD, "{L} is multiplied by {R}", "L * R"),
                    (ODD, "{L} is divided by {R}", "L / R"),
                    (ODD, "{R} is added to {L}", "L + R"),
                )
            yield from self._made(table, {"L": node, "R": ast.Name(other, ast.Load())}, names)

    def _of_arguments(self) -> Iterator[Mutant]:
        """An argument taken for something else, wherever it is used."""
        for name in self.parameters:
            if np.asarray(self.values[name]).dtype.kind == "f":
                for cost, text, new in kinds.QUANTITIES:
                    near = COMMON if new in kinds.EVERYWHERE else cost
                    line = f"{name} = {ast.unparse(make(new, L=make(name)))}"
                    yield self._entering(line, near, f"{text.format(L=name)}, everywhere")
        whole = [name for name in self.parameters if _is_whole(self.values[name])]
        for some in dict.fromkeys([(*whole,), *((each,) for each in whole)]) if whole else ():
            names = " and ".join(some)
            lines = "; ".join(f"{each} = {each} - 1" for each in some)
            yield self._entering(lines, COMMON, f"1 is subtracted from {names}: counts start at 0")
        for i, name in enumerate(self.parameters):
            for other in self.parameters[i + 1 :]:
                if np.shape(self.values[name]) == np.shape(self.values[other]):
                    clause = f"{name} and {other} are exchanged, everywhere"
                    yield self._entering(f"{name}, {other} = {other}, {name}", COMMON, clause)

    def _of_examples(self) -> Iterator[Mutant]:
        """Some of the examples alone; the number by which a mean is divided may stay."""
        for cost, text, part in kinds.EXAMPLES if self.examples else ():
            some = "; ".join(f"{each} = {each}[{part}]" for each in self.examples)
            yield self._entering(some, cost, text)
            if "n" in self.values:
                mutant = self._entering(some, cost, text)
                for statement in mutant.tree.body:
                    if ast.unparse(statement).startswith("n = "):
                        assert isinstance(statement, ast.Assign)
                        statement.value = ast.Constant(int(self.values["n"]))
                yield mutant

    def _of_results(self) -> Iterator[Mutant]:
        """An entry of a result, or of all results, that is not filled."""
        names = [
            each.id
            for each in ast.walk(self.function.body[-1])
            if isinstance(each, ast.Name) and np.ndim(self.values[each.id]) > 0
        ]
        for some in dict.fromkeys([(*names,), *((each,) for each in names)]):
            for cost, text, place in kinds.RESULTS if some else ():
                tree = copy.deepcopy(self.function)
                lines = [f"{each} = 1.0 * {each}; {each}[{place}] = 0" for each in some]
                tree.body[-1:-1] = ast.parse("; ".join(lines)).body
                yield Mutant(text, cost, tree, 3)

    def _entering(self, lines: str, cost: int, clause: str) -> Mutant:
        tree = copy.deepcopy(self.function)
        tree.body[:0] = ast.parse(lines).body
        return Mutant(clause, cost, tree, 3)


def _is_count(value: Any) -> bool:
    return type(value) is int


def _is_whole(value: Any) -> bool:
    """Whether an array holds whole numbers."""
    return isinstance(value, np.ndarray) and value.dtype.kind == "i"


def _places(statement: ast.stmt) -> Iterator[Path]:
    """Where the expressions of a line are: a field and a position, again and again."""

    def below(node: ast.AST, path: Path) -> Iterator[Path]:
        for field, value in ast.iter_fields(node):
            if field in ("targets", "func", "keywords", "ctx", "op"):
                continue
            for step, child in (
                [((field, j), each) for j, each in enumerate(value)]
                if isinstance(value, list)
                else [((field,), value)]
            ):
                if isinstance(child, ast.AST):
                    yield path + step
                    yield from below(child, path + step)

    yield from below(statement, ())


def _at(node: Any, path: Path) -> Any:
    for step in path:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _put(node: Any, path: Path, new: ast.expr) -> None:
    holder, last = _at(node, path[:-1]), path[-1]
    if isinstance(last, int):
        holder[last] = new
    else:
        setattr(holder, last, new)
