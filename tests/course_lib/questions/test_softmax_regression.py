"""The numbers in the questions of lecture 04, recomputed with the library."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.questions import ChoiceQuestion, NumberQuestion, load_questions
from course_lib.softmax import (
    binary_cross_entropy_with_logits,
    multiclass_hinge_loss,
    sigmoid,
    softmax_cross_entropy,
)

QUESTIONS = load_questions("04_softmax_regression")
SCORES, MARGINS = [2.0, 1.5, -1.0, 0.2], [0.0, 1.0, 4.0, 1.0]


def number_question(name: str) -> NumberQuestion:
    question = QUESTIONS[name]
    assert isinstance(question, NumberQuestion)
    return question


def mistakes(name: str) -> list[float]:
    return list(number_question(name).mistakes)


def hinge(margin: object) -> float:
    return multiclass_hinge_loss([SCORES], [0], margin)[0]


def test_odds_agree_with_the_library() -> None:
    assert number_question("odds").low == pytest.approx(float(sigmoid(np.log(4))))
    assert float(sigmoid(-np.log(4))) in np.round(mistakes("odds"), 12)


def test_hinge_by_hand_agrees_with_the_library() -> None:
    assert number_question("hinge_by_hand").low == pytest.approx(hinge(np.tile(MARGINS, (4, 1))))


def test_mistakes_at_the_hinge_loss_are_what_they_say() -> None:
    violations = np.array(MARGINS[1:]) - (SCORES[0] - np.array(SCORES[1:]))
    total = np.maximum(violations, 0).sum()
    wrong = [hinge(1.0), violations.sum(), violations.max(), total + 1, total / 4]
    assert np.round(wrong, 12).tolist() == mistakes("hinge_by_hand")[:5]


def test_shares_only_agrees_with_the_library() -> None:
    shares = np.array([0.5, 0.25, 0.25])
    costs = np.array([softmax_cross_entropy([np.log(shares)], [y])[0] for y in range(3)])
    loss = shares @ costs
    assert number_question("shares_only").low == pytest.approx(loss, abs=1e-4)
    wrong = [np.log(3), loss / np.log(2), costs[0], costs.sum(), costs.mean(), -loss]
    assert mistakes("shares_only") == pytest.approx(wrong, abs=1e-4)


def test_gradient_entry_agrees_with_the_library() -> None:
    p = np.array([0.7, 0.2, 0.1])
    loss, gradient = softmax_cross_entropy([np.log(p)], [1])
    assert number_question("gradient_entry").low == pytest.approx(gradient[0, 1])
    wrong = [-gradient[0, 1], p[1], p[1] * (1 - p[1]), -p[1] * (1 - p[1]), -1 / p[1], loss]
    assert mistakes("gradient_entry")[:6] == pytest.approx(wrong, abs=1e-3)


def test_hand_softmax_agrees_with_the_library() -> None:
    logits = np.log([[1.0, 2.0, 5.0]])
    losses = [softmax_cross_entropy(logits, [y])[0] for y in range(3)]
    assert number_question("hand_softmax").low == pytest.approx(losses[2], abs=1e-4)
    wrong = [np.exp(-losses[2]), -losses[2], losses[2] / np.log(2), losses[0], losses[1]]
    assert mistakes("hand_softmax") == pytest.approx(wrong, abs=1e-3)


def test_only_a_penalty_gives_separable_data_a_minimum() -> None:
    question = QUESTIONS["cures"]
    assert isinstance(question, ChoiceQuestion)
    assert [each.right for each in question.feedback].index(True) == 3
    x, t = np.array([-1.0, 1.0]), np.array([0.0, 1.0])

    def slope(w: float, lam: float) -> float:
        return float(binary_cross_entropy_with_logits(w * x, t)[1] @ x + lam * w)

    assert slope(20.0, 0.0) < 0 < slope(20.0, 0.01)
