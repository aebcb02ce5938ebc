"""`assert_index` takes an index in any form, and says what is wrong with a wrong one."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from course_lib import checks


def feedback_of(actual: Any, right: Any, **options: Any) -> str:
    with pytest.raises(checks.CheckFailed) as caught:
        checks.assert_index(actual, right, **options)
    return caught.value.student_feedback


@pytest.mark.parametrize("index", [3, 3.0, np.int64(3), np.uint8(3), np.array(3), np.float32(3)])
def test_any_form_of_the_right_index_passes(index: Any) -> None:
    checks.assert_index(index, 3)


@pytest.mark.parametrize("index", [1, 4])
def test_any_of_several_right_indices_passes(index: int) -> None:
    checks.assert_index(index, [1, 4])


@pytest.mark.parametrize("right", [4, np.int64(4)])
def test_one_right_index_may_be_of_any_integer_type(right: Any) -> None:
    checks.assert_index(4, right)
    feedback_of(3, right)


@pytest.mark.parametrize(
    ("index", "words"),
    [
        (None, "is a `return` missing"),
        (True, "True or False"),
        ("2", "text"),
        ([1, 2], "is an array where a single whole number is expected"),
        (np.array([2]), "is an array"),
        (0.25, "is not a whole number: return the place"),
        (np.nan, "is not a whole number"),
        (-np.inf, "is not a whole number"),
        (-1, "is negative: count from the front"),
        (5, "is not the right one"),
        (4, "is not the right one"),
    ],
)
def test_a_wrong_index_is_explained(index: Any, words: str) -> None:
    assert words in feedback_of(index, 2)


def test_a_known_mistake_is_named_before_anything_else() -> None:
    mistakes = {"is the largest value": 0.25, "is the last one": -1}
    assert feedback_of(-1, 2, mistakes=mistakes) == "index is the last one"
    assert feedback_of(0.25, 2, mistakes=mistakes) == "index is the largest value"


def test_the_right_index_wins_over_a_mistake_that_is_right_this_time() -> None:
    checks.assert_index(2, 2, mistakes={"counts from 1": 2})


def test_feedback_tells_no_number() -> None:
    assert not any(sign.isdecimal() for sign in feedback_of(17, [4, 5], what="choice"))
