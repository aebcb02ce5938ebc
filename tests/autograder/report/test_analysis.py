from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.report.analysis import Analysis, Item, analyse
from autograder.results import NotebookResult, Outcome, Question, Review


def question(
    grade_id: str, score: float | None, outcome: Outcome = Outcome.PASSED, message: str = ""
) -> Question:
    return Question(grade_id, score, 2.0, outcome, message)


def result(student: str, *questions: Question, error: str | None = None) -> NotebookResult:
    return NotebookResult("a1", student, "one", questions, error=error)


def analysis(*results: NotebookResult) -> Analysis:
    return analyse("a1", [(each, Review()) for each in results])


def item(scores: tuple[float, ...], rests: tuple[float, ...]) -> Item:
    return Item("one", "q", 2.0, scores, rests, {}, ())


def test_totals_are_sums_of_known_scores() -> None:
    found = analysis(result("ada", question("p", 2.0), question("q", None, Outcome.MANUAL)))
    assert (found.totals, found.max_score, found.pending) == ({"ada": 2.0}, 4.0, 1)


@pytest.mark.parametrize(
    ("points", "outcome"), [(2.0, Outcome.PASSED), (0.5, Outcome.PARTIAL), (0.0, Outcome.FAILED)]
)
def test_what_a_person_has_graded_ended_by_the_points(points: float, outcome: Outcome) -> None:
    graded = result("ada", question("p", None, Outcome.MANUAL))
    found = analyse("a1", [(graded, Review(scores={"p": points}))])
    assert found.items[0].outcomes == {outcome: 1}


def test_a_persons_score_replaces_the_automatic_one() -> None:
    graded = result("ada", question("p", 2.0))
    found = analyse("a1", [(graded, Review(scores={"p": 0.5}))])
    assert found.items[0].scores == (0.5,)


def test_ungradable_notebooks_are_listed_and_count_nowhere() -> None:
    found = analysis(result("ada", question("p", 2.0)), result("bob", error="not JSON"))
    assert found.ungraded == {"bob": "not JSON"}
    assert found.totals == {"ada": 2.0}


def test_notebooks_of_one_student_are_summed() -> None:
    first = NotebookResult("a1", "ada", "one", (question("p", 1.0),))
    second = NotebookResult("a1", "ada", "two", (question("p", 2.0),))
    found = analysis(first, second)
    assert found.totals == {"ada": 3.0}
    assert [each.rests for each in found.items] == [(2.0,), (1.0,)]


def test_most_frequent_message_comes_first_and_passing_says_nothing() -> None:
    found = analysis(
        result("a", question("p", 0.0, Outcome.FAILED, "sign\nmore")),
        result("b", question("p", 0.0, Outcome.FAILED, "1/n")),
        result("c", question("p", 0.0, Outcome.FAILED, "1/n")),
        result("d", question("p", 2.0, Outcome.PASSED, "fine")),
    )
    assert found.items[0].messages == (("1/n", 2), ("sign", 1))


def test_question_that_everybody_passes_does_not_discriminate() -> None:
    assert item((2.0, 2.0), (1.0, 5.0)).discrimination is None


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 20)), max_size=8))
def test_shares_and_correlations_stay_in_their_ranges(pairs: list[tuple[int, int]]) -> None:
    scores, rests = [float(a) for a, _ in pairs], [float(b) for _, b in pairs]
    found = item(tuple(scores), tuple(rests))
    assert found.facility is None or 0 <= found.facility <= 1
    assert found.discrimination is None or -1 <= found.discrimination <= 1


def test_grader_errors_are_pointed_out_before_all_else() -> None:
    found = analysis(result("a", question("p", None, Outcome.GRADER_ERROR)))
    assert "mend the test" in found.items[0].advice


def test_question_that_nobody_solved_is_pointed_out() -> None:
    assert "nobody" in item((0.0, 0.0), (1.0, 5.0)).advice


@pytest.mark.parametrize(("students", "warned"), [(4, False), (12, True)])
def test_question_that_good_students_fail_is_pointed_out_in_a_class(
    students: int, warned: bool
) -> None:
    scores = tuple(2.0 if i < students / 2 else 0.0 for i in range(students))
    assert bool(item(scores, tuple(map(float, range(students)))).advice) is warned


def test_what_waits_for_a_person_is_no_fault_of_the_task() -> None:
    blank = result("ada", question("words", 0.0, Outcome.NO_RESPONSE))
    waiting = [result(who, question("words", None, Outcome.MANUAL)) for who in ("ben", "cy")]
    found = analysis(blank, *waiting)
    assert (found.items[0].advice, found.pending) == ("2 answers wait for a person", 2)


def test_points_for_an_earlier_answer_wait_as_well() -> None:
    review = Review({"p": 2.0}, outdated=frozenset({"p"}))
    assert analyse("a1", [(result("ada", question("p", 0.0)), review)]).pending == 1


def test_points_for_an_earlier_answer_count_0_until_then_as_the_page_says() -> None:
    outdated = Review({"p": 2.0}, outdated=frozenset({"p"}))
    found = analyse(
        "a1",
        [
            (result("ada", question("p", 0.0), question("q", 1.0)), outdated),
            (result("ben", question("p", 0.0), question("q", 1.0)), Review({"p": 1.0})),
        ],
    )
    assert (found.totals, found.items[0].scores) == ({"ada": 1.0, "ben": 2.0}, (1.0,))


def test_the_answer_of_a_group_waits_once() -> None:
    graded = [
        (result(name, question("words", None, Outcome.MANUAL)), Review())
        for name in ("a", "b", "c")
    ]
    found = analyse("a1", graded, {"a": "a", "b": "a"})
    assert (found.pending, found.items[0].waiting) == (2, 2)
