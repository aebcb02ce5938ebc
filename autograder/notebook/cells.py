"""Notebooks as immutable values: what every later step reads, and nothing else of a file."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

CellType = Literal["code", "markdown", "raw"]

#: nbgrader's default marks of a hidden region; the lines between them never reach a student.
BEGIN_HIDDEN_TESTS = "BEGIN HIDDEN TESTS"
END_HIDDEN_TESTS = "END HIDDEN TESTS"


@dataclass(frozen=True)
class Cell:
    """One cell. ``metadata`` is the cell's whole metadata, nbgrader's under ``"nbgrader"``.

    The properties answer as the functions of the same names in ``nbgrader.utils`` do.
    Outputs are not kept: what a submission says its outputs were proves nothing.
    """

    cell_type: CellType
    source: str
    metadata: Mapping[str, Any] = field(default_factory=dict)
    id: str | None = None
    attachments: Mapping[str, Any] | None = None

    @property
    def nbgrader(self) -> Mapping[str, Any]:
        value = self.metadata.get("nbgrader")
        return value if isinstance(value, Mapping) else {}

    @property
    def grade_id(self) -> str | None:
        value = self.nbgrader.get("grade_id")
        return value if isinstance(value, str) and value else None

    @property
    def is_grade(self) -> bool:
        return bool(self.nbgrader.get("grade", False))

    @property
    def is_solution(self) -> bool:
        return bool(self.nbgrader.get("solution", False))

    @property
    def is_task(self) -> bool:
        return bool(self.nbgrader.get("task", False))

    @property
    def is_locked(self) -> bool:
        if self.is_solution:
            return False
        return self.is_grade or bool(self.nbgrader.get("locked", False))

    @property
    def is_test(self) -> bool:
        """An autograded test: code that earns points and is not itself an answer."""
        return self.cell_type == "code" and self.is_grade and not self.is_solution

    @property
    def is_manual(self) -> bool:
        """Earns points, but only a person can say how many."""
        return (self.is_grade and not self.is_test) or self.is_task

    @property
    def points(self) -> float:
        return float(self.nbgrader.get("points", 0.0))

    @property
    def tags(self) -> tuple[str, ...]:
        value = self.metadata.get("tags", ())
        return (
            tuple(tag for tag in value if isinstance(tag, str)) if isinstance(value, list) else ()
        )

    def checksum(self) -> str:
        """nbgrader's checksum of a cell (``nbgrader.utils.compute_checksum``), an MD5 in hex."""
        parts = [self.source, self.cell_type]
        parts += [str(flag) for flag in (self.is_grade, self.is_solution, self.is_locked)]
        parts.append(str(self.grade_id))
        if self.is_grade:
            parts.append(str(self.points))
        return hashlib.md5("".join(parts).encode(), usedforsecurity=False).hexdigest()


@dataclass(frozen=True)
class Notebook:
    """The cells of a notebook in order, with the notebook's own metadata."""

    cells: tuple[Cell, ...]
    metadata: Mapping[str, Any] = field(default_factory=dict)

    def find(self, grade_id: str) -> Cell | None:
        """The first cell of that ``grade_id``, or None."""
        return next((cell for cell in self.cells if cell.grade_id == grade_id), None)

    @property
    def language(self) -> str:
        """The kernel's language, ``"python"`` where the notebook does not say."""
        for key, name in (("kernelspec", "language"), ("language_info", "name")):
            value = self.metadata.get(key)
            if isinstance(value, Mapping) and isinstance(value.get(name), str):
                return str(value[name]).lower()
        return "python"

    @property
    def kernel_name(self) -> str:
        value = self.metadata.get("kernelspec")
        name = value.get("name") if isinstance(value, Mapping) else None
        return name if isinstance(name, str) else "python3"
