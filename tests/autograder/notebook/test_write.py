from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.notebook.cells import Cell, notebook_json
from autograder.notebook.read import read_notebook

OUTPUTS: list[dict[str, Any]] = [
    {"output_type": "stream", "name": "stdout", "text": "one\ntwo\n"},
    {
        "output_type": "execute_result",
        "execution_count": 3,
        "data": {"text/plain": "a\nb", "text/html": "<b>\nc</b>", "image/png": "aGk=\n"},
        "metadata": {},
    },
    {
        "output_type": "display_data",
        "data": {"image/svg+xml": "<svg>\n</svg>", "application/json": {"k": [1, "x\ny"]}},
        "metadata": {"width": 3},
    },
    {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a\nb", "c"]},
]


def rewritten_by_nbformat(text: str) -> str:
    node = nbformat.reads(text, as_version=4)
    return str(nbformat.writes(node)) + "\n"


def test_layout_with_outputs_is_that_of_nbformat() -> None:
    cells = [
        (Cell("code", "1\n2\n", {"tags": ["t"]}, id="a"), OUTPUTS),
        (Cell("raw", "é", id="b"), []),
    ]
    text = notebook_json(cells, {"kernelspec": {"name": "python3", "display_name": "P"}})
    assert rewritten_by_nbformat(text) == text


def test_execution_count_is_that_of_the_result() -> None:
    node = json.loads(notebook_json([(Cell("code", "3"), OUTPUTS), (Cell("code", ""), [])], {}))
    assert [cell["execution_count"] for cell in node["cells"]] == [3, None]


@pytest.mark.parametrize("ids", [("a", None), ("a", "a"), ("a", "not valid!"), ("a", "")])
def test_without_ids_of_their_own_cells_have_none(ids: tuple[str, str | None]) -> None:
    text = notebook_json([(Cell("raw", "", id=each), []) for each in ids], {})
    node = json.loads(text)
    assert node["nbformat_minor"] == 4
    assert all("id" not in cell for cell in node["cells"])
    assert rewritten_by_nbformat(text) == text


def test_attachments_are_written() -> None:
    cell = Cell("markdown", "![](attachment:a)", attachments={"a": {"text/plain": "x\ny"}})
    text = notebook_json([(cell, [])], {})
    assert read_notebook(text.encode()).cells[0].attachments == {"a": {"text/plain": ["x\n", "y"]}}
    assert rewritten_by_nbformat(text) == text


def test_half_surrogate_pairs_in_output_can_be_stored() -> None:
    output = {"output_type": "stream", "name": "stdout", "text": "\ud800"}
    text = notebook_json([(Cell("code", ""), [output])], {})
    assert json.loads(text.encode())["cells"][0]["outputs"][0]["text"] == ["\ud800"]


def test_example_notebooks_come_back_to_the_byte(stock_files: Path) -> None:
    paths = list((stock_files / "release" / "ps1").glob("*.ipynb"))
    assert paths
    for path in paths:
        text = rewritten_by_nbformat(path.read_text()).replace('_minor": 0', '_minor": 4')
        notebook = read_notebook(text.encode())
        assert notebook_json([(cell, []) for cell in notebook.cells], notebook.metadata) == text


@given(
    st.lists(
        st.builds(
            Cell,
            st.sampled_from(["code", "markdown", "raw"]),
            st.text(alphabet=st.characters(exclude_categories=["Cs"])),
            id=st.none() | st.text("ab-_", min_size=1, max_size=3),
        ),
        max_size=4,
    )
)
def test_written_cells_are_read_back(cells: list[Cell]) -> None:
    read = read_notebook(notebook_json([(cell, []) for cell in cells], {}).encode())
    assert [(c.cell_type, c.source) for c in read.cells] == [(c.cell_type, c.source) for c in cells]
