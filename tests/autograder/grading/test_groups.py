"""Groups: one submission counts for all members, whoever has handed it in."""

from __future__ import annotations

import shutil
import sqlite3
import zipfile
from pathlib import Path

import pytest

from autograder.autograded.settle import settle
from autograder.course.directory import Course, load_course
from autograder.course.groups import read_groups
from autograder.errors import CourseError
from autograder.feedback.write import write_pages
from autograder.gradebook import Gradebook
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor
from autograder.grading.graded import Graded
from autograder.report.export import read_marks
from autograder.report.page import analyse_course
from tests.autograder.on_record import run
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

WRONG = "def double(x):\n    return x"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    """Ada and ben are one group, cy works alone."""
    root = make_course(tmp_path / "course")
    (root / "groups.csv").write_text("student,group\nada,red\nben,red\n")
    return load_course(root)


def grade(course: Course, executor: LocalExecutor) -> dict[str, Graded]:
    batch = Batch(course, executor, Options())
    graded = batch.grade(ASSIGNMENT, course.students(ASSIGNMENT))
    return {each.submission.student: each for each in graded}


def scores(graded: dict[str, Graded]) -> dict[str, float | None]:
    return {student: each.results[0].score for student, each in graded.items()}


def by_hand(course: Course, sql: str, *values: object) -> None:
    with sqlite3.connect(course.root / "gradebook.db") as gradebook:
        gradebook.execute(sql, values)


def give(course: Course, student: str, points: float) -> None:
    """What formgrader does for the questions that a test has given a point."""
    by_hand(
        course,
        "UPDATE grade SET manual_score = ? WHERE auto_score = 1 AND notebook_id IN (SELECT"
        " n.id FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id"
        " WHERE a.student_id = ?)",
        points,
        student,
    )


def test_one_submission_counts_for_its_members(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ben", double=WRONG)
    hand_in(course.root, "cy")
    graded = grade(course, executor)
    assert scores(graded) == {"ada": 2, "ben": 2, "cy": 3}
    assert graded["ada"].submission.note == "handed in by ben"
    assert graded["ben"].submission.note == ""
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert totals == {"ada": 2, "ben": 2, "cy": 3}
    assert (course.root / "autograded/ada/tiny/tiny.ipynb").is_file()


def test_it_is_graded_once_with_one_seed(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ben")
    graded = grade(course, executor)
    assert graded["ada"].results[0].seed == graded["ben"].results[0].seed


def test_what_has_not_changed_is_not_graded_again(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ben")
    grade(course, executor)
    assert all(each.was_up_to_date for each in grade(course, executor).values())


def test_a_member_that_joins_later_gets_the_grade_on_record(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ben")
    before = grade(course, executor)
    with (course.root / "groups.csv").open("a") as groups:
        groups.write("dan,red\n")
    after = grade(course, executor)
    assert after["ben"].was_up_to_date
    assert after["dan"].results[0].seed == before["ben"].results[0].seed
    assert [marks.total for marks in read_marks(course, [ASSIGNMENT])] == [3, 3, 3]


def test_a_folder_may_have_the_groups_name(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "red", double=WRONG)
    graded = grade(course, executor)
    assert scores(graded) == {"ada": 2, "ben": 2}
    assert graded["ada"].submission.note == "handed in by red"
    with Gradebook.of(course) as gradebook:
        assert gradebook.students() == {"ada", "ben"}


def test_of_several_submissions_the_newest_counts(course: Course, executor: LocalExecutor) -> None:
    for student, day, answer in (("ada", 9, WRONG), ("ben", 10, "def double(x): return x + x")):
        file = hand_in(course.root, student, double=answer)
        (file.parent / "timestamp.txt").write_text(f"2026-01-{day:02} 12:00:00 UTC")
    assert scores(grade(course, executor)) == {"ada": 3, "ben": 3}


def test_where_nothing_tells_the_newest_a_person_decides(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada", double=WRONG)
    hand_in(course.root, "ben")
    graded = grade(course, executor)
    assert scores(graded) == {"ada": None, "ben": None}
    assert "leave one of their folders" in (graded["ada"].results[0].error or "")
    assert not any("handed in by" in each.submission.note for each in graded.values())
    assert [marks.total for marks in read_marks(course, [ASSIGNMENT])] == [None, None]


def test_the_same_work_handed_in_twice_is_one(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ada")
    hand_in(course.root, "ben")
    assert scores(grade(course, executor)) == {"ada": 3, "ben": 3}


@pytest.mark.parametrize("graded", ["ben", "ada"])
def test_a_person_grades_one_of_a_group_and_the_others_follow(
    course: Course, executor: LocalExecutor, graded: str
) -> None:
    hand_in(course.root, "ben")
    grade(course, executor)
    give(course, graded, 0.5)
    with Gradebook.of(course) as gradebook:
        settle(course, gradebook, ASSIGNMENT)
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert totals == {"ada": 2.5, "ben": 2.5}


@pytest.mark.parametrize("graded", ["ben", "ada"])
def test_what_a_person_gives_any_of_a_group_last_counts_for_all(
    course: Course, executor: LocalExecutor, graded: str
) -> None:
    hand_in(course.root, "ben")
    grade(course, executor)
    for student, points in (("ben", 0.5), (graded, 0.25)):
        give(course, student, points)
        with Gradebook.of(course) as gradebook:
            settle(course, gradebook, ASSIGNMENT)
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert totals == {"ada": 2.25, "ben": 2.25}


def test_the_page_of_each_of_a_group_says_for_whom_it_counts(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ben")
    hand_in(course.root, "cy")
    grade(course, executor)
    pages = {
        student: (course.root / f"autograded/{student}/tiny/tiny.ipynb").read_text()
        for student in ("ada", "ben", "cy")
    }
    said = "the work of group red, handed in by ben"
    assert {student: said in page for student, page in pages.items()} == {
        "ada": True, "ben": True, "cy": False
    }  # fmt: skip
    (course.root / "groups.csv").unlink()
    seed = grade(course, executor)["ben"].results[0].seed
    page = course.root / "autograded/ben/tiny/tiny.ipynb"
    assert (said in page.read_text(), f'"seed": {seed}' in pages["ben"]) == (False, True)


def test_a_members_page_names_who_handed_it_in(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ben")
    grade(course, executor)
    said = {
        path.parts[-3]: "handed in by ben" in path.read_text()
        for path in write_pages(course, ASSIGNMENT, ["ada", "ben"])
    }
    assert said == {"ada": True, "ben": False}


def test_a_person_grades_the_newest_and_who_handed_in_before_follows(
    course: Course, executor: LocalExecutor
) -> None:
    for student, day, answer in (("ada", 9, WRONG), ("ben", 10, "def double(x): return x + x")):
        file = hand_in(course.root, student, double=answer)
        (file.parent / "timestamp.txt").write_text(f"2026-01-{day:02} 12:00:00 UTC")
    grade(course, executor)
    give(course, "ben", 0.5)
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert totals == {"ada": 2.5, "ben": 2.5}


def test_what_was_graded_counts_when_who_handed_it_in_is_deleted(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ben", double=WRONG)
    hand_in(course.root, "cy")
    grade(course, executor)
    for folder in ("submitted", "autograded"):
        shutil.rmtree(course.root / folder / "ben")
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert (totals["ada"], totals["cy"]) == (2, 3)


@pytest.fixture
def without_ben(course: Course, executor: LocalExecutor) -> Course:
    """Ben has handed in for ada as well, and was deleted as the manual says."""
    hand_in(course.root, "ben", double=WRONG)
    grade(course, executor)
    for folder in ("submitted", "autograded"):
        shutil.rmtree(course.root / folder / "ben")
    with Gradebook.of(course) as gradebook:
        gradebook.remove_submission(ASSIGNMENT, "ben")
    (course.root / "groups.csv").write_text("student,group\nada,red\n")
    return course


def test_the_report_has_whose_grade_stands(without_ben: Course) -> None:
    found = analyse_course(without_ben, ASSIGNMENT)
    assert (found.totals, found.without_work) == ({"ada": 2}, ())


def test_the_page_of_whose_grade_stands_is_written_and_packed(without_ben: Course) -> None:
    pages = without_ben.root / "pages.zip"
    options = ("-o", without_ben.root / "m.csv", "--feedback", pages)
    done = run(without_ben, "export", ASSIGNMENT, *options)
    assert "1 page" in done.output
    assert zipfile.ZipFile(pages).namelist() == ["ada/tiny.html"]


def test_a_grading_says_whose_grade_stands(without_ben: Course) -> None:
    hand_in(without_ben.root, "cy")
    told = run(without_ben, "grade", "--isolation", "none").output
    assert "tiny: the files are gone, so that the grade on record stands: ada." in told


def test_whose_grade_stands_is_not_said_to_have_handed_in_nothing(without_ben: Course) -> None:
    told = " ".join(run(without_ben, "grade", ASSIGNMENT, "--student", "ada").output.split())
    assert "The files of 'ada' for 'tiny' are gone, so that the grade on record stands" in told


def test_a_decision_reaches_whose_grade_stands(without_ben: Course) -> None:
    run(without_ben, "full", ASSIGNMENT, "test_double")
    assert {marks.total for marks in read_marks(without_ben, [ASSIGNMENT])} == {3}


def test_the_work_of_who_is_deleted_can_be_the_others_with_what_people_gave(
    course: Course, executor: LocalExecutor
) -> None:
    """As the manual says: the folder is moved before anything is deleted."""
    hand_in(course.root, "ben", double=WRONG)
    grade(course, executor)
    by_hand(course, "UPDATE grade SET manual_score = 1.5, needs_manual_grade = 0")
    (course.root / "submitted/ada").mkdir()
    (course.root / "submitted/ben/tiny").rename(course.root / "submitted/ada/tiny")
    shutil.rmtree(course.root / "autograded/ben")
    (course.root / "groups.csv").write_text("student,group\nada,red\n")
    graded = grade(course, executor)
    assert graded["ada"].reviews["tiny"].total(graded["ada"].results[0]) == 3


def totals_without_ada(course: Course, text: str) -> dict[str, float | None]:
    (course.root / "groups.csv").write_text(text)
    return {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}


def test_a_groups_work_goes_from_who_has_left_it(course: Course, executor: LocalExecutor) -> None:
    hand_in(course.root, "ben", double=WRONG)
    grade(course, executor)
    with Gradebook.of(course) as gradebook:
        gradebook.name_students({"ada": {"first_name": "Ada"}})
    assert totals_without_ada(course, "student,group\nben,red\n") == {"ada": 0, "ben": 2}
    assert not (course.root / "autograded/ada/tiny").exists()
    with Gradebook.of(course) as gradebook:
        assert {student for student, _ in gradebook.reviews(ASSIGNMENT)} <= {"ben"}


def test_who_was_named_by_mistake_is_in_no_table_afterwards(
    course: Course, executor: LocalExecutor
) -> None:
    (course.root / "groups.csv").write_text("student,group\nben,red\nadda,red\n")
    hand_in(course.root, "ben")
    assert scores(grade(course, executor)) == {"adda": 3, "ben": 3}
    assert totals_without_ada(course, "student,group\nben,red\n") == {"ben": 3}


def test_who_has_left_and_had_extra_credit_is_told_of(
    course: Course, executor: LocalExecutor, caplog: pytest.LogCaptureFixture
) -> None:
    hand_in(course.root, "ben")
    grade(course, executor)
    by_hand(
        course,
        "UPDATE grade SET extra_credit = 2 WHERE auto_score = 1 AND notebook_id IN (SELECT n.id "
        "FROM submitted_notebook n JOIN submitted_assignment a ON n.assignment_id = a.id WHERE "
        "a.student_id = 'ada')",
    )
    totals_without_ada(course, "student,group\nben,red\n")
    assert "2 points of extra credit, given to ada alone" in caplog.text


def test_who_has_left_the_group_keeps_what_they_handed_in(
    course: Course, executor: LocalExecutor
) -> None:
    hand_in(course.root, "ada")
    grade(course, executor)
    shutil.rmtree(course.root / "submitted/ada")
    hand_in(course.root, "cy")
    grade(course, executor)
    assert totals_without_ada(course, "student,group\nben,red\n") == {
        "ada": 3, "ben": 3, "cy": 3
    }  # fmt: skip


def test_an_extension_of_a_group_is_its_members(course: Course, executor: LocalExecutor) -> None:
    (course.root / "deadlines.toml").write_text(
        "[due]\ntiny = 2026-01-10T12:00:00Z\n[late]\npolicy = 'zero'\n"
        "[[extension]]\nstudent = 'red'\nassignment = 'tiny'\nuntil = '+1d'\n"
    )
    for student in ("ben", "cy"):
        file = hand_in(course.root, student)
        (file.parent / "timestamp.txt").write_text("2026-01-10T13:00:00Z")
    grade(course, executor)
    totals = {marks.student: marks.total for marks in read_marks(course, [ASSIGNMENT])}
    assert totals == {"ada": 3, "ben": 3, "cy": 0}


def test_groups_can_be_of_one_assignment(course: Course) -> None:
    (course.root / "groups.csv").write_text(
        "Username;Group name;Assignment\nada;red;\nben;red;\nben;blue;tiny\ncy;blue;tiny\n"
    )
    assert read_groups(course.root, "tiny") == {"red": ("ada",), "blue": ("ben", "cy")}
    assert read_groups(course.root, "other") == {"red": ("ada", "ben")}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("student\nada\n", "needs the columns student and group"),
        ("student,group\nada,red\nada,blue\n", "line 3: ada is in the groups red and blue"),
        ("", "needs the columns"),
    ],
)
def test_a_table_that_makes_no_sense_is_named(course: Course, text: str, said: str) -> None:
    (course.root / "groups.csv").write_text(text)
    with pytest.raises(CourseError, match=said):
        read_groups(course.root, ASSIGNMENT)
