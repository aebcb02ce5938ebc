"""What each mistake in one place returns for the arguments of the visible example."""

from __future__ import annotations

import ast
import copy
import json
import re
import types
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.diagnosis.slips import LIKELY, MOST, fingerprint
from tests.mutants.instructor_notebook import read_cells
from tests.slips.mutations import Mutant, Mutations
from tests.slips.words import Words, comments

ENGINE = ("kinds.py", "mutations.py", "words.py", "tables.py")
REFERENCES = Path(__file__).parent / "references"
Nearest = tuple[int, int, int, str]
"""Of a mistake: its cost, how it is preferred among ways to say the same, and what is said."""
Key = tuple[Any, ...]
"""Results as shapes and fingerprints, None for one that is right or cannot be had."""
ASSIGNMENTS = sorted(each.stem for each in REFERENCES.glob("*.py"))


def examples(assignment: str) -> Iterator[Example]:
    """The functions of an assignment that have a reference, and what is told of them."""
    source = (REFERENCES / f"{assignment}.py").read_text(encoding="utf-8")
    functions = [each for each in ast.parse(source).body if isinstance(each, ast.FunctionDef)]
    cells = {cell["id"]: cell["source"] for cell in read_cells(assignment)}
    names = sorted((each[:-8] for each in cells if each.endswith("-example")), key=len)
    for name in reversed(names):  # the longer ones first, as one may begin with another
        ways = [each for each in functions if re.match(rf"{name}(_|$)", each.name)]
        functions = [each for each in functions if each not in ways]
        if ways:
            yield Example(name, source, ways, cells["setup"], cells[f"{name}-example"])


@dataclass(frozen=True)
class Example:
    """A function, the ways to write it, and the cells of its visible example."""

    name: str
    source: str
    ways: list[ast.FunctionDef]
    setup: str
    cell: str

    def digest(self) -> str:
        """Of all that the table depends on."""
        calls = [each for each in ast.walk(ast.parse(self.cell)) if isinstance(each, ast.Call)]
        named = [each for each in calls if ast.unparse(each.func) == self.name]
        texts = [*map(ast.unparse, named[:1]), *map(ast.unparse, self.ways)]
        texts += [*comments(self.source).values()]
        texts += [(Path(__file__).parent / each).read_text(encoding="utf-8") for each in ENGINE]
        return sha256("\n".join(texts).encode()).hexdigest()[:16]

    def table(self) -> dict[str, Any]:
        """What each mistake returns."""
        arguments = first_call(self.setup, self.cell, self.name)
        return {"of": self.digest()} | table(self.source, self.ways, arguments)


def first_call(setup: str, example: str, name: str) -> tuple[Any, ...]:
    """The arguments of the first call in a cell."""

    class Called(Exception):
        pass

    def function(*args: Any) -> None:
        raise Called(*args)

    space: dict[str, Any] = {}
    exec(setup, space)
    space[name] = function
    try:
        exec(example, space)
    except Called as called:
        return called.args
    raise ValueError(f"the example of {name} does not call it")


def table(source: str, ways: list[ast.FunctionDef], arguments: tuple[Any, ...]) -> dict[str, Any]:
    """The mistakes in all the ways of writing a function, by what they return.

    Two that return the same for other arguments as well are one mistake, of which the nearest
    clause is kept. More than `MOST` mistakes for one result are left out.
    """
    found: dict[Key, dict[Key, Nearest]] = {}
    right: tuple[Any, ...] = ()
    for way in ways:
        examples, results = (ast.get_docstring(way) or "").split("->")
        way.body = way.body[1:]
        ordered = [each.arg in examples.split() for each in way.args.args]
        others = [_jiggled(arguments, ordered, seed) for seed in (1, 2)]
        words = Words(
            comments(ast.get_source_segment(source, way) or ""),
            [each.strip() for each in results.split(",")],
        )
        own = _parts(_function(way)(*arguments), len(words.results))
        assert own is not None
        right = right or own
        assert all(map(_close, own, right)), (way.name, right, own)
        for mutant in Mutations(way, words, _values(way, arguments), tuple(examples.split())):
            parts = _run(mutant, arguments, len(right))
            if parts is None:
                continue
            key = tuple(None if _close(a, b) else a for a, b in zip(parts, right, strict=True))
            if any(key) and not _too_vague(key, right, mutant.cost):
                elsewhere = tuple(_run(mutant, each, len(right)) for each in others)
                said = found.setdefault(_known(key, found), {})
                nearest = (mutant.cost, mutant.order, len(mutant.clause), mutant.clause)
                same = _known(elsewhere, said)
                said[same] = min(nearest, said.get(same, nearest))
    return {"right": right, "slips": [*filter(None, map(_entry, found.items()))]}


def _entry(item: tuple[Key, dict[Key, Nearest]]) -> list[Any] | None:
    """The clauses of the nearest mistakes, and what they return."""
    key, said = item
    least = min(cost for cost, *_ in said.values())
    nearest = dict.fromkeys(clause for cost, *_, clause in said.values() if cost == least)
    return [least, [*nearest], *key] if len(nearest) <= MOST else None


def _too_vague(key: Key, right: Key, cost: int) -> bool:
    """Whether a result is known by itself, or has many causes.

    The checks know without a table what has the wrong sign, or a factor 1/2 or 2 in an array. A
    result of 0, or of another shape in an uncommon way, may come of anything.
    """
    wrong = [(a, b) for a, b in zip(key, right, strict=True) if a is not None]
    return any(
        a[-1] == 0
        or (cost > LIKELY and a[:-1] != b[:-1])
        or any(
            _close(a, (*b[:-1], factor * b[-1])) for factor in (-1, 0.5, 2)[: 3 if b[:-1] else 1]
        )
        for a, b in wrong
    )


def _jiggled(arguments: tuple[Any, ...], ordered: list[bool], seed: int) -> tuple[Any, ...]:
    """Other arguments of the same kind: more examples, in another order.

    What sums to 1 still does, and whole numbers stay.
    """
    rng = np.random.default_rng(seed)
    found: list[Any] = []
    for each, turns in zip(arguments, ordered, strict=False):
        if turns:
            each = np.concatenate([each[1:], each[:2]])
        if isinstance(each, np.ndarray) and each.dtype.kind == "f":
            new = each * rng.uniform(0.6, 1.4, each.shape) + 0.01 * (each != 0)
            if abs(each.sum() - 1) < 1e-9:
                new = new / new.sum()
            elif each.ndim == 2 and abs(each.sum(axis=1) - 1).max() < 1e-9:
                new = new / new.sum(axis=1, keepdims=True)
            elif np.isin(each, (0, 1)).all():
                new = each
            found.append(new)
        else:
            found.append(each * rng.uniform(0.9, 1.1) if isinstance(each, float) else each)
    return tuple(found)


def _known(key: Key, found: dict[Key, Any]) -> Key:
    """A key that is the same up to rounding, if there is one."""
    return next((other for other in found if _same(key, other)), key)


def _same(a: Any, b: Any) -> bool:
    """Whether two nested tuples of shapes and fingerprints are the same up to rounding."""
    if not (isinstance(a, tuple) and isinstance(b, tuple)) or len(a) != len(b):
        return bool(a == b)
    if a and isinstance(a[-1], float):
        return isinstance(b[-1], float) and _close(a, b)
    return all(map(_same, a, b))


def _close(a: Any, b: Any) -> bool:
    return a[:-1] == b[:-1] and abs(a[-1] - b[-1]) <= 1e-9 * max(1e-3, abs(a[-1]))


def _run(mutant: Mutant, arguments: tuple[Any, ...], count: int) -> tuple[Any, ...] | None:
    try:
        result = _function(mutant.tree)(*arguments)
    except Exception:  # a mistake that stops is told by Python
        return None
    return _parts(result, count)


def _parts(result: Any, count: int) -> tuple[Any, ...] | None:
    """Shape and fingerprint of each result, unless one of them is no finite number."""
    parts = result if count > 1 else (result,)
    try:
        arrays = [np.asarray(each, dtype=np.float64) for each in parts]
    except (TypeError, ValueError):
        return None
    if not all(np.isfinite(each).all() for each in arrays):
        return None
    return tuple((*each.shape, float(f"{fingerprint(each):.12g}")) for each in arrays)


def _function(tree: ast.FunctionDef) -> Callable[..., Any]:
    module = ast.fix_missing_locations(ast.Module([tree], []))
    space: dict[str, Any] = {"np": np}
    exec(compile(module, "reference", "exec"), space)
    function = space[tree.name]
    assert isinstance(function, types.FunctionType)

    def called(*arguments: Any) -> Any:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return function(*[np.array(a) if isinstance(a, np.ndarray) else a for a in arguments])

    return called


def _values(way: ast.FunctionDef, arguments: tuple[Any, ...]) -> dict[str, Any]:
    """What the variables hold at the end."""
    tree = copy.deepcopy(way)
    tree.body[-1] = ast.parse("def f():\n    return locals()").body[0].body[0]  # type: ignore[attr-defined]
    values = _function(tree)(*arguments)
    assert isinstance(values, dict)
    return values


def as_text(table: dict[str, Any]) -> str:
    """A table as JSON, a mistake to a line."""
    lines = ",\n".join(json.dumps(each) for each in table["slips"])
    head = f'"of": "{table["of"]}", "right": {json.dumps(table["right"])}'
    return f'{{{head}, "slips": [\n{lines}\n]}}\n'
