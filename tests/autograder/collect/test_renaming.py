"""A student with another name: a person's points go along, where it is certain whose they are."""

from __future__ import annotations

import csv
import shutil
import sqlite3
from pathlib import Path

import pytest
from click.testing import Result

from autograder.autograded.record import load
from autograder.collect.kept import kept_folder
from autograder.course.directory import Course, load_course
from autograder.gradebook import Gradebook
from autograder.gradebook.giving import Given
from autograder.report.export import read_marks
from tests.autograder.on_record import course, put_on_record, run
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

__all__ = ["course"]  # a fixture

OLD, NEW = "Ada Roe", "s1"


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A person has given Ada half a point more than the test."""
    root = make_course(tmp_path_factory.mktemp("renaming") / "course")
    put_on_record(load_course(root), OLD, test_double=0.0)
    put_on_record(load_course(root), "ben")
    give(load_course(root), OLD)
    return root


def give(course: Course, student: str) -> None:
    places = {"test_double": Given(points=0.5), "double": Given(comment="Almost.")}
    given = {(student, ASSIGNMENT, cell): each for cell, each in places.items()}
    with Gradebook.of(course) as gradebook:
        gradebook.give({ASSIGNMENT: given})


def rename(course: Course, old: str = OLD, new: str = NEW) -> Result:
    return run(course, "rename", old, new)


def marks(course: Course) -> dict[str, float | None]:
    return {each.student: each.total for each in read_marks(course, [ASSIGNMENT])}


def test_points_and_comments_of_a_person_go_along(course: Course) -> None:
    assert rename(course).exit_code == 0
    assert marks(course) == {NEW: 2.5, "ben": 3.0}
    with Gradebook.of(course) as gradebook:
        review = gradebook.reviews(ASSIGNMENT)[NEW, ASSIGNMENT]
    assert (review.scores, review.comments) == ({"test_double": 0.5}, {"double": "Almost."})


def test_what_still_has_the_old_name_is_said(course: Course) -> None:
    run(course, "feedback")
    told = " ".join(rename(course).output.split())
    assert f"collect --roster) has the id {OLD}, write {NEW}." in told
    assert f"Not yet on the page: autograder feedback {ASSIGNMENT}" in told


def test_what_was_handed_in_and_its_record_go_along(course: Course) -> None:
    rename(course)
    assert course.students(ASSIGNMENT) == ("ben", NEW)
    record = load(course.autograded_folder(NEW, ASSIGNMENT), ASSIGNMENT)
    assert record is not None
    assert (record.result.student, record.digest) == (NEW, "digest")
    assert not (course.root / "autograded" / OLD).exists()


def test_the_version_that_counts_goes_along(course: Course) -> None:
    folder = kept_folder(course, ASSIGNMENT, OLD)
    folder.mkdir()
    (folder / "tiny.ipynb").write_text("{}")
    rename(course)
    assert (kept_folder(course, ASSIGNMENT, NEW) / "tiny.ipynb").exists()
    assert not folder.exists()


def test_the_platforms_number_goes_along(course: Course) -> None:
    path = course.root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv"
    path.parent.mkdir()
    path.write_text(f"student,platform_id\n{OLD},17\nben,18\n")
    rename(course)
    with path.open() as file:
        ids = {row["student"]: row["platform_id"] for row in csv.DictReader(file)}
    assert ids == {NEW: "17", "ben": "18"}


def test_points_go_to_a_name_that_was_graded_already(course: Course) -> None:
    """As where the folder was renamed by hand, and graded again."""
    put_on_record(course, NEW, test_double=0.0)
    shutil.rmtree(course.root / "submitted" / OLD)
    rename(course)
    assert marks(course) == {NEW: 2.5, "ben": 3.0}


def test_where_both_have_a_persons_points_nothing_is_carried(course: Course) -> None:
    put_on_record(course, NEW, test_double=0.0)
    give(course, NEW)
    done = rename(course)
    assert (done.exit_code, "given points or comments to Ada Roe and to s1" in done.output) == (
        2,
        1,
    )
    assert marks(course)[OLD] == 2.5


def test_credit_of_a_persons_beside_that_of_a_decision_is_not_lost(course: Course) -> None:
    put_on_record(course, NEW)
    run(course, "add", ASSIGNMENT, "test_double", "0.5")
    with sqlite3.connect(course.root / "gradebook.db") as database:
        database.execute("UPDATE grade SET extra_credit = extra_credit + 1")
    database.close()
    assert "given points or comments to Ada Roe and to s1" in rename(course).output


def test_where_both_have_handed_in_something_nothing_is_moved(course: Course) -> None:
    hand_in(course.root, NEW, halve="def halve(x):\n    return 1")
    done = rename(course)
    assert (done.exit_code, "have both handed in tiny" in done.output) == (2, True)
    assert OLD in course.students(ASSIGNMENT)


def test_a_group_is_corrected_first(course: Course) -> None:
    (course.root / "groups.csv").write_text(f"student,group\n{OLD},red\nben,red\n")
    done = rename(course)
    assert (done.exit_code, "groups.csv names Ada Roe: write s1 there" in done.output) == (2, True)


def test_deadlines_that_name_the_student_are_told(course: Course) -> None:
    path = course.root / "deadlines.toml"
    path.write_text(f'[[extension]]\nstudent = "{OLD}"\nassignment = "tiny"\nuntil = "+1d"\n')
    assert "deadlines.toml names Ada Roe" in rename(course).output


@pytest.mark.parametrize("names", [("Ada Row", NEW), (OLD, "../x"), (OLD, OLD)])
def test_a_name_that_cannot_be_is_refused(course: Course, names: tuple[str, str]) -> None:
    assert rename(course, *names).exit_code == 2
    assert marks(course) == {OLD: 2.5, "ben": 3.0}
