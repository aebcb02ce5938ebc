from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.course.source import SourceNotebook, extra_files, load_source
from autograder.errors import CourseError
from autograder.notebook.cells import Cell, notebook_json

MARKS = {"schema_version": 3, "grade": False, "solution": False, "locked": False, "task": False}
ANSWER = {**MARKS, "solution": True, "grade_id": "answer"}
TEST = {**MARKS, "grade": True, "locked": True, "points": 2, "grade_id": "test"}
MANUAL = {**MARKS, "grade": True, "solution": True, "points": 1, "grade_id": "essay"}
TASK = {**MARKS, "task": True, "locked": True, "points": 1, "grade_id": "task"}

HIDDEN = "assert f(1)\n### BEGIN HIDDEN TESTS\nassert f(2)\n### END HIDDEN TESTS\nassert f(3)"


def code(source: str, **nbgrader: Any) -> Cell:
    return Cell("code", source, {"nbgrader": nbgrader} if nbgrader else {})


def text(source: str, **nbgrader: Any) -> Cell:
    return Cell("markdown", source, {"nbgrader": nbgrader} if nbgrader else {})


def source_of(
    root: Path, *cells: Cell, config: str = "", metadata: dict[str, Any] | None = None
) -> SourceNotebook:
    folder = root / "source" / "a1"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "one.ipynb").write_text(notebook_json([(c, []) for c in cells], metadata or {}))
    (root / "nbgrader_config.py").write_text("c = get_config()\n" + config)
    return load_source(load_course(root), "a1", "one")


def refusal(root: Path, *cells: Cell, **options: Any) -> str:
    with pytest.raises(CourseError) as raised:
        source_of(root, *cells, **options)
    return str(raised.value)


def test_header_and_footer_surround_the_instructors_cells(tmp_path: Path) -> None:
    for part in ("header", "footer"):
        (tmp_path / f"{part}.ipynb").write_text(notebook_json([(text(part), [])], {}))
    source = source_of(
        tmp_path,
        text("body"),
        config="c.IncludeHeaderFooter.header = 'header.ipynb'\n"
        "c.IncludeHeaderFooter.footer = 'footer.ipynb'\n",
    )
    assert [c.source for c in source.notebook.cells] == ["header", "body", "footer"]


def test_instructors_cells_keep_solutions_and_hidden_tests(tmp_path: Path) -> None:
    source = source_of(tmp_path, code("def f(x): return 1", **ANSWER), code(HIDDEN, **TEST))
    assert [c.source for c in source.notebook.cells] == ["def f(x): return 1", HIDDEN]


def test_released_text_has_neither(tmp_path: Path) -> None:
    source = source_of(tmp_path, code("def f(x): return 1", **ANSWER), code(HIDDEN, **TEST))
    assert source.released == {
        "answer": "# YOUR CODE HERE\nraise NotImplementedError()",
        "test": "assert f(1)\nassert f(3)",
    }


def test_cells_with_a_hidden_part_are_named(tmp_path: Path) -> None:
    visible = {**TEST, "grade_id": "visible"}
    source = source_of(tmp_path, code(HIDDEN, **TEST), code("assert f(4)", **visible))
    assert source.hidden == {"test"}


def test_other_marks_and_stubs_are_honoured(tmp_path: Path) -> None:
    source = source_of(
        tmp_path,
        code("def f(x):\n    # {{\n    return 1\n    # }}", **ANSWER),
        code("assert f(1)\n#[\nassert f(2)\n#]", **TEST),
        config="c.ClearSolutions.begin_solution_delimeter = '# {{'\n"
        "c.ClearSolutions.end_solution_delimeter = '# }}'\n"
        "c.ClearSolutions.code_stub = {'python': 'pass'}\n"
        "c.ClearHiddenTests.begin_test_delimeter = '#['\n"
        "c.ClearHiddenTests.end_test_delimeter = '#]'\n",
    )
    assert source.released == {"answer": "def f(x):\n    pass", "test": "assert f(1)"}
    assert source.hidden == {"test"}


CELLS = (
    text("# Title"),
    code("import math"),
    code("LOCKED = 1", **{**MARKS, "locked": True, "grade_id": "locked"}),
    code("def f(x):\n    ### BEGIN SOLUTION\n    return 1\n    ### END SOLUTION\n", **ANSWER),
    code(HIDDEN, **TEST),
    text("Because.", **MANUAL),
    text("Do.\n### BEGIN MARK SCHEME\nsecret\n### END MARK SCHEME", **TASK),
)


def test_graded_view_is_what_nbgrader_keeps_in_its_gradebook(tmp_path: Path) -> None:
    from autograder.course import preprocessors as stock

    source = source_of(tmp_path, *CELLS)
    by_nbgrader = stock.graded(source.notebook, source.course.config, source.course.root)
    assert [(c.cell_type, c.source, c.nbgrader) for c in source.graded.cells] == [
        (c.cell_type, c.source, c.nbgrader) for c in by_nbgrader.cells
    ]


def test_graded_view_of_the_example_course_is_nbgraders(stock_course: Path) -> None:
    from autograder.course import preprocessors as stock

    course = load_course(stock_course)
    for name in course.notebooks("ps1"):
        source = load_source(course, "ps1", name)
        by_nbgrader = stock.graded(source.notebook, course.config, course.root)
        assert [(c.source, c.nbgrader) for c in source.graded.cells] == [
            (c.source, c.nbgrader) for c in by_nbgrader.cells
        ]


def test_nbgraders_release_holds_the_released_text(tmp_path: Path) -> None:
    source = source_of(tmp_path, *CELLS)
    released = {c.grade_id: c.source for c in source.release.cells if c.grade_id}
    assert released == source.released


def test_own_list_of_preprocessors_is_honoured(tmp_path: Path) -> None:
    source = source_of(
        tmp_path,
        *CELLS,
        config="c.GenerateAssignment.preprocessors = ['nbgrader.preprocessors.ClearSolutions']\n",
    )
    assert "checksum" not in source.graded.cells[3].nbgrader


def test_autotest_lines_become_tests(tmp_path: Path, stock_files: Path) -> None:
    shutil.copyfile(stock_files / "autotests.yml", tmp_path / "autotests.yml")
    source = source_of(
        tmp_path,
        code("def f(x):\n    return 2 * x", **ANSWER),
        code("### AUTOTEST f(21)", **TEST),
        metadata={"kernelspec": {"name": "python3", "language": "python", "display_name": "P"}},
    )
    test = source.notebook.cells[1]
    assert "AUTOTEST" not in test.source
    assert "42" in test.source
    assert test.nbgrader["points"] == 2


@pytest.mark.parametrize(
    ("cells", "reason"),
    [
        ((code("1", **TEST), code("2", **TEST)), r"2 \('test'\): cell 1 has the same id"),
        ((code("1", **{**TEST, "points": None}),), "it is graded but has no points"),
        ((code("1", **{**TEST, "points": -1}),), "it is graded but has -1 points"),
        ((code("1", **{**TEST, "points": "2"}),), "it is graded but has '2' points"),
        ((text("1", **{**TASK, "points": None}),), "it is graded but has no points"),
        ((code("1", **{**TEST, "grade_id": ""}),), "its id is ''"),
        ((code("1", **{**TEST, "grade_id": "a b"}),), "its id is 'a b'"),
        ((code("1", **{**TEST, "schema_version": 2}),), "run 'nbgrader update .'"),
        ((code("1", **{**TEST, "schema_version": 4}),), "too new"),
        ((code("1", **TASK),), "has to be Markdown"),
        ((text("1", **TEST),), "cannot be tested automatically"),
        ((code("### BEGIN SOLUTION\n1", **ANSWER),), "not closed by 'END SOLUTION'"),
        ((code("1\n### END SOLUTION", **ANSWER),), "line 2 closes .* never opened"),
        ((code("### BEGIN HIDDEN TESTS\n" * 2, **TEST),), "line 2 opens .* inside another"),
        ((code("### BEGIN SOLUTION\n### END SOLUTION"),), "not an answer"),
        ((code("### BEGIN HIDDEN TESTS\n### END HIDDEN TESTS"),), "not a graded cell"),
        ((text("### BEGIN MARK SCHEME\n### END MARK SCHEME"),), "not a 'Manually graded task'"),
    ],
)
def test_faulty_edition_is_refused(tmp_path: Path, cells: tuple[Cell, ...], reason: str) -> None:
    with pytest.raises(CourseError, match=f"a1/one.ipynb: cell .*{reason}"):
        source_of(tmp_path, *cells)


def test_other_languages_are_refused(tmp_path: Path) -> None:
    kernel = {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}
    assert "only Python notebooks can be graded" in refusal(tmp_path, metadata=kernel)


def test_missing_notebook_is_named(stock_course: Path) -> None:
    with pytest.raises(CourseError, match=r"problem3\.ipynb cannot be read"):
        load_source(load_course(stock_course), "ps1", "problem3")


def test_missing_header_is_named(tmp_path: Path) -> None:
    config = "c.IncludeHeaderFooter.header = 'gone.ipynb'"
    assert "gone.ipynb cannot be read" in refusal(tmp_path, text("body"), config=config)


def test_unreadable_source_is_explained(stock_course: Path) -> None:
    (stock_course / "source" / "ps1" / "problem1.ipynb").write_text("{")
    with pytest.raises(CourseError, match="not valid JSON"):
        load_source(load_course(stock_course), "ps1", "problem1")


@pytest.fixture
def loaded(stock_course: Path) -> tuple[Course, SourceNotebook]:
    course = load_course(stock_course)
    return course, load_source(course, "ps1", "problem1")


def test_digest_is_the_same_for_the_same_edition(loaded: tuple[Course, SourceNotebook]) -> None:
    course, source = loaded
    assert load_source(course, "ps1", "problem1").digest == source.digest


@pytest.mark.parametrize("file", ["ps1/problem1.ipynb", "header.ipynb"])
def test_digest_changes_with_a_cell(loaded: tuple[Course, SourceNotebook], file: str) -> None:
    course, source = loaded
    path = course.root / "source" / file
    node = json.loads(path.read_text())
    node["cells"][0]["source"] = "changed"
    path.write_text(json.dumps(node))
    assert load_source(course, "ps1", "problem1").digest != source.digest


def test_digest_changes_with_a_data_file(loaded: tuple[Course, SourceNotebook]) -> None:
    course, source = loaded
    (course.source_folder("ps1") / "data.csv").write_text("1,2")
    assert load_source(course, "ps1", "problem1").digest != source.digest


def test_digest_ignores_outputs_and_ignored_files(loaded: tuple[Course, SourceNotebook]) -> None:
    course, source = loaded
    checkpoints = course.source_folder("ps1") / ".ipynb_checkpoints"
    checkpoints.mkdir()
    (checkpoints / "notes.txt").write_text("1")
    path = course.source_folder("ps1") / "problem1.ipynb"
    node = json.loads(path.read_text())
    for cell in node["cells"]:
        if cell["cell_type"] == "code":
            cell["execution_count"] = 7
    path.write_text(json.dumps(node))
    assert load_source(course, "ps1", "problem1").digest == source.digest


def test_extra_files_are_those_that_nbgrader_copies(loaded: tuple[Course, SourceNotebook]) -> None:
    course, _ = loaded
    folder = course.source_folder("ps1")
    for name in ("data/a.csv", "__pycache__/b.pyc", "feedback/c.html", "data/.ipynb_checkpoints/d"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text("")
    assert extra_files(course, "ps1") == (Path("data/a.csv"), Path("jupyter.png"))


def test_edition_is_a_value(loaded: tuple[Course, SourceNotebook]) -> None:
    _, source = loaded
    assert replace(source) == source
