"""A notebook that no test could grade: a person gives its points, and everything agrees."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook

from autograder.cli import main
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(root), *map(str, arguments)])


def grade(root: Path) -> tuple[int, dict[str, Any]]:
    done = run(root, "grade", "--isolation", "none", "--json", "-")
    return done.exit_code, json.loads(done.stdout)["results"][0]


def give(root: Path, **points: float) -> None:
    """As formgrader does when a person types points."""
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission_notebook(ASSIGNMENT, ASSIGNMENT, "ivo")
        for each in submission.grades:
            if each.name in points:
                each.manual_score, each.needs_manual_grade = points[each.name], False
        gradebook.db.commit()


def exported(root: Path) -> str:
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    return row[ASSIGNMENT]


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ivo's file is no notebook, and has been graded once."""
    root = make_course(tmp_path_factory.mktemp("hand") / "course")
    hand_in(root, "ivo", "half a file")
    grade(root)
    return root


@pytest.fixture
def root(broken: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(broken, tmp_path / "course"))


def test_points_hold_where_only_what_the_manual_backs_up_is_left(tmp_path: Path) -> None:
    """What was graded is lost; the sources, the submissions and the gradebook are there."""
    root = make_course(tmp_path / "course")
    hand_in(root, "ivo")
    grade(root)
    give(root, test_halve=0.5)
    shutil.rmtree(root / "autograded")
    assert (grade(root)[1]["score"], exported(root)) == (1.5, "1.5")


def test_a_grading_says_that_pages_are_older(tmp_path: Path) -> None:
    root = make_course(tmp_path / "course")
    hand_in(root, "ivo")
    first = run(root, "grade", "--isolation", "none").output
    run(root, "feedback")
    unchanged = run(root, "grade", "--isolation", "none").output
    anew = run(root, "grade", "--isolation", "none", "--force").output
    said = f"Not yet on the pages: autograder feedback {ASSIGNMENT}"
    assert [said in each for each in (first, unchanged, anew)] == [False, False, True]


def test_a_person_is_told_how_to_decide(root: Path) -> None:
    said = " ".join(run(root, "grade", "--isolation", "none").output.split())
    assert "Could not be graded: ivo/tiny. Either put the right file in its place" in said
    assert "give every question its points in formgrader" in said


def test_formgrader_has_a_notebook_to_show(root: Path) -> None:
    shown = json.loads((root / f"autograded/ivo/{ASSIGNMENT}/{ASSIGNMENT}.ipynb").read_text())
    names = [cell["metadata"].get("nbgrader", {}).get("grade_id") for cell in shown["cells"]]
    assert names == [None, "double", "test_double", "halve", "test_halve"]
    assert "not how a notebook starts" in "".join(shown["cells"][0]["source"])


def test_a_persons_points_for_every_question_count_everywhere(root: Path) -> None:
    give(root, test_double=1.0, test_halve=0.5)
    status, result = grade(root)
    with Gradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        stock = gradebook.find_submission(ASSIGNMENT, "ivo").score
    run(root, "feedback")
    page = (root / f"feedback/ivo/{ASSIGNMENT}/{ASSIGNMENT}.html").read_text()
    assert (status, result["score"], exported(root), stock) == (0, 1.5, "1.5", 1.5)
    assert "<strong>1.5</strong> / 3" in page


def test_some_points_only_are_no_grade(root: Path) -> None:
    give(root, test_double=1.0)
    status, result = grade(root)
    assert (status, result["score"], exported(root)) == (1, None, "")


def test_points_for_another_broken_file_wait_for_a_look(root: Path) -> None:
    give(root, test_double=1.0, test_halve=0.5)
    hand_in(root, "ivo", "another half of a file")
    status, result = grade(root)
    assert (status, result["score"], exported(root)) == (1, None, "")


def test_the_right_file_in_its_place_is_graded(root: Path) -> None:
    hand_in(root, "ivo")
    status, result = grade(root)
    assert (status, result["score"], exported(root)) == (0, 3.0, "3")


def test_full_marks_for_all_are_for_whom_a_person_has_graded_as_well(root: Path) -> None:
    give(root, test_double=0.0, test_halve=0.5)
    run(root, "full", ASSIGNMENT, "test_double")
    shown = exported(root)
    status, result = grade(root)
    assert (shown, status, result["score"], exported(root)) == ("1.5", 0, 1.5, "1.5")


def test_full_marks_for_all_decide_nothing_of_a_notebook_that_waits(root: Path) -> None:
    for question in ("test_double", "test_halve"):
        run(root, "full", ASSIGNMENT, question)
    assert (grade(root)[0], exported(root)) == (1, "")
