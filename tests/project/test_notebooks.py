"""Lectures and solutions are stored without outputs, but for those that nbval compares."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, validator

ROOT = Path(__file__).parents[2]
COMPARED = re.compile(r"^#\s*NBVAL_CHECK_OUTPUT\b", re.MULTILINE)


@pytest.fixture(scope="module")
def notebooks() -> dict[str, NotebookNode]:
    """All of them, by their path from the root."""
    paths = [*ROOT.glob("notebooks/**/*.ipynb"), *ROOT.glob("solutions/**/*.ipynb")]
    found = {
        path.relative_to(ROOT).as_posix(): nbformat.read(path, as_version=4)
        for path in paths
        if ".ipynb_checkpoints" not in path.parts
    }
    assert found
    return found


def code_cells(notebooks: dict[str, NotebookNode]) -> list[tuple[str, NotebookNode]]:
    return [
        (name, cell)
        for name, notebook in notebooks.items()
        for cell in notebook.cells
        if cell.cell_type == "code"
    ]


def test_notebooks_are_valid(notebooks: dict[str, NotebookNode]) -> None:
    invalid = {
        name: str(error)
        for name, notebook in notebooks.items()
        for error in validator.iter_validate(notebook)
    }
    assert invalid == {}


def test_notebooks_hold_no_outputs(notebooks: dict[str, NotebookNode]) -> None:
    with_output = [
        (name, cell.id)
        for name, cell in code_cells(notebooks)
        if cell.outputs and not COMPARED.search(cell.source)
    ]
    assert with_output == []


def test_compared_cells_hold_an_output(notebooks: dict[str, NotebookNode]) -> None:
    without_output = [
        (name, cell.id)
        for name, cell in code_cells(notebooks)
        if COMPARED.search(cell.source) and not cell.outputs
    ]
    assert without_output == []


def test_notebooks_name_the_plain_python_kernel(notebooks: dict[str, NotebookNode]) -> None:
    kernels = {name: notebook.metadata.kernelspec for name, notebook in notebooks.items()}
    assert {name: (each.name, each.language) for name, each in kernels.items()} == dict.fromkeys(
        notebooks, ("python3", "python")
    )
