"""Pictures and files beside a submitted notebook, for whoever grades by hand."""

from __future__ import annotations

import base64
import time
from pathlib import Path

import pytest

from autograder.autograded.pictures import with_pictures, write_files_beside
from autograder.feedback.page import render_page
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult
from tests.autograder.pictures import ONE_PIXEL

PNG = base64.b64decode(ONE_PIXEL)


def cell(source: str, files: dict[str, bytes]) -> Cell:
    """The student's text as it is after its pictures were attached."""
    nbgrader = {"grade_id": "why", "solution": True, "grade": True, "points": 2}
    run = CellRun(Cell("markdown", source, {"nbgrader": nbgrader}))
    result = NotebookResult("ps1", "ada", "p1", cells=(run,))
    return with_pictures(result, files).cells[0].cell


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("![my plot](plot.png)", "plot.png"),
        ("![](./plot.png)", "plot.png"),
        ('![a](plot.png "title")', "plot.png"),
        ("![a](<plot.png>)", "plot.png"),
        ("![a](my%20plot.png)", "my plot.png"),
        ("![a](figures/plot.PNG)", "figures/plot.PNG"),
        ('<img src="plot.png" width="300"/>', "plot.png"),
        ("<img alt=x src=plot.png>", "plot.png"),
    ],
)
def test_a_picture_beside_the_notebook_is_attached(source: str, name: str) -> None:
    changed = cell(source, {name: PNG})
    assert list((changed.attachments or {}).values()) == [{"image/png": ONE_PIXEL}]
    assert "](attachment:" in changed.source


@pytest.mark.parametrize(
    "source",
    ["![a](https://example.org/plot.png)", "![a](../plot.png)", "![a](other.png)", "plot.png"],
)
def test_nothing_else_is_touched(source: str) -> None:
    assert cell(source, {"plot.png": PNG}) == cell(source, {})


def test_what_only_claims_to_be_a_picture_is_not_attached() -> None:
    assert cell("![a](plot.png)", {"plot.png": b"<svg onload=alert(1)>"}).attachments is None


def test_an_attachment_of_that_name_stays() -> None:
    nbgrader = {"grade_id": "why", "solution": True}
    own = {"plot.png": {"image/png": "own"}}
    source = "![a](plot.png) ![b](attachment:plot.png)"
    run = CellRun(Cell("markdown", source, {"nbgrader": nbgrader}, attachments=own))
    result = with_pictures(NotebookResult("ps1", "ada", "p1", cells=(run,)), {"plot.png": PNG})
    changed = result.cells[0].cell
    assert changed.attachments == own | {"-plot.png": {"image/png": ONE_PIXEL}}
    assert changed.source == "![a](attachment:-plot.png) ![b](attachment:plot.png)"


def test_a_picture_that_is_shown_a_thousand_times_is_bounded() -> None:
    runs = tuple(CellRun(Cell("markdown", "![a](plot.png)", id=f"c{n}")) for n in range(1_000))
    large = base64.b64decode(ONE_PIXEL) + bytes(2_000_000)
    result = with_pictures(NotebookResult("a", "b", "c", cells=runs), {"plot.png": large})
    held = sum(len(str(run.cell.attachments)) for run in result.cells if run.cell.attachments)
    assert held < 100_000_000


def test_the_page_shows_it() -> None:
    run = CellRun(Cell("markdown", "![my plot](plot.png)"))
    result = with_pictures(NotebookResult("ps1", "ada", "p1", cells=(run,)), {"plot.png": PNG})
    assert f'<img src="data:image/png;base64,{ONE_PIXEL}" alt="my plot">' in render_page(result)


@pytest.mark.parametrize("name", ["page.html", "drawing.svg", "x.XHTML", "feed.xml", "x.mhtml"])
def test_what_a_browser_would_run_is_written_as_text(tmp_path: Path, name: str) -> None:
    write_files_beside(tmp_path, {name: b"<script>alert(1)</script>"}, ())
    assert [path.name for path in tmp_path.iterdir()] == [f"{name}.txt"]


def test_the_instructors_files_keep_their_names(tmp_path: Path) -> None:
    write_files_beside(tmp_path, {"figure.svg": b"<svg/>"}, ["figure.svg"])
    assert (tmp_path / "figure.svg").exists()


@pytest.mark.parametrize(
    "name", ["p1.grading.json", "p1.ipynb", "p1.ipynb/x", "a/p2.grading.json/x", "n" * 230]
)
def test_no_file_of_a_students_is_in_the_way_of_the_graders(tmp_path: Path, name: str) -> None:
    (tmp_path / "p1.grading.json").write_text("ours")
    write_files_beside(tmp_path, {name: b"theirs"}, ())
    assert [path.name for path in tmp_path.rglob("*") if path.is_file()] == ["p1.grading.json"]
    assert (tmp_path / "p1.grading.json").read_text() == "ours"


def test_files_of_an_earlier_attempt_are_gone(tmp_path: Path) -> None:
    write_files_beside(tmp_path, {"data": b"1", "old/plot.png": b"2"}, ())
    write_files_beside(tmp_path, {"data/new.csv": b"3"}, ())
    found = [path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")]
    assert sorted(found) == ["data", "data/new.csv"]


@pytest.mark.parametrize("name", ["data:text/plain,evil.html", "ab:evil.txt?.html", "data:,x.svg"])
def test_a_name_that_looks_like_an_address_says_no_type(tmp_path: Path, name: str) -> None:
    write_files_beside(tmp_path, {name: b"<script>alert(1)</script>"}, ())
    (written,) = (path for path in tmp_path.rglob("*") if path.is_file())
    assert written.name.endswith(".txt")


@pytest.mark.parametrize(
    "text",
    [
        "<img " + "src=" * 75 + "a" * 600 + "\n",
        "![](" + "a" * 300,
        "![" * 450,
        "![](a.png)",
        "<img src=a.png >",
        "![a](" + "a" * 300 + " " * 9 + '"' + "a" * 200,
    ],
)
def test_a_text_takes_as_long_as_it_is(text: str) -> None:
    def seconds(size: int) -> float:
        run = CellRun(Cell("markdown", text * (size // len(text))))
        result = NotebookResult("a", "b", "c", cells=(run,))
        before = time.process_time()
        with_pictures(result, {"a.png": bytes(20_000_000)})
        return time.process_time() - before

    seconds(100_000)
    assert seconds(900_000) < 20 * max(seconds(100_000), 0.01)


def test_a_file_that_is_no_picture_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    monkeypatch.setattr(
        "autograder.autograded.pictures.safe_images", lambda *args: looked.append(args) or {}
    )
    runs = tuple(CellRun(Cell("markdown", "![](a.png)" * 9, id=f"c{n}")) for n in range(9))
    with_pictures(NotebookResult("a", "b", "c", cells=runs), {"a.png": b"none"})
    assert len(looked) == 1
