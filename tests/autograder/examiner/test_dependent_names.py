"""Names that an instructor's cell gives to results of answers: a test's own values stay with it."""

from __future__ import annotations

from autograder.grading.plan import make_plan
from tests.autograder.workers.bench import Bench, answer, check_cell, plain, scores, source

ANSWER = answer("def f(x): return 2 * x")
SHOWS = plain("right = f(2)\nprint(right)")
COMPARES = check_cell("right = 6\nassert f(3) == right", "compares")


def test_names_of_answers_are_not_dependent() -> None:
    plan = make_plan(source(ANSWER, SHOWS, COMPARES).notebook)
    assert plan.student_names == {"f", "right"}
    assert plan.dependent_names == {"right"}


def test_the_students_code_does_not_get_to_see_the_expected_value(bench: Bench) -> None:
    instructor = source(ANSWER, SHOWS, COMPARES)
    assert scores(bench.grade(instructor)) == {"compares": 2}
    thief = answer("def f(x): return globals().get('right', 4)")
    assert scores(bench.grade(instructor, thief, SHOWS, COMPARES)) == {"compares": 0}


def test_a_test_reads_the_result_of_the_instructors_cell(bench: Bench) -> None:
    reads = check_cell("assert right == 4", "reads")
    assert scores(bench.grade(source(ANSWER, SHOWS, reads))) == {"reads": 2}


def test_the_next_test_sees_what_the_test_before_it_bound(bench: Bench) -> None:
    after = check_cell("assert right == 6", "after")
    assert scores(bench.grade(source(ANSWER, SHOWS, COMPARES, after)))["after"] == 2


def test_after_the_next_cell_it_is_the_candidates_again(bench: Bench) -> None:
    again = plain("right = f(5)")
    after = check_cell("assert right == 10", "after")
    assert scores(bench.grade(source(ANSWER, SHOWS, COMPARES, again, after)))["after"] == 2


def test_it_can_be_deleted(bench: Bench) -> None:
    deletes = check_cell("right = 6\ndel right\nassert right == 4 and f(1) == 2", "deletes")
    assert scores(bench.grade(source(ANSWER, SHOWS, deletes))) == {"deletes": 2}
