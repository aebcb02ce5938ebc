"""Write the notebooks of the sample class: the student edition with each student's answers in it.

    python examples/build_class.py

The same student edition and the same table of `sample_class.py` give the same bytes.
"""

from __future__ import annotations

import copy
import json
import sys
import textwrap
from pathlib import Path
from typing import Any

from examples.sample_class import STUDENTS, Student

ASSIGNMENT = "loss_functions"
COURSE = Path(__file__).resolve().parents[1]
STUDENT_EDITION = COURSE / "notebooks" / "assignments" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
CLASS = COURSE / "examples" / "class"

FUNCTIONS = ("squared_loss", "absolute_loss", "huber_loss", "trimmed_mean")
STUB = "    # YOUR CODE HERE\n    raise NotImplementedError()"

Cell = dict[str, Any]


def submission(student: Student, student_edition: str) -> str:
    """The text of the notebook file that this student hands in."""
    notebook = json.loads(student_edition)
    cells: list[Cell] = []
    for cell in notebook["cells"]:
        grade_id = cell["metadata"].get("nbgrader", {}).get("grade_id", "")
        if grade_id in student.delete:
            continue
        if grade_id in FUNCTIONS:
            if student.first_cell and grade_id == FUNCTIONS[0]:
                cells.append(_own_cell(student.first_cell))
            _fill_in(cell, grade_id, student)
        cells.append(cell)
        if grade_id in student.duplicate:
            cells.append(copy.deepcopy(cell) | {"id": f"{cell['id']}-copy"})
    notebook["cells"] = cells
    text = json.dumps(notebook, indent=1, ensure_ascii=False) + "\n"
    return text if student.file == "whole" else text[: len(text) // 2]


def _fill_in(cell: Cell, function: str, student: Student) -> None:
    source = "".join(cell["source"])
    if STUB not in source:
        raise ValueError(f"cell {function!r} of the student edition lacks the stub {STUB!r}")
    if function in student.answers:
        body = textwrap.indent(student.answers[function].strip(), "    ")
        source = source.replace(STUB, body)
    if function in student.rename:
        source = source.replace(f"def {function}(", f"def {student.rename[function]}(")
    cell["source"] = source.splitlines(keepends=True)


def _own_cell(source: str) -> Cell:
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "my-own-cell",
        "metadata": {},
        "outputs": [],
        "source": source.splitlines(keepends=True),
    }


def main() -> None:
    """Write every notebook of the class below `examples/class/`."""
    if not STUDENT_EDITION.exists():
        sys.exit(f"{STUDENT_EDITION} is missing: run `autograder release {ASSIGNMENT}` first")
    student_edition = STUDENT_EDITION.read_text(encoding="utf-8")
    for name, student in STUDENTS.items():
        path = CLASS / name / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(submission(student, student_edition), encoding="utf-8", newline="\n")
    print(f"{len(STUDENTS)} submissions in {CLASS.relative_to(COURSE)}")


if __name__ == "__main__":
    main()
