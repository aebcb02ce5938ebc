"""The notebook that formgrader shows: valid for nbgrader, written whole, safe to open."""

from __future__ import annotations

import json
import os
import tracemalloc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.autograded.notebook import autograded_text, write_autograded
from autograder.course.files import write_atomically
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question
from tests.autograder.pictures import ONE_PIXEL


def nbgrader_cell(cell_type: str, source: str, grade_id: str, **flags: object) -> Cell:
    nbgrader = {
        "grade_id": grade_id,
        "grade": False,
        "locked": False,
        "solution": False,
        "task": False,
        "schema_version": 3,
        **flags,
    }
    return Cell(cell_type, source, {"nbgrader": nbgrader}, id=grade_id)  # type: ignore[arg-type]


ANSWER = nbgrader_cell("code", "print(1 < 2)", "answer", solution=True)
TEST = nbgrader_cell("code", "assert 1<x", "test", grade=True, locked=True, points=2.0)
ESSAY = nbgrader_cell("markdown", "a<b", "essay", grade=True, solution=True, points=1.0)
GIVEN = nbgrader_cell("markdown", "<b>given</b>", "given", locked=True)
PRINTED = {"output_type": "stream", "name": "stdout", "text": "True\n"}
RESULT = NotebookResult(
    "ps1",
    "ada",
    "losses",
    (Question("test", 2.0, 2.0, Outcome.PASSED),),
    (CellRun(ANSWER, (PRINTED,)), CellRun(TEST), CellRun(ESSAY), CellRun(GIVEN)),
    {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    seed=7,
)


@pytest.fixture
def notebook(tmp_path: Path) -> dict[str, Any]:
    path = write_autograded(tmp_path / "ada" / "ps1", RESULT, version="0.1.0")
    assert path == tmp_path / "ada" / "ps1" / "losses.ipynb"
    loaded: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return loaded


def sources(notebook: dict[str, Any]) -> dict[str, str]:
    cells = notebook["cells"]
    return {c["metadata"]["nbgrader"]["grade_id"]: "".join(c["source"]) for c in cells}


@pytest.mark.filterwarnings("ignore")
def test_it_is_a_valid_notebook_for_nbgrader(tmp_path: Path) -> None:
    from nbgrader.nbgraderformat import MetadataValidator, read

    path = write_autograded(tmp_path, RESULT)
    with path.open(encoding="utf-8") as file:
        MetadataValidator().validate_nb(read(file, as_version=4))


def test_it_says_how_it_was_graded(notebook: dict[str, Any]) -> None:
    assert notebook["metadata"]["autograder"] == {
        "outcomes": {"test": "passed"},
        "seed": 7,
        "version": "0.1.0",
    }


def test_it_keeps_the_metadata_that_formgrader_needs(notebook: dict[str, Any]) -> None:
    kept = [cell["metadata"]["nbgrader"] for cell in notebook["cells"]]
    assert kept == [run.cell.nbgrader for run in RESULT.cells]
    assert notebook["metadata"]["kernelspec"]["name"] == "python3"


def test_it_keeps_outputs(notebook: dict[str, Any]) -> None:
    assert notebook["cells"][0]["outputs"] == [{**PRINTED, "text": ["True\n"]}]


def test_code_and_what_the_instructor_wrote_stay_as_they_are(notebook: dict[str, Any]) -> None:
    found = sources(notebook)
    assert (found["answer"], found["test"], found["given"]) == (
        ANSWER.source,
        TEST.source,
        GIVEN.source,
    )


def test_a_students_text_that_is_safe_stays_as_it_was_typed(notebook: dict[str, Any]) -> None:
    assert sources(notebook)["essay"] == "a<b"


def test_attached_images_stay_and_lost_ones_do_not_stop_formgrader(tmp_path: Path) -> None:
    import base64

    gif = base64.b64encode(b"GIF89a").decode()
    essay = Cell(
        "markdown", "![x](attachment:a.gif)", {}, attachments={"a.gif": {"image/gif": gif}}
    )
    path = write_autograded(tmp_path, NotebookResult("ps1", "ada", "n", cells=(CellRun(essay),)))
    cell = json.loads(path.read_text("utf-8"))["cells"][0]
    assert cell["source"] == ["! [x] (attachment:a.gif)"]
    assert "attachments" not in cell


def test_an_attached_image_of_any_name_stays_visible(tmp_path: Path) -> None:
    attached = {"my plot.png": {"image/png": ONE_PIXEL}}
    essay = Cell("markdown", "![x](attachment:my%20plot.png)", {}, attachments=attached)
    path = write_autograded(tmp_path, NotebookResult("ps1", "ada", "n", cells=(CellRun(essay),)))
    cell = json.loads(path.read_text("utf-8"))["cells"][0]
    assert cell["source"] == ["![x](attachment:my%20plot.png)"]
    assert cell["attachments"] == {"my%20plot.png": {"image/png": ONE_PIXEL}}


def test_formulas_in_outputs_are_left_alone_by_mathjax(tmp_path: Path) -> None:
    shown = {"output_type": "display_data", "data": {"text/html": r"<p>$\href{x}{y}$</p>"}}
    run = CellRun(Cell("code", "show()"), (shown,))
    path = write_autograded(tmp_path, NotebookResult("ps1", "ada", "n", cells=(run,)))
    output = json.loads(path.read_text("utf-8"))["cells"][0]["outputs"][0]
    html = "".join(output["data"]["text/html"])
    assert html == r'<div class="tex2jax_ignore"><p>$\href{x}{y}$</p></div>'


def test_endless_code_of_a_student_is_cut_with_a_comment(tmp_path: Path) -> None:
    lines = "x = [1, 2]\n" * 100_000
    path = write_autograded(
        tmp_path, NotebookResult("ps1", "ada", "n", cells=(CellRun(Cell("code", lines)),))
    )
    source = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
    assert 1_000 < len(source) < 10_000
    assert (
        source[-1]
        == f"# … {100_001 - len(source):,} more lines are not shown: see what was submitted"
    )


def test_a_long_line_of_code_is_cut_with_a_comment(tmp_path: Path) -> None:
    long = "x = '" + "a" * 5_000 + "'\ny = 1"
    path = write_autograded(
        tmp_path, NotebookResult("ps1", "ada", "n", cells=(CellRun(Cell("code", long)),))
    )
    first, second = json.loads(path.read_text("utf-8"))["cells"][0]["source"]
    assert first.endswith("a  # … 4,007 more characters are not shown\n")
    assert second == "y = 1"


def test_of_very_many_cells_the_students_own_are_left_out(tmp_path: Path) -> None:
    own = CellRun(Cell("code", "x"))
    runs = (own,) * 4_000 + RESULT.cells
    path = write_autograded(tmp_path, NotebookResult("ps1", "ada", "n", cells=runs))
    cells = json.loads(path.read_text("utf-8"))["cells"]
    assert len(cells) < 3_000
    assert sum("nbgrader" in cell["metadata"] for cell in cells) == len(RESULT.cells)
    assert "more cells are not shown" in cells[-1]["source"][0]


def test_the_same_result_makes_the_same_file(tmp_path: Path) -> None:
    first = write_autograded(tmp_path / "1", RESULT).read_bytes()
    assert write_autograded(tmp_path / "2", RESULT).read_bytes() == first


def test_a_failed_write_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "page.html"
    write_atomically(path, "old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, "new")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_written_file_can_be_read_by_others(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    write_atomically(path, "page")
    assert path.stat().st_mode & 0o777 == 0o644


def test_code_of_many_lines_is_not_taken_apart_beyond_what_is_shown() -> None:
    cell = Cell("code", "a\n" * 4_000_000, id="own")
    tracemalloc.start()
    try:
        text = autograded_text(replace(RESULT, cells=(CellRun(cell),)), "", plain=True)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more lines are not shown" in text
    assert peak < 50e6
