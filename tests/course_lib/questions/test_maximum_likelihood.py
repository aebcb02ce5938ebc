"""The numbers in the self-checks of lecture 01, by the library."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from course_lib.datasets import newcomb
from course_lib.likelihood import (
    bernoulli_mle,
    bernoulli_nll,
    gaussian_log_pdf,
    gaussian_mle,
    gaussian_nll,
)
from course_lib.questions import ChoiceQuestion, load_questions
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("01_maximum_likelihood")
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


def rounded(*numbers: float) -> list[float]:
    return [round(float(number), 2) for number in numbers]


def test_peak_density() -> None:
    height = float(np.exp(gaussian_log_pdf(5.0, 5.0, 0.1**2)))
    assert number_question("peak_density").low == round(height, 2)
    without_root = 1 / (2 * math.pi * 0.1**2)
    assert mistakes("peak_density") == rounded(
        height / 10, height * 10, without_root, 1, 0, height / 100
    )


def test_why_logs_quotes_the_product_of_the_lecture() -> None:
    question = QUESTIONS["why_logs"]
    assert isinstance(question, ChoiceQuestion)
    log_likelihood = -gaussian_nll(newcomb(), 26, 8**2)[0]  # the friend who drew by eye
    assert f"−{-log_likelihood:.1f}" in question.hints[2]
    assert f"{math.exp(log_likelihood):.0e}" in question.hints[2]


def test_nll_drop() -> None:
    before, after = (gaussian_nll([1, 5], mu, 2.0**2)[0] for mu in (1, 3))
    assert number_question("nll_drop").low == pytest.approx(before - after)


def test_variance_by_hand() -> None:
    readings = np.array([1, 3, 8])
    mu, sigma2 = gaussian_mle(readings)
    assert mu == 4
    assert number_question("variance_by_hand").low == pytest.approx(sigma2, abs=1e-4)
    squares = 3 * sigma2
    assert mistakes("variance_by_hand") == rounded(
        squares / 2,
        squares,
        math.sqrt(sigma2),
        sigma2 / 2,
        np.mean(readings**2),
        math.sqrt(squares / 2),
    )


def test_expected_variance_agrees_with_a_simulation() -> None:
    samples = np.random.default_rng(0).normal(0, math.sqrt(10), size=(100_000, 5))
    answer = number_question("expected_variance").low
    assert answer == pytest.approx(np.var(samples, axis=1).mean(), abs=0.1)


def test_logit_derivative() -> None:
    flips = np.repeat([1, 0], [7, 3])
    nll, derivative = bernoulli_nll(flips, 0.0)
    assert number_question("logit_derivative").low == derivative
    p = bernoulli_mle(flips)
    with_respect_to_p = derivative / 0.25
    for diagnosed in rounded(
        -derivative, derivative / 10, with_respect_to_p, math.log(p / (1 - p)), nll
    ):
        assert diagnosed in mistakes("logit_derivative")


def test_standard_error_of_a_share() -> None:
    p, n = 0.2, 25
    error = math.sqrt(p * (1 - p) / n)
    assert number_question("standard_error_of_a_share").low == pytest.approx(error)
    one = math.sqrt(p * (1 - p))
    assert mistakes("standard_error_of_a_share") == pytest.approx(
        [one**2, one, error**2, one / n, n * error]
    )


def test_three_readings() -> None:
    readings = np.array([0, 3, 9])
    mu, sigma2 = gaussian_mle(readings)
    nll = gaussian_nll(readings, mu, sigma2)[0]
    assert number_question("three_readings").low == round(nll, 2)
    fee = 1.5 * math.log(2 * math.pi * sigma2)
    unbiased = gaussian_nll(readings, mu, 1.5 * sigma2)[0]
    assert mistakes("three_readings") == rounded(fee, 1.5, nll / 3, 2 * fee + 1.5, -nll, unbiased)


def test_half_a_nat() -> None:
    light = newcomb()
    n, (mu, sigma2) = light.size, gaussian_mle(light)
    distance = math.sqrt(sigma2 / n)
    assert number_question("half_a_nat").low == round(distance, 2)
    rise = gaussian_nll(light, mu + distance, sigma2)[0] - gaussian_nll(light, mu, sigma2)[0]
    assert rise == pytest.approx(0.5)
    assert mistakes("half_a_nat") == rounded(
        math.sqrt(sigma2), math.sqrt(sigma2) / n, distance * 0.5**0.5, distance * 2**0.5, sigma2 / n
    )


def test_none_of_forty() -> None:
    end = 1 - math.exp(-1.92 / 40)
    assert number_question("none_of_forty").low == pytest.approx(end, abs=1e-4)
    wrong = [0, 1 - end, 1 - math.exp(-1.92), 1 - math.exp(-0.5 / 40), 1 / 40]
    assert mistakes("none_of_forty") == pytest.approx(wrong, abs=5e-4)
