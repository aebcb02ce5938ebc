from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from autograder.course.directory import Course, load_course
from autograder.errors import CourseError
from autograder.release.student_version import release_files, stale_files

FILES = ("jupyter.png", "problem1.ipynb", "problem2.ipynb")


@pytest.fixture
def course(stock_course: Path) -> Course:
    return load_course(stock_course)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def edit(path: Path, change: Any) -> None:
    node = json.loads(path.read_text())
    change(node)
    path.write_text(json.dumps(node))


def test_release_is_nbgraders_to_the_byte(course: Course) -> None:
    release_files(course, "ps1")
    ours = contents(course.release_folder("ps1"))
    bin_folder = Path(sys.executable).parent
    subprocess.run(
        [bin_folder / "nbgrader", "generate_assignment", "ps1", "--force"],
        cwd=course.root,
        env={**os.environ, "PATH": f"{bin_folder}{os.pathsep}{os.environ['PATH']}"},
        check=True,
        capture_output=True,
    )
    assert contents(course.release_folder("ps1")) == ours


def test_first_release_writes_notebooks_and_extra_files(course: Course) -> None:
    released = release_files(course, "ps1")
    assert released.written == FILES
    assert tuple(sorted(contents(released.folder))) == FILES


def test_second_release_writes_nothing(course: Course) -> None:
    release_files(course, "ps1")
    released = release_files(course, "ps1")
    assert (released.written, released.unchanged) == ((), FILES)


def test_assignment_is_entered_in_the_gradebook(course: Course) -> None:
    release_files(course, "ps1")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        names = database.execute("SELECT name FROM notebook ORDER BY name").fetchall()
    database.close()
    assert names == [("problem1",), ("problem2",)]


def test_nothing_is_stale_after_a_release(course: Course) -> None:
    release_files(course, "ps1")
    assert stale_files(course, "ps1") == []


def test_looking_for_stale_files_changes_nothing(course: Course) -> None:
    before = sorted(course.root.rglob("*"))
    assert stale_files(course, "ps1") == list(FILES)
    assert sorted(course.root.rglob("*")) == before


def test_edited_release_and_left_over_files_are_stale(course: Course) -> None:
    folder = release_files(course, "ps1").folder
    (folder / "problem1.ipynb").write_text("{}")
    (folder / "old.csv").write_text("1")
    (folder / ".ipynb_checkpoints").mkdir()
    (folder / ".ipynb_checkpoints" / "problem1.ipynb").write_text("{}")
    assert stale_files(course, "ps1") == ["old.csv", "problem1.ipynb"]


def test_left_over_files_are_removed(course: Course) -> None:
    folder = release_files(course, "ps1").folder
    (folder / "old.csv").write_text("1")
    assert release_files(course, "ps1").removed == ("old.csv",)
    assert not (folder / "old.csv").exists()


def test_cells_without_an_id_get_the_same_one_each_time(course: Course) -> None:
    def lose_ids(node: dict[str, Any]) -> None:
        node["nbformat_minor"] = 5
        for number, cell in enumerate(node["cells"]):
            cell["id"] = f"cell-{number}"

    edit(course.source_folder("ps1") / "problem1.ipynb", lose_ids)  # the header's have none
    folder = release_files(course, "ps1").folder
    ids = [cell.get("id") for cell in json.loads((folder / "problem1.ipynb").read_text())["cells"]]
    assert len(set(ids)) == len(ids)
    assert stale_files(course, "ps1") == []


def test_solution_among_the_extra_files_stops_the_release(course: Course) -> None:
    source = json.loads((course.source_folder("ps1") / "problem1.ipynb").read_text())
    code = next(
        "".join(c["source"]) for c in source["cells"] if "BEGIN SOL" in "".join(c["source"])
    )
    (course.source_folder("ps1") / "solved.py").write_text(code)
    with pytest.raises(CourseError, match=r"give away.*\nsolved\.py: "):
        release_files(course, "ps1")
    assert not course.release_folder("ps1").exists()


def test_what_nbgrader_says_is_passed_on(course: Course) -> None:
    (course.root / "nbgrader_config.py").write_text(
        "c = get_config()\nc.ClearSolutions.code_stub = {'R': 'fail()'}\n"
    )
    with pytest.raises(CourseError, match="language 'python' has not been specified"):
        release_files(load_course(course.root), "ps1")


def test_unknown_assignment_is_refused_with_the_known_ones(course: Course) -> None:
    with pytest.raises(CourseError, match=r"Assignments of this course: ps1\."):
        release_files(course, "ps2")


def test_student_edition_of_our_course_is_up_to_date() -> None:
    course = load_course(Path(__file__).parents[3])
    assert course.assignments()
    assert {name: stale_files(course, name) for name in course.assignments()} == {
        name: [] for name in course.assignments()
    }


def test_nbgrader_is_not_imported_before_it_is_needed() -> None:
    program = "import sys, autograder.release.bundle; print('nbgrader' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)
    assert run.stdout == b"False\n"


def test_a_name_that_nbgrader_refuses_is_an_error_in_words(course: Course) -> None:
    course.source_folder("ps1").rename(course.source_folder("a+b"))
    with pytest.raises(CourseError, match=r"a\+b: .*should not contain .* \+$"):
        release_files(course, "a+b")
