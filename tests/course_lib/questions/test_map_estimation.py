"""The numbers in the self-checks of lecture 02, by the library."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib.datasets import batters
from course_lib.map_estimation import (
    beta_bernoulli_map,
    posterior_discrete,
    ridge_fit,
    ridge_strength,
)
from course_lib.questions import ChoiceQuestion, load_questions
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("02_map_estimation")
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


def choice_question(name: str) -> ChoiceQuestion:
    question = QUESTIONS[name]
    assert isinstance(question, ChoiceQuestion)
    return question


def test_two_explanations() -> None:
    prior, likelihood = np.array([0.8, 0.2]), np.array([0.1, 0.8])
    first, second = posterior_discrete(np.log(likelihood), np.log(prior))
    assert number_question("two_explanations").low == pytest.approx(second, abs=1e-4)
    product = likelihood * prior
    expected = [product[1], likelihood[1], likelihood[1] / likelihood.sum(), prior[1], first]
    assert mistakes("two_explanations") == pytest.approx([*expected, second / first], abs=0.005)


def test_imagined_flips() -> None:
    flips, a, b = [1, 1], 5.0, 5.0
    answer = beta_bernoulli_map(flips, a, b)
    assert number_question("imagined_flips").low == pytest.approx(answer)
    mean = (2 + a) / (2 + a + b)
    five_imagined_ones = (5 + 2) / (8 + 2)
    assert mistakes("imagined_flips") == pytest.approx(
        [1, (a - 1) / (a + b - 2), (1 + 0.5) / 2, mean, five_imagined_ones], abs=0.005
    )


def test_clemente_is_the_only_exception_among_the_best_six() -> None:
    name, hits, _, _, rest = batters()
    forecast = (hits + 210) / (45 + 793)
    closer = np.abs(forecast - rest) < np.abs(hits / 45 - rest)
    assert name[0] == "Clemente"
    assert closer[:6].tolist() == [False, True, True, True, True, True]
    assert (~closer).sum() == 4
    question = choice_question("clemente")
    assert "which four" in question.hints[0]
    assert "of the six best" in question.feedback[2].message
    assert f"away from {rest[0]:.3f}" in question.feedback[3].message


def test_ridge_strength() -> None:
    assert number_question("ridge_strength").low == pytest.approx(ridge_strength(9.0, 0.25, 90))
    expected = [9 / 0.25, 3 / (90 * 0.5), 90 * 0.25 / 9, 9 / 90, 9 / (90 * 0.5), 0.8]
    assert mistakes("ridge_strength") == pytest.approx(expected, abs=0.005)


def test_ridge_by_hand() -> None:
    X, y = np.array([[1.0], [1.0]]), np.array([1.0, 5.0])
    assert number_question("ridge_by_hand").low == pytest.approx(ridge_fit(X, y, 1.0)[0])
    least_squares, without_n, without_half = (ridge_fit(X, y, lam)[0] for lam in (0.0, 0.5, 2.0))
    expected = [least_squares, without_n, without_half, 0, (X.T @ y)[0]]
    assert mistakes("ridge_by_hand") == pytest.approx(expected)


def test_more_data() -> None:
    ratio = ridge_strength(1.0, 1.0, 1000) / ridge_strength(1.0, 1.0, 100)
    right = [each.right for each in choice_question("more_data").feedback].index(True)
    assert ratio == pytest.approx(1 / 10)
    assert choice_question("more_data").options[right] == "It falls to a tenth."
