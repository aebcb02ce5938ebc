"""Tables: Markdown where it is rendered, aligned text elsewhere, at once and in their place."""

from __future__ import annotations

import numpy as np
import pytest
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.tables import show_table, table


def test_numbers_stand_to_the_right_and_words_to_the_left() -> None:
    rows = [("one", 1, 0.5), ("eleven", 11, np.float64(2))]
    assert table({"": "", "n": "d", "loss": ".1e"}, rows).splitlines() == [
        "|        |  n |    loss |",
        "|:-------|---:|--------:|",
        "| one    |  1 | 5.0e-01 |",
        "| eleven | 11 | 2.0e+00 |",
    ]


def test_rows_may_be_an_array() -> None:
    made = table({"x": ".1f", "y": ".2f"}, np.array([[1.0, np.inf], [10.0, np.nan]]))
    assert made.splitlines()[2:] == ["|  1.0 | inf |", "| 10.0 | nan |"]


@pytest.mark.parametrize("row", [(1,), (1, 2, 3)], ids=["too few", "too many"])
def test_a_row_has_a_value_for_each_column(row: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="argument 2 is"):
        show_table({"x": "", "y": ""}, [row])


def test_a_notebook_renders_it_between_what_is_printed() -> None:
    source = """
from course_lib.tables import show_table
print("before")
show_table({"x": ""}, [(1,)])
print("after")
"""
    notebook = new_notebook(cells=[new_code_cell(source)])
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    before, shown, after = notebook.cells[0].outputs
    assert [before.text, after.text] == ["before\n", "after\n"]
    text = "| x |\n|--:|\n| 1 |"
    assert shown.data == {"text/plain": text, "text/markdown": text}
