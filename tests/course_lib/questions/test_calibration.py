"""The numbers in the questions of lecture 05, recomputed with the library."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.questions import ChoiceQuestion, NumberQuestion, load_questions
from course_lib.softmax import reliability, sigmoid, softmax

QUESTIONS = load_questions("05_calibration")


def number_question(name: str) -> NumberQuestion:
    question = QUESTIONS[name]
    assert isinstance(question, NumberQuestion)
    return question


def test_error_bar_is_the_scatter_of_a_share() -> None:
    question = number_question("error_bar")
    q, n = 0.05, 400
    shares = np.random.default_rng(0).binomial(n, q, size=200_000) / n
    assert question.low == pytest.approx(100 * shares.std(), rel=0.01)
    one = np.sqrt(q * (1 - q))
    wrong = [
        one / np.sqrt(n),
        100 * one,
        100 * np.sqrt(q / n),
        one * np.sqrt(n),
        200 * one / np.sqrt(n),
    ]
    assert list(question.mistakes) == pytest.approx(wrong, abs=5e-3)


def test_those_go_to_a_person_whose_error_would_cost_more() -> None:
    expected = 20 * np.array([0.005, 0.02, 0.06, 0.3])
    assert number_question("threshold").low == (expected > 1).sum()


def test_fraud_after_the_shift() -> None:
    training, bank = np.array([0.5, 0.5]), np.array([0.001, 0.999])
    shifted = np.log([0.9, 0.1]) + np.log(bank / training)
    assert number_question("fraud").low == pytest.approx(100 * softmax(shifted)[0], abs=5e-3)


def test_cheaper_error() -> None:
    question = number_question("cheaper_error")
    assert question.low == 1 - 1 / 5
    assert list(question.mistakes) == pytest.approx([80, 1 / 5, 1 - 1 / 20, 5 / 6], abs=5e-3)


def test_a_higher_temperature_lowers_the_confidence() -> None:
    question = QUESTIONS["overconfident"]
    assert isinstance(question, ChoiceQuestion)
    assert question.feedback[0].right
    logits = np.array([[3.0, 0.0, 0.0]])
    cool, warm = (reliability(softmax(logits / T), [0]).confidence for T in (1.0, 2.0))
    assert np.nanmax(warm) < np.nanmax(cool)


def test_two_sigmoids_can_say_both_and_a_softmax_cannot() -> None:
    question = QUESTIONS["several_labels"]
    assert isinstance(question, ChoiceQuestion)
    assert question.feedback[1].right
    assert (sigmoid([3.0, 3.0]) > 0.9).all()
    assert (softmax([3.0, 3.0]) <= 0.5).all()
