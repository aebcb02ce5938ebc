"""Deadlines of a course: what the file may say, and what the command makes of it."""

from __future__ import annotations

import csv
import io
import json
import os
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from nbgrader.api import Gradebook as NbgraderGradebook

from autograder.cli import main
from autograder.course.directory import load_course
from autograder.errors import CourseError
from autograder.term.deadlines import Deadlines, read_deadlines
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

DUE = datetime(2026, 1, 10, 12, tzinfo=UTC)
PER_DAY = '[late]\npolicy = "per day"\npercent = 10\n'


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def write(root: Path, text: str) -> Path:
    path = root / "deadlines.toml"
    path.write_text(text)
    return path


def read(root: Path) -> Deadlines:
    return read_deadlines(load_course(root))


def run(root: Path, *arguments: object) -> Result:
    return CliRunner().invoke(main, ["--course-dir", str(root), *map(str, arguments)])


def hand_in_at(root: Path, student: str, *, late: timedelta, **answers: str) -> None:
    file = hand_in(root, student, **answers)
    (file.parent / "timestamp.txt").write_text((DUE + late).isoformat())


def grade(root: Path, *arguments: object) -> Result:
    return run(root, "grade", "--isolation", "none", "--jobs", 1, *arguments)


def graded(root: Path) -> dict[str, dict[str, Any]]:
    """Each student's result as JSON has it."""
    done = grade(root, "--json", "-")
    assert done.exit_code == 0, done.output
    return {each["student"]: each for each in json.loads(done.stdout)["results"]}


def in_nbgrader(root: Path, student: str) -> Any:
    """What nbgrader's own API knows of a submission: score, penalty, seconds late."""
    with NbgraderGradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        submission = gradebook.find_submission(ASSIGNMENT, student)
        penalty = submission.late_submission_penalty
        return submission.score, penalty, submission.total_seconds_late


@pytest.mark.parametrize(
    ("value", "moment"),
    [
        ("2026-01-10T12:00:00Z", DUE),
        ("2026-01-10T13:00:00+01:00", DUE),
        ("2026-01-10T13:00:00", DUE),
        ('"2026-01-10 13:00"', DUE),
        ('"2026-01-10 12:00:00 UTC"', DUE),
        ("2026-01-10", datetime(2026, 1, 10, 23, tzinfo=UTC)),
        ('"2026-01-10"', datetime(2026, 1, 10, 23, tzinfo=UTC)),
    ],
)
def test_a_due_date_is_read_in_the_courses_zone(root: Path, value: str, moment: datetime) -> None:
    write(root, f'timezone = "Europe/Berlin"\n[due]\ntiny = {value}\n')
    assert read(root).due == {"tiny": moment}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("due = 3", "a table \\[due\\]"),
        ("[due]\ntiny = 'soon'", "'soon' is no time"),
        ("[due]\ntiny = '+2d'", "expected a date"),
        ("[dues]\ntiny = 2026-01-10", "has dues, expected timezone, due, late, extension"),
        ("timezone = 'Mars/Rover'", "Europe/Berlin"),
        ("[[extension]]\nassignment = 'tiny'\nuntil = '+2d'", "extension 1 names no student"),
        ("[[extension]]\nstudent = 'a'\nassignment = 'tiny'\nuntil = '2d'", "'2d' is no time"),
        ("[[extension]]\nstudent = 'everybody'\nassignment = 'tiny'\nuntil = '+2d'", "no tiny"),
        ("[late]\npolicy = 'per hour'", "'per day'"),
        ("[late]\npercent = 110", "from 0 to 100"),
        ("[late]\npercent = nan", "from 0 to 100"),
        ("[late]\ngrace = 'some'", "such as '15m'"),
        ("[late]\ndays = -1", "whole number"),
        ("[late]\ndays_of = {ada = 0.5}", "for each student"),
        ("[late\n", "cannot be read"),
    ],
)
def test_what_makes_no_sense_is_named(root: Path, text: str, said: str) -> None:
    write(root, text)
    with pytest.raises(CourseError, match=said):
        read(root)


def test_the_last_word_on_a_student_holds(root: Path) -> None:
    entry = "[[extension]]\nstudent = 'ada'\nassignment = 'tiny'\nuntil = '{}'\n"
    write(root, entry.format("+2d") + entry.format("+1w"))
    assert read(root).extension("ada", "tiny", DUE) == timedelta(weeks=1)


def test_nobody_gets_less_time_than_the_others(root: Path) -> None:
    write(root, "[[extension]]\nstudent = 'ada'\nassignment = 'tiny'\nuntil = 2025-01-01\n")
    assert read(root).extension("ada", "tiny", DUE) == timedelta(0)


def test_late_submissions_lose_points_by_the_day(root: Path) -> None:
    write(root, f"{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n")
    hand_in_at(root, "ada", late=timedelta(hours=-1))
    hand_in_at(root, "ben", late=timedelta(hours=25))
    shown = graded(root)
    assert (shown["ada"]["score"], shown["ada"]["late_seconds"]) == (3.0, 0.0)
    assert (shown["ben"]["score"], shown["ben"]["late_penalty"]) == pytest.approx((2.4, 0.6))
    assert shown["ben"]["late_seconds"] == 25 * 3600
    assert in_nbgrader(root, "ben") == pytest.approx((3.0, 0.6, 25 * 3600))


def test_an_extension_counts_at_once_and_everywhere(root: Path) -> None:
    write(root, f"# ours\n{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n")
    hand_in_at(root, "ada", late=timedelta(hours=25))
    graded(root)
    done = run(root, "extend", "ada", "tiny", "+1d", "--why", 'was "ill"')
    assert done.exit_code == 0, done.output
    assert in_nbgrader(root, "ada") == pytest.approx((3.0, 0.3, 3600))
    assert (root / "deadlines.toml").read_text().startswith("# ours\n")
    table = grade(root).output
    assert "1 h late, extended by 1 d, 0.3 points off" in " ".join(table.split())
    assert graded(root)["ada"]["extension_seconds"] == 86400
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    assert (row["tiny hours late"], row["tiny hours extended"], row["tiny"]) == ("1", "24", "2.7")
    run(root, "report")
    assert "1 h late, extended by 1 d, 0.3 points off" in (root / "report/tiny.html").read_text()
    run(root, "feedback")
    page = (root / "feedback/ada/tiny/tiny.html").read_text()
    assert "1 h late, extended by 1 d" in page
    assert "0.3 points were taken off" in page


def test_the_due_date_of_everybody_can_be_moved(root: Path) -> None:
    write(root, f"{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n")
    hand_in_at(root, "ada", late=timedelta(hours=25))
    graded(root)
    run(root, "feedback")
    done = run(root, "extend", "everybody", "tiny", "+2d")
    assert "tiny is due 2026-01-12" in done.output
    assert "Not yet on the pages: autograder feedback tiny" in done.output
    assert in_nbgrader(root, "ada") == (3.0, 0.0, 0)
    assert read(root).due["tiny"] == DUE + timedelta(days=2)


def test_a_due_date_can_be_set_before_anything_is_handed_in(root: Path) -> None:
    done = run(root, "extend", "everybody", "tiny", "2026-01-10T12:00:00Z")
    assert done.exit_code == 0, done.output
    assert read(root).due == {"tiny": DUE}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("ada", "tiny", "soon"), "'soon' is no time"),
        (("ada", "tiny", "+2d"), "has no due date"),
        (("ada", "tiny", "2026-01-12"), "has no due date"),
        (("ada", "huge", "+2d"), "There is no assignment 'huge'"),
    ],
)
def test_what_cannot_be_extended_is_said(root: Path, arguments: tuple[str, ...], said: str) -> None:
    done = run(root, "extend", *arguments)
    assert (done.exit_code, said in done.output) == (2, True), done.output
    assert not (root / "deadlines.toml").exists()


def test_a_misspelt_student_is_pointed_out(root: Path) -> None:
    write(root, "[due]\ntiny = 2026-01-10\n")
    hand_in(root, "lovelace")
    before = (root / "deadlines.toml").read_text()
    done = run(root, "extend", "lovelaec", "tiny", "+2d")
    assert (done.exit_code, "Did you mean lovelace?" in done.output) == (2, True)
    assert (root / "deadlines.toml").read_text() == before


def test_somebody_new_can_have_more_time_if_told_so(root: Path) -> None:
    write(root, "[due]\ntiny = 2026-01-10\n")
    hand_in(root, "lovelace")
    assert run(root, "extend", "noether", "tiny", "+2d", "--new").exit_code == 0
    assert ("noether", "tiny") in read(root).extensions


@pytest.mark.parametrize("student", ["lovelace", "everybody"])
def test_more_time_can_be_taken_back(root: Path, student: str) -> None:
    write(root, "[due]\ntiny = 2026-01-10T12:00:00Z\n")
    hand_in_at(root, "lovelace", late=timedelta(hours=1))
    grade(root)
    for until in ("+2d", "none"):
        assert run(root, "extend", student, "tiny", until).exit_code == 0
    assert read(root).due["tiny"] == DUE
    assert in_nbgrader(root, "lovelace")[2] == 3600


def test_there_must_be_a_date_to_go_back_to(root: Path) -> None:
    write(root, '[[extension]]\nstudent = "everybody"\nassignment = "tiny"\nuntil = 2026-01-10\n')
    done = run(root, "extend", "everybody", "tiny", "none")
    assert (done.exit_code, "no date of tiny to go back to" in done.output) == (2, True)
    assert read(root).due


def test_a_due_date_of_nbgraders_holds_where_the_file_has_none(root: Path) -> None:
    write(root, PER_DAY)
    hand_in_at(root, "ada", late=timedelta(hours=1))
    hand_in_at(root, "ben", late=timedelta(hours=1))
    graded(root)
    with NbgraderGradebook(f"sqlite:///{root}/gradebook.db") as gradebook:
        gradebook.update_or_create_assignment(ASSIGNMENT, duedate="2026-01-10 12:00:00 UTC")
        gradebook.grant_extension(ASSIGNMENT, "ada", hours=2)
    shown = graded(root)
    assert (shown["ada"]["late_penalty"], shown["ben"]["late_penalty"]) == (0.0, 0.3)


def test_nbgraders_plugin_decides_where_the_file_has_no_policy(root: Path) -> None:
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.LateSubmissionPlugin.penalty_method = 'zero'\n")
    write(root, "[due]\ntiny = 2026-01-10T12:00:00Z\n[late]\ngrace = '15m'\n")
    hand_in_at(root, "ada", late=timedelta(minutes=15))
    hand_in_at(root, "ben", late=timedelta(minutes=16))
    shown = graded(root)
    assert (shown["ada"]["score"], shown["ben"]["score"]) == (3.0, 0.0)


@pytest.mark.parametrize(("policy", "score"), [("none", 3.0), ("zero", 0.0)])
def test_ready_policies(root: Path, policy: str, score: float) -> None:
    write(root, f"[due]\ntiny = 2026-01-10T12:00:00Z\n[late]\npolicy = '{policy}'\n")
    hand_in_at(root, "ada", late=timedelta(minutes=1))
    assert graded(root)["ada"]["score"] == score


def test_late_days_are_used_in_the_order_of_due_dates(root: Path) -> None:
    write(
        root,
        "[due]\ntiny = 2026-01-10T12:00:00Z\nfirst = 2026-01-03T12:00:00Z\n"
        f"{PER_DAY}days = 3\n[late.days_of]\nben = 0\n",
    )
    for student in ("ada", "ben"):
        hand_in_at(root, student, late=timedelta(hours=50))
    graded(root)
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("INSERT INTO assignment (id, name, course_id) VALUES ('1', 'first', '')")
        gradebook.execute(
            "INSERT INTO submitted_assignment (id, assignment_id, student_id, timestamp)"
            " VALUES ('2', '1', 'ada', '2026-01-05 12:00:00.000000')"
        )
    shown = graded(root)
    assert (shown["ada"]["late_days_used"], shown["ada"]["late_penalty"]) == (1, 0.6)
    assert (shown["ben"]["late_days_used"], shown["ben"]["late_penalty"]) == pytest.approx((0, 0.9))


def test_the_penalty_follows_what_a_person_changes_later(root: Path) -> None:
    write(root, f"{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n")
    hand_in_at(root, "ada", late=timedelta(hours=1), double="def double(x): pass")
    graded(root)
    with sqlite3.connect(root / "gradebook.db") as gradebook:
        gradebook.execute("UPDATE grade SET manual_score = 1 WHERE auto_score = 0")
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    assert (row["tiny late penalty"], row["tiny"]) == ("0.3", "2.7")
    assert in_nbgrader(root, "ada") == pytest.approx((3.0, 0.3, 3600))


def test_a_time_that_is_none_is_named_and_not_called_in_time(root: Path) -> None:
    write(root, f"{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n")
    file = hand_in(root, "ada")
    (file.parent / "timestamp.txt").write_text("yesterday")
    assert "'yesterday', which is no time" in " ".join(grade(root).output.split())
    assert graded(root)["ada"]["late_seconds"] is None
    (row,) = csv.DictReader(io.StringIO(run(root, "export", "-o", "-").stdout))
    assert row["tiny hours late"] == ""


def test_a_machine_of_another_zone_reads_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert os.environ.get("TZ") != "Asia/Tokyo"
    write(root, 'timezone = "Europe/Berlin"\n[due]\ntiny = 2026-01-10T13:00:00\n')
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert read(root).due == {"tiny": DUE}


@pytest.mark.parametrize(
    ("time", "score"),
    [("0001-01-01 00:00:00", 3.0), ("9999-12-31T23:59:59Z", 0.0), ("0001-01-01T00:00+14:00", 3.0)],
)
def test_a_clock_that_is_ages_off_costs_nobody_else(root: Path, time: str, score: float) -> None:
    write(root, f'timezone = "Asia/Tokyo"\n{PER_DAY}[due]\ntiny = 2026-01-10T12:00:00Z\n')
    (hand_in(root, "eve").parent / "timestamp.txt").write_text(time)
    hand_in_at(root, "ada", late=timedelta(0))
    shown = graded(root)
    assert (shown["ada"]["score"], shown["eve"]["score"]) == (3.0, score)
    for command in ("feedback", "report", "export"):
        done = run(root, command)
        assert done.exit_code == 0, done.output
