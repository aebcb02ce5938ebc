"""Attacks as files: one TOML file in ``inputs/CLASS/NAME.toml`` is one hostile submission.

::

    about = "What it tries."
    assignment = "waves"              # which of assignments/ it is made on; this one by default
    deserved = 7                      # points; or absent, and `unreadable = true`
    manual = ["mean-hidden"]          # the questions that a person has to grade; none by default
    answers = "honest"                # or "blank": the answers that the file does not give
    reaches = "text"                  # must be in what the student's cells printed
    secrets = ["text"]                # must not be in anything that the student gets to see
    active = ["text"]                 # must not be on the student's page: a browser would run it
    edit = "…"                        # Python that changes `notebook`, a dict, before it is sent
    raw = "…"                         # the text of the notebook file, in place of all of this
    generate = "…"                    # or an expression for it

    plant = "…"                       # Python that changes `folder`, where all of it lies

    [answer]                          # in place of the answers to these questions
    mean = "…"

    [own]                             # the student's own cells: before these cells, or at the end
    mean = "…"
    end = "…"

    [files]                           # handed in beside the notebook
    "numpy/__init__.py" = "…"
"""

from __future__ import annotations

import json
import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.attacks.attacked_course import Assignment, assignments, code_cell, notebook

INPUTS = Path(__file__).with_name("inputs")
CLASSES = (
    "forgery",
    "theft",
    "escape",
    "denial",
    "sabotage",
    "damage",
    "injection",
    "protocol",
)


@dataclass(frozen=True)
class Attack:
    """One hostile (or merely broken) submission and the points that it deserves."""

    kind: str
    name: str
    about: str
    assignment: str = "waves"
    deserved: float | None = None
    manual: tuple[str, ...] = ()
    unreadable: bool = False
    answers: str = "honest"
    reaches: str = ""
    secrets: tuple[str, ...] = ()
    active: tuple[str, ...] = ()
    edit: str = ""
    raw: str = ""
    generate: str = ""
    plant: str = ""
    answer: dict[str, str] = field(default_factory=dict)
    own: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def student(self) -> str:
        return f"{self.kind}-{self.name}"

    def hand_in(self, folder: Path) -> None:
        """Write the submission to ``folder``."""
        folder.mkdir(parents=True)
        path = folder / f"{self.assignment}.ipynb"
        text = eval(self.generate) if self.generate else self.raw
        path.write_text(text or json.dumps(self._notebook()))
        for name, text in self.files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
        exec(self.plant, {"folder": folder, "notebook": path, "os": os})

    def _notebook(self) -> dict[str, Any]:
        on = assignments()[self.assignment]
        defaults = on.answers if self.answers == "honest" else on.blank
        cells: list[dict[str, Any]] = []
        for cell in on.submitted_cells(defaults | self.answer):
            if cell["id"] in self.own:
                cells.append(code_cell(f"before-{cell['id']}", self.own[cell["id"]]))
            cells.append(cell)
        if "end" in self.own:
            cells.append(code_cell("end", self.own["end"]))
        made = notebook(cells)
        by_name = {cell["id"]: cell for cell in made["cells"]}
        exec(self.edit, {"notebook": made, "cells": made["cells"], "cell": by_name, "json": json})
        return made


def honest(assignment: Assignment) -> Attack:
    """No attack, but the honest submission that an attack must not harm."""
    about = "An honest submission."
    return Attack("honest", assignment.name, about, assignment.name, assignment.points)


def read_attacks() -> list[Attack]:
    """All attacks, class by class."""
    return [
        Attack(kind=kind, name=path.stem, **tomllib.loads(path.read_text("utf-8")))
        for kind in CLASSES
        for path in sorted((INPUTS / kind).glob("*.toml"))
    ]
