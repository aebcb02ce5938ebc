# ruff: noqa: NPY002 — the global generators are what it is about
"""The state of the global random generators as bytes."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from autograder.wire import random_state


@pytest.fixture(autouse=True)
def own_state() -> Iterator[None]:
    """Other tests get the state back that they had."""
    ours, numpys = random.getstate(), np.random.get_state()
    yield
    random.setstate(ours)
    np.random.set_state(numpys)


def draw() -> list[float]:
    return [random.random(), random.gauss(0, 1), np.random.rand(), np.random.normal()]


@pytest.mark.parametrize("number_before", [0, 1, 700])
def test_a_restored_state_draws_the_same_numbers(number_before: int) -> None:
    random_state.seed(3)
    for _ in range(number_before):
        draw()  # an odd number of normal deviates, whose second half is kept
    state = random_state.capture()
    expected = [draw() for _ in range(3)]
    random_state.seed(4)
    random_state.restore(state)
    assert [draw() for _ in range(3)] == expected


def test_capturing_changes_nothing() -> None:
    random_state.seed(3)
    assert random_state.capture() == random_state.capture()


def test_another_generator_is_refused() -> None:
    generators: Any = np.random  # whose type information lacks this function
    state = np.random.get_state()
    generators.set_bit_generator(np.random.PCG64(1))
    try:
        with pytest.raises(ValueError, match="PCG64"):
            random_state.capture()
    finally:
        generators.set_bit_generator(np.random.MT19937())
        np.random.set_state(state)


def test_a_candidates_seed_is_repeatable_and_another_one() -> None:
    seeds = [random_state.seed_of_candidate(number) for number in (3, 3, 4)]
    assert seeds[0] == seeds[1] != seeds[2]
    random_state.seed(3)
    state = random_state.capture()
    random_state.seed(seeds[0])
    assert random_state.capture() != state
