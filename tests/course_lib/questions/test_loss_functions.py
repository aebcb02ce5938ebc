"""Self-checks of lecture 3's exercises: each number is computed here, too."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.datasets import newcomb
from course_lib.losses import huber_location, huber_loss, trimmed_mean
from course_lib.questions import load_questions
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("03_loss_functions")
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


def test_huber_exercise() -> None:
    loss, gradient = huber_loss(3, 1, 0.5)
    assert number_question("huber_exercise").low == loss
    wrong = [2, 0.5 * 2, 0.5 * (2 - 0.5), 2 - 0.25, gradient]
    assert mistakes("huber_exercise") == wrong


def test_huber_by_balance() -> None:
    readings = np.array([0.0, 1, 2, 3, 100])
    assert number_question("huber_by_balance").low == huber_location(readings, 3.0)
    assert np.median(readings) == trimmed_mean(readings, 0.2) == 2
    inner = readings[:4].mean()
    wrong = [inner, readings.mean(), 2, 3 / 4, (readings[:4].sum() + 3) / 5, inner + 3]
    assert mistakes("huber_by_balance") == wrong


def test_pinball() -> None:
    light = newcomb()
    guesses = np.unique(light)

    def cheapest(tau: float) -> float:
        price = [
            np.where(light > guess, tau * (light - guess), (1 - tau) * (guess - light)).sum()
            for guess in guesses
        ]
        return float(guesses[np.argmin(price)])

    assert number_question("pinball").low == cheapest(0.9)
    assert mistakes("pinball") == [np.median(light), cheapest(0.1), np.quantile(light, 0.9)]
