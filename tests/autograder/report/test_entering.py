"""Points and comments from a table: all of it, or nothing, and nothing is lost silently."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from click.testing import Result

from autograder.course.directory import Course, load_course
from autograder.gradebook import Gradebook
from tests.autograder.on_record import course, put_on_record, run
from tests.autograder.tiny_course import ASSIGNMENT, make_course

__all__ = ["course"]  # a fixture


@pytest.fixture(scope="module")
def graded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Of Ada and Ben a question waits for a person; Cy has handed in nothing."""
    root = make_course(tmp_path_factory.mktemp("entering") / "course")
    for student in ("ada", "ben"):
        put_on_record(load_course(root), student, test_double=None)
    with Gradebook.of(load_course(root)) as gradebook:
        gradebook.name_students({"cy": {}})
    return root


def enter(course: Course, lines: str, *options: object) -> Result:
    path = course.root.parent / "marks.csv"
    path.write_text(f"student,question,points,comment\n{lines}", encoding="utf-8")
    return run(course, "enter", path, "--assignment", ASSIGNMENT, *options)


def given(course: Course) -> dict[str, tuple[dict[str, float], dict[str, str]]]:
    with Gradebook.of(course) as gradebook:
        found = gradebook.reviews(ASSIGNMENT)
    return {who: (dict(each.scores), dict(each.comments)) for (who, _), each in found.items()}


def test_points_and_comments_are_entered(course: Course) -> None:
    done = enter(course, "ada,test_double,0.5,\nada,double,,Almost.\nben,tiny/test_double,1,\n")
    assert "Entered: 2 marks and 1 comment for 2 students." in done.output
    assert given(course) == {
        "ada": ({"test_double": 0.5}, {"double": "Almost."}),
        "ben": ({"test_double": 1.0}, {}),
    }


def test_the_long_export_is_the_form_to_fill_in(course: Course, tmp_path: Path) -> None:
    form = tmp_path / "form.csv"
    run(course, "export", "--format", "long", "-o", form)
    rows = list(csv.DictReader(io.StringIO(form.read_text())))
    for row in rows:
        row["score"] = row["score"] or "0.25"
    with form.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    assert "Entered: 2 marks and 0 comments" in run(course, "enter", form).output
    assert given(course)["ada"] == ({"test_double": 0.25}, {})


@pytest.mark.parametrize("comment", ["- 1 for the sign", "=x", "'quoted'", "two\nlines"])
def test_a_comment_comes_back_from_the_export_as_it_was(
    course: Course, tmp_path: Path, comment: str
) -> None:
    enter(course, f'ada,double,,"{comment}"\n')
    form = tmp_path / "form.csv"
    before = given(course)
    run(course, "export", "--format", "long", "-o", form)
    assert "Entered: 0 marks and 0 comments" in run(course, "enter", form).output
    assert given(course) == before


def test_an_apostrophe_of_the_export_is_no_part_of_a_comment(course: Course) -> None:
    enter(course, "ada,double,,'-1 for the sign\n")
    assert given(course)["ada"][1] == {"double": "-1 for the sign"}


def test_a_try_writes_nothing(course: Course) -> None:
    done = enter(course, "ada,test_double,0.5,\n", "--dry-run")
    assert "Would be entered: 1 mark and 0 comments for 1 student" in done.output
    assert given(course) == {}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("adda,test_double,1,", "line 3: there is no student 'adda', perhaps ada is meant"),
        ("cy,test_double,1,", "cy has nothing of tiny that was graded"),
        (
            "ben,test_duble,1,",
            "tiny has no question 'test_duble', perhaps test_double",
        ),
        ("ben,other/test_double,1,", "notebook other has no question 'test_double'"),
        ("ben,test_double,1.5,", "1.5 points, expected 0 to 1"),
        ("ben,test_double,-1,", "-1 points, expected 0 to 1"),
        ("ben,test_double,one,", "'one' is no number of points"),
        ("ben,test_double,nan,", "'nan' is no number of points"),
        ("ben,double,1,", "this cell earns none, but takes a comment"),
        ("ben,test_double,,Good.", "name one of double, halve"),
        ("ada,test_double,1,", "line 2 says something else of it"),
        ("ben,test_halve,1,", "there are 2 points by the tests, and the table has 1: --replace"),
    ],
)
def test_a_line_that_cannot_be_is_named_and_nothing_is_entered(
    course: Course, line: str, said: str
) -> None:
    done = enter(course, f"ada,test_double,0.5,\n{line}\n")
    assert said in " ".join(done.output.split())
    assert "Nothing is entered: 1 line of" in done.output
    assert (done.exit_code, given(course)) == (2, {})


def test_what_is_there_is_replaced_only_if_told_so(course: Course) -> None:
    enter(course, "ada,test_double,0.5,\nada,double,,Almost.\n")
    again = "ada,test_double,1,\nada,double,,Good.\n"
    refused = " ".join(enter(course, again).output.split())
    assert "there are 0.5 points by a person, and the table has 1: --replace" in refused
    assert "there is another comment ('Almost.'): --replace" in refused
    done = enter(course, again, "--replace")
    assert "0.5 → 1" in done.output
    assert "Almost. → Good." in done.output
    assert given(course)["ada"] == ({"test_double": 1.0}, {"double": "Good."})


def test_one_point_that_is_there_is_said_in_the_singular(course: Course) -> None:
    enter(course, "ada,test_double,1,\n")
    refused = " ".join(enter(course, "ada,test_double,0,\n").output.split())
    assert "there is 1 point by a person, and the table has 0: --replace" in refused


def test_an_empty_cell_takes_nothing_away(course: Course) -> None:
    enter(course, "ada,test_double,0.5,\nada,double,,Almost.\n")
    enter(course, "ada,test_double,,\nada,double,,\n", "--replace")
    assert given(course)["ada"] == ({"test_double": 0.5}, {"double": "Almost."})


def test_a_decimal_comma_is_read(course: Course) -> None:
    path = course.root.parent / "marks.csv"
    path.write_text("student;question;points\nada;test_double;0,5\n")
    run(course, "enter", path, "--assignment", ASSIGNMENT)
    assert given(course)["ada"][0] == {"test_double": 0.5}


def test_a_groups_members_cannot_have_different_points(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nada,red\nben,red\n")
    done = enter(course, "ada,test_double,0.5,\nben,test_double,1,\n")
    assert "line 2 says something else of the same work" in " ".join(done.output.split())


def test_points_for_one_of_a_group_are_everybodys(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nada,red\nben,red\n")
    enter(course, "ben,test_double,0.5,\n")
    assert given(course)["ada"][0] == {"test_double": 0.5}


def test_a_question_that_does_not_count_as_graded_is_refused(course: Course) -> None:
    run(course, "drop", ASSIGNMENT, "test_halve")
    done = enter(course, "ada,test_halve,1.5,\n")
    assert "autograder restore comes first" in " ".join(done.output.split())


def test_who_is_excused_gets_no_points(course: Course) -> None:
    run(course, "excuse", "ada", ASSIGNMENT)
    done = enter(course, "ada,test_double,0.5,\n")
    assert "ada is excused from tiny" in done.output


def test_a_table_without_the_columns_is_named(course: Course) -> None:
    path = course.root.parent / "marks.csv"
    path.write_text("who,points\nada,1\n")
    done = run(course, "enter", path)
    assert "has the columns who, points, expected student, question" in " ".join(
        done.output.split()
    )


def test_an_assignment_that_is_none_is_named(course: Course) -> None:
    path = course.root.parent / "marks.csv"
    path.write_text("assignment,student,question,points\ntny,ada,test_double,1\n")
    assert (
        "there is no assignment 'tny', perhaps tiny is meant" in run(course, "enter", path).output
    )


def extra_credits(course: Course) -> dict[str, dict[str, float]]:
    with Gradebook.of(course) as gradebook:
        found = gradebook.reviews(ASSIGNMENT)
    return {who: dict(each.extra_credit) for (who, _), each in found.items() if each.extra_credit}


def enter_credit(course: Course, lines: str, *options: object) -> Result:
    path = course.root.parent / "marks.csv"
    path.write_text(f"student,question,extra_credit\n{lines}", encoding="utf-8")
    return run(course, "enter", path, "--assignment", ASSIGNMENT, *options)


def test_extra_credit_is_entered(course: Course) -> None:
    done = enter_credit(course, "ada,test_double,0.5\nben,test_halve,-1\n")
    assert "Entered: 0 marks and 0 comments and 2 extra credits for 2 students." in done.output
    assert extra_credits(course) == {"ada": {"test_double": 0.5}, "ben": {"test_halve": -1.0}}


def test_extra_credit_comes_back_from_the_export_as_it_was(course: Course, tmp_path: Path) -> None:
    enter_credit(course, "ada,test_halve,0.5\n")
    form = tmp_path / "form.csv"
    run(course, "export", "--format", "long", "-o", form)
    assert "Entered: 0 marks and 0 comments for" in run(course, "enter", form).output
    assert extra_credits(course) == {"ada": {"test_halve": 0.5}}


def test_extra_credit_that_is_there_is_replaced_only_if_told_so(course: Course) -> None:
    enter_credit(course, "ada,test_halve,0.5\n")
    refused = enter_credit(course, "ada,test_halve,1\n")
    assert (refused.exit_code, "there is extra credit of 0.5 points" in refused.output) == (2, True)
    assert enter_credit(course, "ada,test_halve,0\n", "--replace").exit_code == 0
    assert extra_credits(course) == {}


def test_extra_credit_is_what_a_person_gives_beside_a_decision(course: Course) -> None:
    run(course, "add", ASSIGNMENT, "test_halve", "0.25")
    enter_credit(course, "ada,test_halve,0.5\n")
    assert extra_credits(course) == {"ada": {"test_halve": 0.5}}
    run(course, "restore", ASSIGNMENT, "test_halve")
    assert extra_credits(course) == {"ada": {"test_halve": 0.5}}


def test_extra_credit_is_for_one_alone_of_a_group(course: Course) -> None:
    (course.root / "groups.csv").write_text("student,group\nada,red\nben,red\n")
    path = course.root.parent / "marks.csv"
    path.write_text(
        "student,question,points,extra_credit\nada,test_double,1,0.5\nben,test_double,1,0\n"
    )
    assert run(course, "enter", path, "--assignment", ASSIGNMENT).exit_code == 0
    assert extra_credits(course) == {"ada": {"test_double": 0.5}}
