"""No notebook holds an output; what nbval compares is in `tests/notebooks/reference`."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pytest
from nbformat import NotebookNode, validator

from tests.notebooks import references

ROOT = Path(__file__).parents[2]


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
    """An output would tell the answer before the question, and stock viewers show it."""
    with_output = [
        (name, cell.id)
        for name, cell in code_cells(notebooks)
        if cell.outputs or cell.execution_count is not None
    ]
    assert with_output == []


def test_no_cell_is_compared_by_a_comment(notebooks: dict[str, NotebookNode]) -> None:
    """A learner would read it; nbval takes a tag as well."""
    assert [(name, cell.id) for name, cell in code_cells(notebooks) if "NBVAL" in cell.source] == []


def test_compared_cells_have_a_reference_and_references_a_cell(
    notebooks: dict[str, NotebookNode],
) -> None:
    tagged = {
        (Path(name).stem, cell.id)
        for name, notebook in notebooks.items()
        for cell in references.compared(notebook)
    }
    stored = {
        (path.stem, identifier)
        for path in references.REFERENCES.iterdir()
        for identifier in references.load(path.stem)
    }
    assert tagged == stored
    assert len(tagged) > 90


def test_references_are_in_the_order_of_the_cells(notebooks: dict[str, NotebookNode]) -> None:
    """So that a file of them can be read beside its notebook."""
    for name, notebook in notebooks.items():
        cells = references.compared(notebook)
        assert [cell.id for cell in cells] == list(references.load(Path(name).stem))


def test_merged_copies_differ_by_their_outputs_alone(
    notebooks: dict[str, NotebookNode], tmp_path: Path
) -> None:
    references.merge(tmp_path)
    merged = {path.name: nbformat.read(path, as_version=4) for path in tmp_path.iterdir()}
    assert sorted(merged) == [path.name for path in references.lectures()]
    for name, copy in merged.items():
        shown = {cell.id: references.lines_of(cell) for cell in references.compared(copy)}
        assert shown == references.load(Path(name).stem)
        for cell in references.compared(copy):
            cell.outputs, cell.execution_count = [], None
        assert copy == notebooks[f"notebooks/{name}"]


def test_notebooks_name_the_plain_python_kernel(notebooks: dict[str, NotebookNode]) -> None:
    kernels = {name: notebook.metadata.kernelspec for name, notebook in notebooks.items()}
    assert {name: (each.name, each.language) for name, each in kernels.items()} == dict.fromkeys(
        notebooks, ("python3", "python")
    )
