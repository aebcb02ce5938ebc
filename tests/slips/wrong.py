"""Whole functions that are wrong in ways that students know, and what they return in the example.

What is no mistake in one place of a reference is written down in `references/wrong/ASSIGNMENT.py`:
`FUNCTION__anything`, with a docstring that continues "is what comes out if".
"""

from __future__ import annotations

import json
import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import numpy as np

from course_lib.diagnosis.slips import fingerprint
from tests.mutants.instructor_notebook import read_cells
from tests.slips.tables import REFERENCES, first_call

FOLDER = REFERENCES / "wrong"
ASSIGNMENTS = sorted(each.stem for each in FOLDER.glob("*.py"))


@dataclass(frozen=True)
class Written:
    """The wrong functions for one function, and the cells of its visible example."""

    name: str
    source: str
    wrong: list[Callable[..., Any]]
    setup: str
    solution: str
    cell: str

    def digest(self) -> str:
        """Of all that the table depends on."""
        texts = [self.source, self.solution, self.cell.partition("mistakes=")[0]]
        return sha256("\n".join(texts).encode()).hexdigest()[:16]

    def table(self) -> str:
        """What each of them returns for the arguments of the visible example, as JSON."""
        arguments = first_call(self.setup, self.cell, self.name)
        space: dict[str, Any] = {}
        exec(self.setup + "\n" + self.solution, space)
        with np.errstate(all="ignore"), warnings.catch_warnings(action="ignore"):
            results = [each(*_copied(arguments)) for each in self.wrong]
        # Several numbers that are one answer, such as a column and a threshold, are one array.
        several = isinstance(results[0], tuple)
        keys, lines = [*_keys(space[self.name](*_copied(arguments)), several)], []
        for function, result in zip(self.wrong, results, strict=True):
            wrong = [*_keys(result, several)]
            differs = [None if a == b else a for a, b in zip(wrong, keys, strict=True)]
            assert any(differs), f"{function.__name__} is right in the example"
            lines.append(json.dumps([function.__doc__, *differs]))
        head = f'"of": "{self.digest()}", "right": {json.dumps(keys)}'
        return f'{{{head}, "slips": [\n' + ",\n".join(lines) + "\n]}\n"


def written(assignment: str) -> Iterator[Written]:
    """The functions of an assignment for which wrong ones are written down."""
    source = (FOLDER / f"{assignment}.py").read_text(encoding="utf-8")
    space: dict[str, Any] = {}
    exec(compile(source, assignment, "exec"), space)
    cells = {cell["id"]: cell["source"] for cell in read_cells(assignment)}
    for name in dict.fromkeys(each.partition("__")[0] for each in space if each[0] != "_"):
        wrong = [each for key, each in space.items() if key.startswith(f"{name}__")]
        if wrong:
            example = cells[f"{name}-example"]
            yield Written(name, source, wrong, cells["setup"], cells[name], example)


def _copied(arguments: tuple[Any, ...]) -> list[Any]:
    return [each.copy() if isinstance(each, np.ndarray) else each for each in arguments]


def _keys(result: Any, several: bool) -> Iterator[list[Any]]:
    """Shape and fingerprint of each result."""
    for part in result if several else (result,):
        array = np.asarray(part, dtype=np.float64)
        yield [*array.shape, float(f"{fingerprint(array):.12g}")]
