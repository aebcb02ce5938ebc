"""Questions that are dropped, voided or given to everybody, as tables and nbgrader see them."""

from __future__ import annotations

import csv
import io
import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook as NbgraderGradebook
from nbgrader.apps.api import NbGraderAPI
from nbgrader.coursedir import CourseDirectory

from autograder.cli import main
from autograder.course.directory import load_course
from autograder.errors import CourseError
from autograder.term.decisions import Decision, Kind, Standing, decided_scores, read_decisions
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, hand_in, make_course

NO_DOUBLE = "def double(x):\n    return x"
NO_HALVE = "def halve(x):\n    return x"
DOUBLE, HALVE = ("tiny", "test_double"), ("tiny", "test_halve")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Ada has all, ben lacks double's point, cy halve's two, dan handed in an empty folder."""
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    hand_in(root, "ben", double=NO_DOUBLE)
    hand_in(root, "cy", halve=NO_HALVE)
    (root / "submitted/dan" / ASSIGNMENT).mkdir(parents=True)
    grade(root)
    return root


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(root), *map(str, arguments)])


def grade(root: Path, *arguments: object) -> Result:
    return run(root, "grade", "--isolation", "none", "--jobs", 1, *arguments)


def decide(root: Path, *arguments: object) -> Result:
    done = run(root, *arguments)
    assert done.exit_code == 0, done.output
    return done


def totals(root: Path) -> dict[str, float]:
    """The totals of an export."""
    rows = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    return {row["student"]: float(row[ASSIGNMENT]) for row in rows}


def in_nbgrader(root: Path) -> dict[str, tuple[float, float]]:
    """Score and maximum of each submission, by nbgrader's own API."""
    with NbgraderGradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        return {
            each.student_id: (each.score, each.max_score)
            for each in gradebook.assignment_submissions(ASSIGNMENT)
        }


def results(root: Path) -> dict[str, Any]:
    shown = json.loads(grade(root, "--json", "-").stdout)["results"]
    return {each["student"]: each for each in shown}


def by_hand(root: Path, sql: str) -> None:
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute(sql)


def test_a_dropped_question_leaves_the_maximum_and_the_share_of_the_others(root: Path) -> None:
    done = decide(root, "drop", ASSIGNMENT, "test_double", "--why", "wrong test")
    assert "2 submissions have other points" in done.output
    assert totals(root) == {"ada": 3, "ben": 3, "cy": 0, "dan": 0}
    assert in_nbgrader(root) == {"ada": (3, 3), "ben": (3, 3), "cy": (0, 3), "dan": (0, 3)}


@pytest.mark.parametrize(("kind", "total"), [("full", 3), ("void", 1), ("drop", 3)])
def test_a_decision_for_everybody_settles_what_a_person_had_to_look_at_again(
    root: Path, kind: str, total: float
) -> None:
    points = "UPDATE grade SET manual_score = 0.5, needs_manual_grade = 1 WHERE auto_score = 2"
    by_hand(root, points)
    decide(root, kind, ASSIGNMENT, "test_halve")
    assert totals(root)["ada"] == total
    assert "wait for a person" not in run(root, "report").output


def test_a_voided_question_makes_the_assignment_smaller(root: Path) -> None:
    decide(root, "void", ASSIGNMENT, "tiny/test_halve")
    assert in_nbgrader(root) == {"ada": (1, 1), "ben": (0, 1), "cy": (1, 1), "dan": (0, 1)}
    assert totals(root) == {"ada": 1, "ben": 0, "cy": 1, "dan": 0}
    table = grade(root).output
    assert "1 / 1" in table
    assert results(root)["ben"]["max_score"] == 1


def test_full_marks_are_for_everybody_who_handed_in(root: Path) -> None:
    decide(root, "full", ASSIGNMENT, "test_halve")
    assert totals(root) == {"ada": 3, "ben": 2, "cy": 3, "dan": 0}
    assert in_nbgrader(root)["cy"] == (3, 3)


def test_points_are_added_for_everybody_who_handed_in(root: Path) -> None:
    decide(root, "add", ASSIGNMENT, "test_halve", "0.5")
    assert totals(root) == {"ada": 3.5, "ben": 2.5, "cy": 1.5, "dan": 0}
    decide(root, "add", ASSIGNMENT, "test_halve", "-0.5")
    assert totals(root) == {"ada": 2.5, "ben": 1.5, "cy": 0.5, "dan": 0}


@pytest.mark.parametrize("decision", ["drop", "void", "full"])
def test_what_was_decided_can_be_taken_back(root: Path, decision: str) -> None:
    before = in_nbgrader(root), totals(root), results(root)["cy"]["questions"]
    decide(root, decision, ASSIGNMENT, "test_halve")
    assert in_nbgrader(root) != before[0]
    decide(root, "restore", ASSIGNMENT, "test_halve")
    assert (in_nbgrader(root), totals(root), results(root)["cy"]["questions"]) == before


def test_scores_and_extra_credit_of_a_person_stay(root: Path) -> None:
    by_hand(root, "UPDATE grade SET manual_score = 0.75, extra_credit = 0.25 WHERE auto_score = 1")
    decide(root, "full", ASSIGNMENT, "test_double")
    decide(root, "drop", ASSIGNMENT, "test_double")
    assert totals(root)["cy"] == 0.25
    decide(root, "restore", ASSIGNMENT, "test_double")
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        kept = gradebook.execute(
            "SELECT manual_score, extra_credit FROM grade WHERE auto_score = 1"
        ).fetchall()
    assert kept == [(0.75, 0.25)] * 2


def test_a_score_that_a_person_gives_later_counts_by_the_decision(root: Path) -> None:
    decide(root, "full", ASSIGNMENT, "test_halve")
    by_hand(root, "UPDATE grade SET manual_score = 1.5 WHERE auto_score = 2")
    assert totals(root)["ada"] == 3
    assert in_nbgrader(root)["ada"] == (3, 3)


def test_grading_again_keeps_what_was_decided(root: Path) -> None:
    decide(root, "full", ASSIGNMENT, "test_halve")
    decide(root, "void", ASSIGNMENT, "test_double")
    hand_in(root, "ada", double=NO_DOUBLE, halve=NO_HALVE)
    grade(root)
    assert totals(root) == {"ada": 2, "ben": 2, "cy": 2, "dan": 0}
    assert in_nbgrader(root)["ada"] == (2, 2)
    assert "had not changed" in grade(root).output
    assert in_nbgrader(root)["ada"] == (2, 2)


def test_a_submission_that_is_taken_away_loses_what_everybody_got(root: Path) -> None:
    decide(root, "full", ASSIGNMENT, "test_halve")
    (root / "submitted/cy/tiny/tiny.ipynb").unlink()
    grade(root)
    assert in_nbgrader(root)["cy"] == (0, 3)


def test_a_question_that_waits_for_a_person_no_longer_does(tmp_path: Path) -> None:
    # A test that the solution fails as well is a person's to decide.
    root = make_course(tmp_path / "course", TESTS | {"test_halve": "assert halve(4) == 3"})
    hand_in(root, "ada")
    grade(root)
    assert results(root)["ada"]["needs_manual_grade"]
    decide(root, "full", ASSIGNMENT, "test_halve")
    assert in_nbgrader(root)["ada"] == (3, 3)
    shown = results(root)["ada"]
    assert (shown["score"], shown["needs_manual_grade"]) == (3, False)
    assert "1 submission had not changed" in grade(root).output
    decide(root, "restore", ASSIGNMENT, "test_halve")
    shown = results(root)["ada"]
    assert (shown["score"], shown["needs_manual_grade"]) == (1, True)
    with NbgraderGradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        assert gradebook.find_submission(ASSIGNMENT, "ada").needs_manual_grade


def test_everybody_is_told(root: Path) -> None:
    decide(root, "drop", ASSIGNMENT, "test_double")
    run(root, "feedback")
    page = (root / "feedback/ben/tiny/tiny.html").read_text()
    assert "This question does not count." in page
    assert "<strong>3</strong> / 3" in page
    run(root, "report")
    assert "you have decided: drop" in (root / "report/tiny.html").read_text()
    long = csv.DictReader(io.StringIO(run(root, "export", "--format", "long", "-o", "-").stdout))
    assert [row["graded_by"] for row in long if row["student"] == "ben"] == ["drop", "tests"]
    (dropped, _) = results(root)["ben"]["questions"]
    assert (dropped["score"], dropped["decision"]) == (1, "drop")


def test_lateness_is_taken_off_what_was_decided(root: Path) -> None:
    (root / "deadlines.toml").write_text(
        "[due]\ntiny = 2026-01-10T12:00:00Z\n[late]\npolicy = 'per day'\npercent = 50\n"
    )
    (root / "submitted/cy/tiny/timestamp.txt").write_text("2026-01-10T13:00:00Z")
    grade(root)
    decide(root, "full", ASSIGNMENT, "test_halve")
    assert totals(root)["cy"] == 1.5


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("drop", ASSIGNMENT, "test_dubble"), "it has test_double"),
        (("drop", "huge", "test_double"), "There is no assignment 'huge'"),
        (("add", ASSIGNMENT, "test_double", "nan"), "cannot be added"),
    ],
)
def test_what_cannot_be_decided_is_said(root: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(root, *arguments)
    assert (done.exit_code, said in " ".join(done.output.split())) == (2, True), done.output
    assert not (root / "questions.toml").exists()


def test_the_last_question_with_points_cannot_be_dropped(root: Path) -> None:
    decide(root, "drop", ASSIGNMENT, "test_double")
    done = run(root, "drop", ASSIGNMENT, "test_halve")
    assert done.exit_code == 2
    assert "autograder void, or autograder full" in done.output


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[[decision]]\nassignment = 'tiny'", "has to name an assignment, a notebook"),
        (
            "[[decision]]\nassignment='a'\nnotebook='n'\nquestion='q'\ndecision='lose'",
            "expected one of drop, void, full, add, restore",
        ),
        (
            "[[decision]]\nassignment='a'\nnotebook='n'\nquestion='q'\ndecision='add'\npoints=nan",
            "expected a number",
        ),
        ("decisions = 3", "expected decision and no more"),
    ],
)
def test_a_file_that_makes_no_sense_is_named(tmp_path: Path, text: str, said: str) -> None:
    root = make_course(tmp_path / "course")
    (root / "questions.toml").write_text(text)
    with pytest.raises(CourseError, match=said):
        read_decisions(load_course(root))


def test_two_dropped_questions_share_what_the_others_earn() -> None:
    standings = [Standing("p", name, score, 2.0, True) for name, score in
                 (("a", 2.0), ("b", 0.0), ("c", 1.0), ("d", 2.0))]  # fmt: skip
    decisions = {("p", "a"): Decision(Kind.DROP), ("p", "b"): Decision(Kind.DROP)}
    assert decided_scores(standings, decisions) == {("p", "a"): 1.5, ("p", "b"): 1.5}


def test_added_points_are_no_part_of_the_share_that_stands_for_a_dropped_question() -> None:
    standings = [Standing("p", name, 1.0, 2.0, True) for name in ("a", "b", "c")]
    decisions = {("p", "a"): Decision(Kind.DROP), ("p", "b"): Decision(Kind.ADD, 0.5)}
    assert decided_scores(standings, decisions) == {("p", "a"): 1.0, ("p", "b"): 1.5}


def test_formgrader_shows_the_same(root: Path) -> None:
    by_hand(root, "UPDATE grade SET manual_score = 1.5 WHERE auto_score = 2")
    decide(root, "void", ASSIGNMENT, "test_double")
    decide(root, "full", ASSIGNMENT, "test_halve")
    api = NbGraderAPI(CourseDirectory(root=str(root)))
    shown = {each["student"]: each for each in api.get_submissions(ASSIGNMENT)}
    api.gradebook.close()
    del shown["dan"]  # of an empty folder formgrader knows nothing
    assert {name: (each["score"], each["max_score"]) for name, each in shown.items()} == {
        "ada": (2, 2),
        "ben": (2, 2),
        "cy": (2, 2),
    }
    assert not any(each["needs_manual_grade"] for each in shown.values())
