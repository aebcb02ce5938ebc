"""Lectures and solutions are stored without outputs, but for those that nbval compares."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[2]
NOTEBOOKS = sorted([*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("solutions/**/*.ipynb")])
COMPARED = re.compile(r"^#\s*NBVAL_CHECK_OUTPUT\b", re.MULTILINE)

pytestmark = pytest.mark.parametrize(
    "path",
    [path for path in NOTEBOOKS if ".ipynb_checkpoints" not in path.parts],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)


def test_notebook_is_valid(path: Path) -> None:
    nbformat.validate(nbformat.read(path, as_version=4))


def test_notebook_holds_no_outputs(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    with_output = [
        cell.id
        for cell in cells
        if cell.cell_type == "code" and cell.outputs and not COMPARED.search(cell.source)
    ]
    assert with_output == []


def test_compared_cells_hold_an_output(path: Path) -> None:
    cells = nbformat.read(path, as_version=4).cells
    without_output = [
        cell.id
        for cell in cells
        if cell.cell_type == "code" and COMPARED.search(cell.source) and not cell.outputs
    ]
    assert without_output == []


def test_notebook_names_the_plain_python_kernel(path: Path) -> None:
    kernel = nbformat.read(path, as_version=4).metadata.kernelspec
    assert (kernel.name, kernel.language) == ("python3", "python")
