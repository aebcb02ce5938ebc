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
    forecast = (hits + 221) / (45 + 834)
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


def test_lasso_strength() -> None:
    sigma, b, n = 3.0, 0.5, 90
    w = np.linspace(-4, 4, 80_001)
    x, y = np.ones(n), np.full(n, 0.9)  # the two objectives have their minimum at the same weight
    squares = (x @ x) * w**2 - 2 * (x @ y) * w
    answer = number_question("lasso_strength").low
    objective = squares / (2 * n) + answer * np.abs(w)
    neg_log_posterior = squares / (2 * sigma**2) + np.abs(w) / b
    assert w[objective.argmin()] == w[neg_log_posterior.argmin()] == pytest.approx(0.7)
    expected = [sigma**2 / (n * b**2), sigma**2 / b, sigma / (n * b), n * b / sigma**2, answer / 2]
    assert mistakes("lasso_strength") == pytest.approx(expected, abs=0.005)


def test_next_hit() -> None:
    k, n, a, b = 2, 2, 1, 1
    assert number_question("next_hit").low == (k + a) / (n + a + b)
    mode = beta_bernoulli_map([1, 1], a, b)
    assert mistakes("next_hit") == pytest.approx(
        [mode, a / (a + b), 4 / 5, k / (n + a), 1 - 3 / 4], abs=0.005
    )


def test_killed_weight_agrees_with_a_grid() -> None:
    z, lam = -6.0, 2.0
    grid = np.linspace(-10, 10, 20_001)
    best = grid[np.argmin((grid - z) ** 2 / 2 + lam * np.abs(grid))]
    assert number_question("killed_weight").low == pytest.approx(best)
    ridge = grid[np.argmin((grid - z) ** 2 / 2 + lam * grid**2 / 2)]
    assert mistakes("killed_weight") == pytest.approx([ridge, z - lam, -best, 0, z, z / lam])


def test_ill_or_not() -> None:
    likelihood, prior = np.array([0.99, 0.02]), np.array([0.001, 0.999])
    ill, healthy = posterior_discrete(np.log(likelihood), np.log(prior))
    assert number_question("ill_or_not").low == pytest.approx(ill, abs=1e-4)
    without_prior = likelihood[0] / likelihood.sum()
    assert mistakes("ill_or_not") == pytest.approx([0.99, 0.001, without_prior, healthy], abs=1e-3)


def test_aliens_level() -> None:
    debts = -np.log([0.0001, 0.8])
    answer = debts[0] - debts[1]
    assert number_question("aliens_level").low == pytest.approx(answer, abs=1e-3)
    assert mistakes("aliens_level") == pytest.approx(
        [*debts, debts.sum(), answer / np.log(2), answer / np.log(10), np.exp(answer)], abs=5e-3
    )


def test_next_two_hits() -> None:
    w = np.linspace(0, 1, 100_001)
    posterior = w**3 / (w**3).sum()
    assert number_question("next_two_hits").low == pytest.approx(w**2 @ posterior, abs=1e-4)
    assert mistakes("next_two_hits") == pytest.approx(
        [(w @ posterior) ** 2, w @ posterior, 5 / 6, 1, 1 / 4], abs=5e-3
    )
