"""The numbers in the self-checks of lecture 05, by the library."""

from __future__ import annotations

import math
from functools import partial
from itertools import product

import numpy as np
import pytest

from course_lib.datasets import frankenstein, letters, werther
from course_lib.information import cross_entropy, entropy, huffman_code, kl_divergence
from course_lib.questions import ChoiceQuestion, load_questions
from tests.course_lib.questions.asked import single_number, wrong_numbers

QUESTIONS = load_questions("06_information_theory")
number_question = partial(single_number, QUESTIONS)
mistakes = partial(wrong_numbers, QUESTIONS)


def test_card() -> None:
    assert number_question("card").low == pytest.approx(math.log2(13), abs=5e-2)
    assert mistakes("card") == pytest.approx(
        [math.log2(52), math.log2(4), 13, math.log(13), math.log2(52) + 2], abs=5e-2
    )


def test_bits_from_nats() -> None:
    nats = 1.386
    assert number_question("bits_from_nats").low == pytest.approx(nats / math.log(2), abs=1e-3)
    assert mistakes("bits_from_nats") == pytest.approx(
        [nats * math.log(2), math.exp(nats), nats, math.log2(nats)], abs=2e-3
    )


def test_code_length_quotes_the_entropy_and_the_code_for_two_tosses() -> None:
    question = QUESTIONS["code_length"]
    assert isinstance(question, ChoiceQuestion)
    h = entropy([0.9, 0.1], base=2)
    assert f"entropy {h:.3f} bits" in question.prompt
    assert h > 0.45
    pairs = np.array([np.prod(pair) for pair in product([0.9, 0.1], repeat=2)])
    bits = pairs @ [len(word) for word in huffman_code(pairs)] / 2
    assert f"{bits:.3f} bits per toss" in question.feedback[3].message


def test_kl_by_hand() -> None:
    p, q = np.array([0.5, 0.5]), np.array([0.25, 0.75])
    right = kl_divergence(p, q, base=2)
    assert number_question("kl_by_hand").low == pytest.approx(right, abs=1e-4)
    ratios = np.log2(p / q)
    assert mistakes("kl_by_hand") == pytest.approx(
        [
            kl_divergence(q, p, base=2),
            cross_entropy(p, q, base=2),
            kl_divergence(p, q),
            -right,
            p @ np.abs(ratios),
            ratios.sum(),
            0,
        ],
        abs=1e-4,
    )


def test_an_impossible_letter_costs_infinitely_much() -> None:
    question = QUESTIONS["infinite_divergence"]
    assert isinstance(question, ChoiceQuestion)
    assert kl_divergence([0.001, 0.999], [0.0, 1.0]) == math.inf
    assert question.feedback[question.options.index("Infinite.")].right


def test_loss_floor() -> None:
    loss, floor = 0.83, 0.8
    assert number_question("loss_floor").low == pytest.approx(loss - floor)
    assert mistakes("loss_floor") == pytest.approx([loss, floor, loss + floor, 0])


def test_three_outcomes() -> None:
    p = np.array([1 / 2, 1 / 4, 1 / 4])
    bits = -np.log2(p)
    assert number_question("three_outcomes").low == entropy(p, base=2)
    wrong = [bits.sum(), bits.mean(), math.log2(3), entropy(p)]
    assert mistakes("three_outcomes") == pytest.approx(wrong, abs=1e-3)


def test_jensen_shannon() -> None:
    counts = [np.bincount(letters(text), minlength=27) for text in (frankenstein(), werther())]

    def shannon(in_advance: float, base: float = 2) -> float:
        p, q = (
            counts[0] / counts[0].sum(),
            (counts[1] + in_advance) / (counts[1] + in_advance).sum(),
        )
        m = (p + q) / 2
        return float(kl_divergence(p, m, base=base) + kl_divergence(q, m, base=base)) / 2

    assert number_question("jensen_shannon").low == pytest.approx(shannon(0), abs=5e-4)
    wrong = [shannon(0, math.e), 2 * shannon(0), shannon(1)]
    assert mistakes("jensen_shannon") == pytest.approx(wrong, abs=5e-4)
