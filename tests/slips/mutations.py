"""Mistakes in one place of a right function: its syntax tree, changed, and what was done to it."""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from tests.slips.words import Words

COMMON, RARE, ODD = 1, 2, 3
"""How near a mistake lies. Where several explain a result, the nearest of them are told."""


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


def make(template: str, **nodes: ast.expr) -> ast.expr:
    """An expression in which names stand for other expressions.

    Examples
    --------
    >>> ast.unparse(make("L - R", L=ast.Name("a"), R=make("b + c")))
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
        Its lines are assignments of simple expressions, and a return.
    words : Words
        What its variables are called.
    values : mapping
        What each of its variables holds in the example.
    examples : sequence of str
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

    def __iter__(self) -> Iterator[Mutant]:
        known = list(self.parameters)
        for i, statement in enumerate(self.function.body):
            for path in _places(statement):
                node = _at(statement, path)
                for cost, clause, new in self._changes(node, known, path, statement):
                    tree = copy.deepcopy(self.function)
                    _put(tree.body[i], path, new)
                    order = 0 if isinstance(node, ast.BinOp | ast.Call | ast.UnaryOp) else 2
                    if isinstance(getattr(node, "op", None), ast.Mult | ast.Div):
                        order = 1
                    step = len(path) == 1 and any(clause.endswith(each) for _, each, _ in _STEPS)
                    yield Mutant(
                        clause + self._where(statement, path), cost, tree, 1 if step else order
                    )
            known += [
                each.id
                for each in ast.walk(statement)
                if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)
            ]
        yield from self._of_arguments()
        yield from self._of_examples()

    def _where(self, statement: ast.stmt, path: tuple[Any, ...]) -> str:
        """In which quantity the place is, unless it is all of it."""
        if isinstance(statement, ast.Assign) and len(path) > 1:
            return f", in {self.words.of(statement.targets[0])}"
        if isinstance(statement, ast.Return) and len(path) > 2:
            return f", in {self.words.results[path[2]]}"
        return ""

    def _changes(
        self, node: ast.AST, known: list[str], path: tuple[Any, ...], statement: ast.stmt
    ) -> Iterator[Change]:
        match node:
            case ast.BinOp():
                yield from self._binary(node)
            case ast.UnaryOp(op=ast.USub()):
                yield COMMON, f"{self.words.of(node.operand)} has the wrong sign", node.operand
            case ast.Call():
                yield from self._call(node)
            case ast.Compare():
                yield from self._compare(node)
            case ast.Name(ctx=ast.Load()) if node.id in self.values:
                if isinstance(statement, ast.Return):
                    yield from self._others(node, known)
                else:
                    yield from self._name(node, known)
            case ast.Constant() if type(node.value) is int and _is_index(statement, path):
                for step, what in ((1, "too large"), (-1, "too small")):
                    yield RARE, f"a bound is {what} by 1", ast.Constant(node.value + step)
        if len(path) == 1 and isinstance(statement, ast.Assign) and isinstance(node, ast.expr):
            yield from self._of_all(node, statement)

    def _of_all(self, node: ast.expr, statement: ast.Assign) -> Iterator[Change]:
        """A step too many at the end of a line; of a result's, the checks know by themselves."""
        target = ast.unparse(statement.targets[0])
        if target in ast.unparse(self.function.body[-1]) or _is_count(self.values[target]):
            return
        for cost, what, new in _STEPS:
            yield cost, f"{self.words.name(target)} {what}", make(new, L=node)

    def _binary(self, node: ast.BinOp) -> Iterator[Change]:
        left, right = self.words.of(node.left), self.words.of(node.right)
        both = {"L": node.left, "R": node.right}

        def change(cost: int, clause: str, template: str) -> Change:
            return cost, clause, make(template, **both)

        match node.op:
            case ast.Add():
                yield change(COMMON, f"{right} has the wrong sign", "L - R")
                yield change(COMMON, f"{right} is left out", "L")
                yield change(COMMON, f"{left} is left out", "R")
                yield change(COMMON, f"{left} has the wrong sign", "R - L")
                yield change(RARE, f"{left} and {right} are multiplied, not added", "L * R")
                yield from self._sizes(node)
            case ast.Sub():
                yield change(COMMON, f"{right} has the wrong sign", "L + R")
                yield change(
                    COMMON, f"{left} and {right} are subtracted the other way round", "R - L"
                )
                yield change(COMMON, f"{right} is not subtracted", "L")
                yield change(RARE, f"{left} is left out", "-R")
                yield change(RARE, f"{left} is left out, and {right} has the wrong sign", "R")
                yield change(
                    RARE,
                    f"the absolute value of the difference is taken, of {left} and {right}",
                    "abs(L - R)",
                )
                yield change(
                    RARE,
                    f"absolute values are taken before {right} is subtracted",
                    "abs(L) - abs(R)",
                )
                yield change(
                    RARE, f"{left} is divided by {right}, and it should be subtracted", "L / R"
                )
                yield change(
                    RARE,
                    f"{left} and {right} are multiplied, and one should be subtracted",
                    "L * R",
                )
                yield from self._sizes(node)
            case ast.Mult():
                yield change(COMMON, f"{left} is divided by {right}, not multiplied by it", "L / R")
                yield change(COMMON, f"the factor {right} is left out", "L")
                yield change(COMMON, f"the factor {left} is left out", "R")
                yield change(RARE, f"{left} and {right} are added, not multiplied", "L + R")
                yield change(ODD, f"{right} is subtracted from {left}, not multiplied", "L - R")
            case ast.Div():
                yield change(COMMON, f"{left} is multiplied by {right}, not divided by it", "L * R")
                yield change(COMMON, f"{left} is not divided by {right}", "L")
                yield change(RARE, f"the quotient is upside down, {right} through {left}", "R / L")
                yield change(RARE, f"{left} is divided by {right} twice", "L / R / R")
                yield change(
                    RARE, f"the quotient is rounded down: // stands for /, below {left}", "L // R"
                )
                yield change(
                    RARE,
                    f"{right} is subtracted from {left}, which should be divided by it",
                    "L - R",
                )
                yield change(ODD, f"{left} is replaced by 1, above {right}", "1 / R")
                yield change(
                    RARE, f"{left} is divided by its maximum, not by {right}", "L / np.max(L)"
                )
                yield change(RARE, f"{left} is divided by its sum, not by {right}", "L / np.sum(L)")
            case ast.Pow():
                yield change(COMMON, f"{left} is not squared", "L")
                yield change(COMMON, f"{left} is made absolute, not squared", "abs(L)")
                yield change(RARE, f"{left} is doubled, not squared", "2 * L")
                yield change(RARE, f"{left} has the power 3, not 2", "L**3")
                yield change(RARE, f"{left} has the power 3, not 2, and no sign", "abs(L)**3")
                yield change(ODD, f"{left} has the power 4, not 2", "L**4")
                yield change(ODD, f"{left} has the root taken, not the square", "np.sqrt(abs(L))")
            case ast.MatMult():
                yield change(RARE, f"{left} and {right} are multiplied entry by entry", "L * R")
                yield change(
                    RARE, f"{left} is transposed where it should not be, or the reverse", "L.T @ R"
                )
                yield change(RARE, f"{left} and {right} come in the other order", "R @ L")
                yield change(
                    RARE,
                    f"the entries of {right} are added up, and {left} is left out",
                    "np.sum(R)",
                )

    def _sizes(self, node: ast.BinOp) -> Iterator[Change]:
        """One of two terms counts more, or less, than it should."""
        for side, other in (("R", "L"), ("L", "R")):
            term, rest = (node.right, node.left) if side == "R" else (node.left, node.right)
            if isinstance(term, ast.Constant):
                continue
            name = self.words.of(term)
            for cost, what, wrong in (
                (COMMON, "counts twice, or lacks a factor 1/2", "2 * T"),
                (COMMON, "counts half, or has a factor 1/2 too many", "T / 2"),
                *(
                    (RARE, f"is divided by {self.words.name(c)}", f"T / {c}")
                    for c in self._counts()
                ),
                *(
                    (
                        RARE,
                        f"is multiplied by {self.words.name(c)}, or not divided by it",
                        f"T * {c}",
                    )
                    for c in self._counts()
                ),
            ):
                op = "-" if isinstance(node.op, ast.Sub) else "+"
                filled = wrong.replace("T", "(T)")
                pair = f"L {op} {filled}" if side == "R" else f"{filled} {op} R"
                yield cost, f"{name} {what}", make(pair, T=term, **{other: rest})

    def _counts(self) -> list[str]:
        return [name for name, value in self.values.items() if _is_count(value)]

    def _call(self, node: ast.Call) -> Iterator[Change]:
        name = ast.unparse(node.func)
        if not node.args:
            return
        inner, arg = node.args[0], self.words.of(node.args[0])
        keywords = {each.arg: ast.unparse(each.value) for each in node.keywords}
        for cost, clause, new in _CALLS.get(name, ()):
            options = "".join(f", {key}={value}" for key, value in keywords.items())
            template = new.replace("...", options)
            yield cost, clause.format(arg), make(template, A=inner)
        if name in ("np.sum", "np.mean", "np.max"):
            yield from self._along(node, name, arg)
        if name == "np.where":
            test, yes, no = node.args
            yield (
                COMMON,
                f"the two cases are exchanged: {self.words.of(yes)}, and {self.words.of(no)}",
                make("np.where(C, N, Y)", C=test, Y=yes, N=no),
            )
            yield RARE, f"{self.words.of(yes)} stands everywhere", make("Y + 0 * N", Y=yes, N=no)
            yield RARE, f"{self.words.of(no)} stands everywhere", make("N + 0 * Y", Y=yes, N=no)

    def _along(self, node: ast.Call, name: str, arg: str) -> Iterator[Change]:
        """Sums along another axis, or of fewer summands."""
        what = {"np.sum": "sum", "np.mean": "mean", "np.max": "maximum"}[name]
        axis = next((ast.unparse(k.value) for k in node.keywords if k.arg == "axis"), "None")
        rank = np.ndim(self._value(node.args[0]))
        keep = any(k.arg == "keepdims" for k in node.keywords)
        along = {"None": "over the whole table", "0": "down each column", "1": "along each row"}
        for other in ("None", "0", "1") if rank == 2 else ():
            for kept in {keep, False}:
                if (other, kept) != (axis, keep):
                    text = f"the {what} of {arg} goes {along[other]}, not {along[axis]}"
                    if other == axis:
                        text = f"the {what} of {arg} loses its axis: keepdims=True keeps it"
                    yield (
                        COMMON,
                        text,
                        make(f"{name}(A, axis={other}, keepdims={kept})", A=node.args[0]),
                    )
        if rank == 1 and name != "np.max":
            for cost, part, text in _PARTS:
                whole = {"np.sum": "1", "np.mean": f"(len(A[{part}]) / len(A))"}[name]
                yield cost, text.format(arg), make(f"{name}(A[{part}]) * {whole}", A=node.args[0])

    def _value(self, node: ast.expr) -> Any:
        code = compile(ast.fix_missing_locations(ast.Expression(copy.deepcopy(node))), "", "eval")
        with np.errstate(all="ignore"):
            return eval(code, {"np": np}, dict(self.values))

    def _compare(self, node: ast.Compare) -> Iterator[Change]:
        left, right = self.words.of(node.left), self.words.of(node.comparators[0])
        for op, text in (
            ("<", "is below"),
            ("<=", "is at most"),
            (">", "is above"),
            (">=", "is at least"),
            ("==", "equals"),
        ):
            new = make(f"L {op} R", L=node.left, R=node.comparators[0])
            if ast.dump(new) != ast.dump(node):
                yield COMMON, f"it is asked where {left} {text} {right}", new

    def _name(self, node: ast.Name, known: list[str]) -> Iterator[Change]:
        value, name = self.values[node.id], self.words.name(node.id)
        if callable(value):
            return
        if _is_count(value):
            for wrong, text in (
                ("A - 1", f"{name} - 1"),
                ("A + 1", f"{name} + 1"),
                ("2 * A", f"2 times {name}"),
                ("A**2", f"the square of {name}"),
            ):
                yield COMMON, f"{text} stands for {name}", make(wrong, A=node)
        yield from self._others(node, known)
        if not _is_count(value) and np.asarray(value).dtype.kind == "f":
            for cost, text, new in _FUNCTIONS:
                yield cost, f"{name} {text}", make(new, L=node)
            for count in self._counts():
                number = self.words.name(count)
                yield ODD, f"{name} is multiplied by {number}", make(f"L * {count}", L=node)
                yield ODD, f"{name} is divided by {number}", make(f"L / {count}", L=node)
        elif not _is_count(value) and np.asarray(value).dtype.kind == "i":
            for cost, text, new in _WHOLE:
                yield cost, f"{name} {text}", make(new, L=node)

    def _others(self, node: ast.Name, known: list[str]) -> Iterator[Change]:
        """Another quantity of the same shape in its place."""
        value, name = self.values[node.id], self.words.name(node.id)
        for other in known:
            same = np.shape(self.values[other]) == np.shape(value)
            if other != node.id and same and not callable(self.values[other]):
                if _is_count(value) and _is_count(self.values[other]):
                    cost = COMMON
                elif _is_count(value) or _is_count(self.values[other]):
                    continue
                else:
                    cost = RARE
                yield (
                    cost,
                    f"{self.words.name(other)} stands where {name} belongs",
                    ast.Name(other, ast.Load()),
                )

    def _of_arguments(self) -> Iterator[Mutant]:
        """An argument taken for something else, wherever it is used."""
        for name in self.parameters:
            if np.asarray(self.values[name]).dtype.kind == "f":
                for cost, text, new in _FUNCTIONS:
                    near = COMMON if text in _NEAR else cost
                    yield self._entering(
                        f"{name} = {new.replace('L', name)}", near, f"{name} {text}, everywhere"
                    )
        for i, name in enumerate(self.parameters):
            for other in self.parameters[i + 1 :]:
                if np.shape(self.values[name]) == np.shape(self.values[other]):
                    yield self._entering(
                        f"{name}, {other} = {other}, {name}",
                        COMMON,
                        f"{name} and {other} are exchanged, everywhere",
                    )

    def _of_examples(self) -> Iterator[Mutant]:
        """Some of the examples alone; the number by which a mean is divided may stay."""
        if not self.examples:
            return
        for cost, part, text in _SOME:
            some = "; ".join(f"{each} = {each}[{part}]" for each in self.examples)
            yield self._entering(some, cost, text)
            if "n" in self.values:
                mutant = self._entering(some, cost, text)
                for statement in mutant.tree.body:
                    if (
                        isinstance(statement, ast.Assign)
                        and ast.unparse(statement.targets[0]) == "n"
                    ):
                        statement.value = ast.Constant(int(self.values["n"]))
                yield mutant

    def _entering(self, lines: str, cost: int, clause: str) -> Mutant:
        tree = copy.deepcopy(self.function)
        tree.body[:0] = ast.parse(lines).body
        return Mutant(clause, cost, tree, 3)


_STEPS = (
    (COMMON, "has the wrong sign", "-(L)"),
    (COMMON, "is half as large", "(L) / 2"),
    (COMMON, "is twice as large", "2 * (L)"),
    (RARE, "is squared", "(L)**2"),
    (RARE, "is made absolute", "abs(L)"),
    (ODD, "has its root taken", "np.sqrt(L)"),
)
_FUNCTIONS = (
    (RARE, "has the wrong sign", "-L"),
    (RARE, "is squared", "L**2"),
    (RARE, "has its root taken", "np.sqrt(L)"),
    (RARE, "is made absolute", "abs(L)"),
    (RARE, "counts twice", "2 * L"),
    (RARE, "counts half", "L / 2"),
    (RARE, "is turned into 1 minus it", "1 - L"),
    (ODD, "is turned into one over it", "1 / L"),
    (RARE, "is replaced by 1", "np.ones_like(L)"),
    (RARE, "is replaced by its sign", "np.sign(L)"),
    (ODD, "is cubed", "L**3"),
    (ODD, "has its logarithm taken", "np.log(L)"),
    (ODD, "has exp taken", "np.exp(L)"),
    (ODD, "is replaced by its mean", "np.mean(L)"),
    (ODD, "is replaced by its sum", "np.sum(L)"),
    (ODD, "is replaced by its maximum", "np.max(L)"),
    (ODD, "is rounded to whole numbers", "np.trunc(L)"),
    (ODD, "is rounded to whole numbers", "np.round(L)"),
    (ODD, "comes in reversed order", "L[::-1]"),
    (ODD, "is divided by its sum", "L / np.sum(L)"),
    (ODD, "is divided by its maximum", "L / np.max(L)"),
)
_NEAR = ("has the wrong sign", "is squared", "has its root taken")
_WHOLE = (
    (RARE, "is counted from 1", "L - 1"),
    (RARE, "is one too large", "L + 1"),
    (ODD, "comes in reversed order", "L[::-1]"),
)
_CALLS: Mapping[str, tuple[tuple[int, str, str], ...]] = {
    "np.log": (
        (COMMON, "the logarithm of {0} is not taken", "A"),
        (COMMON, "the logarithm of {0} is to base 2, not the natural one", "np.log2(A)"),
        (COMMON, "the logarithm of {0} is to base 10, not the natural one", "np.log10(A)"),
        (RARE, "log1p is taken of {0}, which adds 1", "np.log1p(A)"),
        (RARE, "the logarithm of 1 minus it is taken, of {0}", "np.log(1 - A)"),
        (RARE, "the root of {0} is taken, not the logarithm", "np.sqrt(A)"),
        (ODD, "exp of {0} is taken, not the logarithm", "np.exp(A)"),
    ),
    "np.exp": (
        (COMMON, "exp of {0} is not taken", "A"),
        (COMMON, "exp is taken of minus {0}", "np.exp(-(A))"),
        (RARE, "expm1 is taken of {0}, which subtracts 1", "np.expm1(A)"),
        (ODD, "2 to the power of {0} is taken, not exp", "np.exp2(A)"),
        (ODD, "10 to the power of {0} is taken, not exp", "10.0 ** (A)"),
    ),
    "np.sum": (
        (COMMON, "the mean is taken of {0}, not the sum", "np.mean(A...)"),
        (COMMON, "{0} is not summed", "A"),
        (RARE, "the maximum is taken of {0}, not the sum", "np.max(A...)"),
        (RARE, "absolute values are added up, of {0}", "np.sum(abs(A)...)"),
        (RARE, "squares are added up, of {0}", "np.sum((A)**2...)"),
        (ODD, "{0} is multiplied together, not added up", "np.prod(A...)"),
        (ODD, "{0} is added up and the root taken", "np.sqrt(np.sum(A...))"),
        (ODD, "the sum of {0} is squared", "np.sum(A...)**2"),
    ),
    "np.mean": (
        (COMMON, "the sum is taken of {0}, not the mean", "np.sum(A...)"),
        (COMMON, "the mean of {0} is divided by n - 1", "np.sum(A) / (len(A) - 1)"),
        (COMMON, "the mean of {0} is divided by n + 1", "np.sum(A) / (len(A) + 1)"),
        (RARE, "the mean of {0} is divided by n - 2", "np.sum(A) / (len(A) - 2)"),
        (COMMON, "{0} is not averaged", "A"),
        (RARE, "the median is taken of {0}, not the mean", "np.median(A...)"),
        (RARE, "the maximum is taken of {0}, not the mean", "np.max(A...)"),
        (RARE, "the mean of {0} is divided by n twice", "np.mean(A) / len(A)"),
        (RARE, "absolute values are averaged, of {0}", "np.mean(abs(A)...)"),
        (ODD, "the mean of {0} is squared", "np.mean(A...)**2"),
    ),
    "np.max": (
        (COMMON, "the minimum is taken of {0}, not the maximum", "np.min(A...)"),
        (COMMON, "the mean is taken of {0}, not the maximum", "np.mean(A...)"),
        (RARE, "the sum is taken of {0}, not the maximum", "np.sum(A...)"),
        (RARE, "absolute values are compared for the maximum of {0}", "np.max(abs(A)...)"),
    ),
    "np.sqrt": (
        (COMMON, "the root of {0} is not taken", "A"),
        (RARE, "{0} is squared, and the root should be taken", "(A)**2"),
    ),
    "np.abs": (
        (COMMON, "{0} keeps its sign: the absolute value is not taken", "A"),
        (RARE, "{0} is squared, not made absolute", "(A)**2"),
        (RARE, "minus the absolute value is taken of {0}", "-np.abs(A)"),
    ),
    "np.sign": (
        (COMMON, "{0} itself stands where its sign belongs", "A"),
        (COMMON, "1 stands where the sign of {0} belongs", "np.ones_like(A)"),
        (COMMON, "the sign of {0} is turned round", "-np.sign(A)"),
        (RARE, "the absolute value of {0} stands where its sign belongs", "abs(A)"),
        (RARE, "0 stands where {0} is negative", "1.0 * (A > 0)"),
        (RARE, "half the sign of {0} is taken", "np.sign(A) / 2"),
    ),
    "np.tanh": (),
    "np.floor": (
        (COMMON, "{0} is rounded up, not down", "np.ceil(A)"),
        (COMMON, "{0} is rounded to the nearest, not down", "np.round(A)"),
    ),
    "np.maximum": (),
    "np.sort": (
        (COMMON, "{0} is not sorted", "A"),
        (COMMON, "{0} is sorted downwards", "np.sort(A)[::-1]"),
    ),
}
_PARTS = (
    (RARE, "1:", "the first of the summands is left out, of {0}"),
    (RARE, ":-1", "the last of the summands is left out, of {0}"),
    (RARE, ":1", "the first of the summands stands alone, of {0}"),
    (RARE, "-1:", "the last of the summands stands alone, of {0}"),
    (ODD, "::2", "every second of the summands is left out, of {0}"),
)
_SOME = (
    (COMMON, "1:", "the first is left out: does a loop, or a slice, start too late?"),
    (COMMON, ":-1", "the last is left out: does a loop, or a slice, end too early?"),
    (COMMON, ":1", "the first alone counts: is the `return` inside the loop?"),
    (
        COMMON,
        "-1:",
        "the last alone counts: is there = where += belongs, or a fresh start in a loop?",
    ),
    (RARE, "::2", "every second is left out"),
    (RARE, "1::2", "every second is left out, the first too"),
    (RARE, "1:-1", "the first and the last are left out"),
)


def _is_count(value: Any) -> bool:
    return type(value) is int


def _is_index(statement: ast.stmt, path: tuple[Any, ...]) -> bool:
    """Whether a constant stands in a slice or an index."""
    return "slice" in path


def _places(statement: ast.stmt) -> Iterator[tuple[Any, ...]]:
    """Where the expressions of a line are: a field and a position, again and again."""

    def below(node: ast.AST, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
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


def _at(node: Any, path: tuple[Any, ...]) -> Any:
    for step in path:
        node = node[step] if isinstance(step, int) else getattr(node, step)
    return node


def _put(node: Any, path: tuple[Any, ...], new: ast.expr) -> None:
    holder, last = _at(node, path[:-1]), path[-1]
    if isinstance(last, int):
        holder[last] = new
    else:
        setattr(holder, last, new)
