"""The numbers in the self-checks of lecture 07, by the library."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from course_lib.datasets import iris
from course_lib.exponential_families import log_partition, maximum_entropy, mean_parameters
from course_lib.questions import ChoiceQuestion, load_questions
from course_lib.softmax import softmax, softmax_regression_fit
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("08_exponential_families")
FACES = np.arange(1, 7)
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


def test_fair_theta() -> None:
    p, theta = maximum_entropy(FACES, 3.5)
    assert number_question("fair_theta").low == pytest.approx(float(theta), abs=1e-12)
    assert mistakes("fair_theta") == pytest.approx(
        [p[1] / p[0], 3.5, p[0], log_partition(0.0, FACES)], abs=0.005
    )


def test_slope_of_a() -> None:
    theta = math.log(3)
    p = float(mean_parameters(theta, [0, 1]))
    assert number_question("slope_of_a").low == pytest.approx(p)
    assert mistakes("slope_of_a") == pytest.approx(
        [math.exp(theta), 1 - p, log_partition(theta, [0, 1]), p * (1 - p), 1 / 3], abs=0.005
    )


def test_bernoulli_logit() -> None:
    theta = float(maximum_entropy([0, 1], np.mean([1, 1, 0, 1]))[1])
    assert number_question("bernoulli_logit").low == pytest.approx(theta, abs=1e-4)
    assert mistakes("bernoulli_logit") == pytest.approx(
        [0.75, math.exp(theta), -theta, math.log(0.75), math.log2(3), math.log10(3)], abs=1e-4
    )


def test_wolf_s_die() -> None:
    question = QUESTIONS["why_maximum_entropy"]
    assert isinstance(question, ChoiceQuestion)
    counts = np.array([3246, 3449, 2897, 2841, 3635, 3932])
    observed = counts / counts.sum()

    def chi_squared(p: np.ndarray) -> float:
        return float(((counts - counts.sum() * p) ** 2 / (counts.sum() * p)).sum())

    fair = chi_squared(np.full(6, 1 / 6))
    mean = chi_squared(maximum_entropy(FACES, observed @ FACES)[0])
    statistics = np.column_stack([FACES, [1, 1, -2, -2, 1, 1]])
    axis = chi_squared(maximum_entropy(statistics, observed @ statistics)[0])
    assert f"χ² = {mean:.0f}" in question.prompt
    assert f"χ² of {axis:.1f}" in question.feedback[1].message
    assert f"from {fair:.0f} to {mean:.0f}" in question.feedback[3].message


def test_third_statistic() -> None:
    nats, cost = (9.4 - 5.4) / 2, math.log2(20_000) / 2
    bits = nats / math.log(2)
    assert number_question("third_statistic").low == pytest.approx(bits, abs=5e-3)
    wrong = [2 * nats, nats, 2 * bits, nats * math.log(2), bits - 7.1]
    assert mistakes("third_statistic") == pytest.approx(wrong, abs=5e-3)
    assert round(cost, 1) == 7.1


def test_expected_share() -> None:
    X, species = iris()
    W, b = softmax_regression_fit(X, species, 1e-2)
    share = softmax(X @ W + b)[:, 0].mean()
    assert number_question("expected_share").low == pytest.approx(share, abs=1e-4)


def test_spinner() -> None:
    theta = float(maximum_entropy([1, 2, 3], 2.5)[1])
    assert number_question("spinner").low == pytest.approx(theta, abs=5e-4)
    wrong = [math.exp(theta), -theta, theta / math.log(2), theta / math.log(10)]
    assert mistakes("spinner") == pytest.approx(wrong, abs=5e-4)


def test_error_of_theta() -> None:
    counts = np.array([3246, 3449, 2897, 2841, 3635, 3932])
    n, t = counts.sum(), FACES - 3.5
    p, theta = maximum_entropy(t, counts @ t / n)
    variance = p @ (t - p @ t) ** 2
    assert number_question("error_of_theta").low == pytest.approx((n * variance) ** -0.5, abs=5e-5)
    share = counts / n
    bootstrap = (share @ (t - share @ t) ** 2 / n) ** 0.5 / variance  # θ̂ moves with the mean of t
    wrong = [bootstrap, (variance / n) ** 0.5, variance**-0.5, float(theta), n**-0.5 / variance]
    assert mistakes("error_of_theta") == pytest.approx(wrong, abs=5e-5)
