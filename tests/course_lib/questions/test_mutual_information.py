"""The numbers in the self-checks of lecture 06, by the library."""

from __future__ import annotations

import math
from functools import partial

import numpy as np
import pytest

from course_lib.datasets import frankenstein, letters
from course_lib.information import (
    conditional_entropy,
    entropy,
    joint_entropy,
    mutual_information,
)
from course_lib.questions import ChoiceQuestion, load_questions
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("07_mutual_information")
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


@pytest.fixture(scope="module")
def pairs() -> np.ndarray:
    x = letters(frankenstein())
    counts = np.bincount(27 * x[:-1] + x[1:], minlength=27 * 27).reshape(27, 27)
    return counts / counts.sum()


def test_conditional_by_hand() -> None:
    table = np.array([[1 / 2, 0], [1 / 4, 1 / 4]])
    right = conditional_entropy(table, base=2)
    assert number_question("conditional_by_hand").low == right
    assert mistakes("conditional_by_hand") == pytest.approx(
        [
            entropy(table.sum(axis=0), base=2),
            joint_entropy(table, base=2),
            entropy(table[1] / table[1].sum(), base=2),
            mutual_information(table, base=2),
            conditional_entropy(table.T, base=2),
            conditional_entropy(table),
        ],
        abs=0.005,
    )


def test_shared_bits() -> None:
    h_x, h_y, h_xy = 2, 1.5, 3
    shared = h_x + h_y - h_xy
    assert number_question("shared_bits").low == shared
    assert mistakes("shared_bits") == [
        h_xy - h_x,
        h_xy - h_y,
        h_x + h_y,
        h_x + h_y + h_xy,
        -shared,
        0,
    ]


def test_more_uncertain_quotes_the_text(pairs: np.ndarray) -> None:
    question = QUESTIONS["more_uncertain"]
    assert isinstance(question, ChoiceQuestion)
    after_a_blank, after_t = (entropy(pairs[x] / pairs[x].sum(), base=2) for x in (0, 20))
    anywhere = entropy(pairs.sum(axis=0), base=2)
    assert f"has {after_a_blank:.3f} bits, but a symbol anywhere has {anywhere:.3f}" in (
        question.prompt
    )
    assert f"after t {after_t:.3f}" in question.hints[2]
    assert 5000 < (letters(frankenstein()) == 0).sum() < 6000


def test_chain_rule(pairs: np.ndarray) -> None:
    h_x, left = entropy(pairs.sum(axis=1), base=2), conditional_entropy(pairs, base=2)
    question = number_question("chain_rule")
    assert f"costs {left:.3f} bits, and the first symbol {h_x:.3f}" in question.prompt
    assert question.low == pytest.approx(joint_entropy(pairs, base=2), abs=0.005)
    assert mistakes("chain_rule") == pytest.approx(
        [2 * h_x, 2 * left, mutual_information(pairs, base=2), (h_x + left) / 2], abs=0.005
    )


def test_shuffled_text_quotes_what_chance_gives() -> None:
    by_formula = (5 - 1) * (4 - 1) / (2 * 40 * math.log(2))
    assert f"{by_formula:.2f} bits" in QUESTIONS["shuffled_text"].hints[2]
    rng = np.random.default_rng(0)
    by_chance = []
    for _ in range(200):
        cells = 4 * rng.integers(0, 5, 40) + rng.integers(0, 4, 40)
        table = np.bincount(cells, minlength=20).reshape(5, 4) / 40
        by_chance.append(mutual_information(table, base=2))
    assert 0.15 < np.mean(by_chance) < 0.3
    assert np.mean(np.array(by_chance) > 0.05) > 0.95


def test_even_die() -> None:
    table = np.array([[0, 1 / 6], [1 / 6, 0]] * 3)
    h_x, h_y, shared = math.log2(6), 1.0, mutual_information(table, base=2)
    assert number_question("even_die").low == pytest.approx(shared)
    assert mistakes("even_die") == pytest.approx([h_x, h_x - h_y, 0, h_x + h_y], abs=1e-3)


def test_lopsided_line() -> None:
    def through(share: float) -> float:
        table = np.array([[(1 - share) * 0.9, (1 - share) * 0.1], [0, share]])
        return float(mutual_information(table, base=2))

    shares = np.linspace(0.01, 0.99, 981)
    bits = np.array([through(share) for share in shares])
    assert number_question("lopsided_line").low == pytest.approx(bits.max(), abs=5e-4)
    both_ways = np.array([[0.45, 0.05], [0.05, 0.45]])
    wrong = [
        shares[bits.argmax()],
        through(0.5),
        bits.max() * math.log(2),
        mutual_information(both_ways, base=2),
    ]
    assert mistakes("lopsided_line") == pytest.approx(wrong, abs=5e-3)
