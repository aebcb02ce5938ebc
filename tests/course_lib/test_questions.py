"""The questions of the self-checks: well formed, right by the library, each mistake diagnosed."""

from __future__ import annotations

from importlib import resources

import numpy as np
import pytest

from course_lib.losses import huber_loss, squared_loss
from course_lib.questions import HINTS, ChoiceQuestion, NumberQuestion, load_questions

LECTURES = sorted(
    path.name.removesuffix(".toml")
    for path in (resources.files("course_lib") / "questions").iterdir()
    if path.name.endswith(".toml")
)
LOSSES = load_questions("03_loss_functions")


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_lecture_has_four_to_eight_questions_beside_those_of_its_exercises(lecture: str) -> None:
    prompts = [question.prompt for question in load_questions(lecture).values()]
    assert 4 <= sum(not prompt.startswith("Exercise ") for prompt in prompts) <= 8


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_question_has_three_different_hints(lecture: str) -> None:
    for question in load_questions(lecture).values():
        assert len(set(question.hints)) == HINTS == 3


@pytest.mark.parametrize("lecture", LECTURES)
def test_no_mistake_is_right(lecture: str) -> None:
    for question in load_questions(lecture).values():
        if isinstance(question, NumberQuestion):
            for mistaken, diagnosis in question.mistakes.items():
                feedback = question.check(str(mistaken))
                assert (feedback.right, feedback.message) == (False, diagnosis)


@pytest.mark.parametrize("lecture", LECTURES)
def test_every_option_has_its_own_feedback(lecture: str) -> None:
    for question in load_questions(lecture).values():
        if isinstance(question, ChoiceQuestion):
            messages = {each.message for each in question.feedback}
            assert len(messages) == len(question.options) >= 3


def number_question(name: str) -> NumberQuestion:
    question = LOSSES[name]
    assert isinstance(question, NumberQuestion)
    return question


def test_huber_by_hand_agrees_with_the_library() -> None:
    question = number_question("huber_by_hand")
    assert question.low == question.high == huber_loss(1.0, 6.0, 2.0)[0]
    assert float(squared_loss(1.0, 6.0)[0]) in question.mistakes


def test_gradient_sign_agrees_with_the_library() -> None:
    question = number_question("gradient_sign")
    assert question.low == question.high == huber_loss(6.0, 1.0, 2.0)[1]
    assert float(squared_loss(6.0, 1.0)[1]) in question.mistakes


def test_absolute_minimiser_agrees_with_a_grid() -> None:
    question = number_question("absolute_minimiser")
    sample = np.array([1, 2, 4, 8, 16, 100])
    grid = np.arange(0, 101)
    totals = np.abs(grid[:, None] - sample).sum(axis=1)
    minimisers = grid[totals == totals.min()]
    assert (question.low, question.high) == (minimisers.min(), minimisers.max())
    assert f"sum, {totals.min()}" in question.explanation
    assert round(sample.mean(), 2) in question.mistakes


def test_moved_point_quotes_the_right_means() -> None:
    means = [np.mean([1, 3, 4, 6, 10]), np.mean([1, 3, 4, 6, 1000])]
    question = LOSSES["moved_point"]
    assert isinstance(question, ChoiceQuestion)
    assert f"from {means[0]:g} to {means[1]:g}" in question.feedback[0].message


@pytest.mark.parametrize(
    "answer", ["8", " 8.0 ", "8,0", "16/2", "8.001", "2^3", "7½ + ½", "8 ns", "log2(256)"]
)
def test_a_number_may_be_written_in_several_ways(answer: str) -> None:
    assert number_question("huber_by_hand").check(answer).right


def test_a_minus_sign_may_be_typographic() -> None:
    assert number_question("gradient_sign").check("−2").right


@pytest.mark.parametrize("answer", ["4", "5.5", "8"])
def test_any_number_of_an_interval_is_right(answer: str) -> None:
    assert number_question("absolute_minimiser").check(answer).right


@pytest.mark.parametrize("answer", ["3.9", "8.1"])
def test_a_number_beside_the_interval_is_not(answer: str) -> None:
    assert not number_question("absolute_minimiser").check(answer).right


@pytest.mark.parametrize("answer", ["", "eight", "1/0", "nan", "1e999/3", "8 apples"])
def test_what_is_no_number_is_told_so(answer: str) -> None:
    feedback = number_question("huber_by_hand").check(answer)
    assert not feedback.right
    assert feedback.message.startswith("Please answer with a number")


@pytest.mark.parametrize(("answer", "size"), [("77", "too large"), ("-3.5", "too small")])
def test_an_unforeseen_number_is_too_large_or_too_small(answer: str, size: str) -> None:
    assert number_question("huber_by_hand").check(answer).message == (
        f"This is {size}. A hint may help."
    )


def test_a_number_rounded_too_far_is_told_so() -> None:
    question = load_questions("02_map_estimation")["aliens_level"]
    assert repr(question.check("9.0")) == "≈ Nearly. Right, give two decimals."
    assert question.check("8.99").right
    assert question.check("ln 8000").right
    assert [question.check(each).close for each in ("8.9", "10", "8.95", "9.03")] == [False] * 4


@pytest.mark.parametrize("lecture", LECTURES)
def test_a_mistake_is_diagnosed_even_where_it_is_close(lecture: str) -> None:
    for question in load_questions(lecture).values():
        if isinstance(question, NumberQuestion):
            assert not any(question.check(str(each)).close for each in question.mistakes)


def test_a_unit_that_was_not_asked_for_is_told() -> None:
    question = load_questions("06_information_theory")["three_outcomes"]
    assert question.check("1½ bits").right
    assert "in nats" in question.check("1.04 nats").message


@pytest.mark.parametrize("answer", ["a", "A", "a)"])
def test_an_option_may_be_written_in_several_ways(answer: str) -> None:
    assert LOSSES["moved_point"].check(answer).right


@pytest.mark.parametrize("answer", ["", "e", "ab", "1", "None"])
def test_what_is_no_option_is_told_so(answer: str) -> None:
    feedback = LOSSES["moved_point"].check(answer)
    assert not feedback.right
    assert feedback.message.startswith("Please answer with one of a, b, c, d")


def test_an_unknown_lecture_is_named() -> None:
    with pytest.raises(KeyError, match="99_unknown"):
        load_questions("99_unknown")
