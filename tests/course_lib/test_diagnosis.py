"""Sentences about wrong results: the right misconception, and nothing that may not be told."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from course_lib.diagnosis import (
    NotNumbersError,
    as_numbers,
    explain_shape,
    explain_values,
    is_close,
    mistakes_among,
)
from course_lib.diagnosis.comparison import how_it_differs

EXPECTED = np.array([1.5, -0.25, 3.0, -7.125])


def explain(actual: Any, expected: Any = EXPECTED, **options: Any) -> str:
    return explain_values(
        as_numbers(actual, "result"),
        np.asarray(expected, dtype=np.float64),
        **{"rtol": 1e-9, "atol": 0.0} | options,
    )


# ── What is a number ──────────────────────────────────────────────────────────────────────────────


class HoldsNoArray:
    def __array__(self, *_: Any, **__: Any) -> Any:
        raise RuntimeError("secret = 42")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "is None: is a `return` missing"),
        (True, "is True or False"),
        ("1.0", "is text"),
        (b"1", "is bytes"),
        ({"loss": 1}, "is a dictionary"),
        ({1, 2}, "is a set"),
        (lambda: 1, "is a function"),
        (1j, "holds complex values"),
        ([True, False], "holds True or False values"),
        (["a", "b"], "holds text values"),
        ([[1, 2], [3]], "is neither a number nor an array"),
        ([None, 1.0], "is neither a number nor an array"),
        (10**400, "is neither a number nor an array"),
        (object(), "is neither a number nor an array"),
        (HoldsNoArray(), "is neither a number nor an array"),
        (np.array(["2020-01-01"], dtype="datetime64[D]"), "is neither a number nor an array"),
    ],
    ids=lambda v: type(v).__name__,
)
def test_what_is_no_number(value: Any, words: str) -> None:
    with pytest.raises(NotNumbersError, match=f"^loss {words}") as caught:
        as_numbers(value, "loss")
    assert "42" not in str(caught.value)


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float32(2), np.array(2), np.int8(2), 2**63], ids=lambda v: repr(type(v))
)
def test_scalars_of_every_kind_are_numbers(value: Any) -> None:
    number = as_numbers(value, "loss")
    assert number.shape == ()
    assert number.dtype == np.float64


def test_an_object_equal_to_everything_is_no_number() -> None:
    class EqualToAll:
        def __eq__(self, other: object) -> bool:
            return True

        __hash__ = None  # type: ignore[assignment]

    with pytest.raises(NotNumbersError):
        as_numbers(EqualToAll(), "loss")


def test_an_array_subclass_loses_its_tricks() -> None:
    class EqualToAll(np.ndarray):
        def __eq__(self, other: object) -> Any:
            return np.True_

    numbers = as_numbers(np.ones(2).view(EqualToAll), "loss")
    assert type(numbers) is np.ndarray


# ── Closeness ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("actual", "expected", "close"),
    [
        (1 + 1e-10, 1.0, True),
        (1 + 1e-8, 1.0, False),
        (np.nan, np.nan, True),
        (np.nan, 1.0, False),
        (1.0, np.nan, False),
        (np.inf, np.inf, True),
        (-np.inf, np.inf, False),
        (1e308, np.inf, False),
        (np.inf, 1e308, False),
        (-1e308, 1e308, False),
        (0.0, -0.0, True),
        (5e-324, 0.0, False),
    ],
)
def test_is_close(actual: float, expected: float, close: bool) -> None:
    assert is_close(actual, expected, rtol=1e-9, atol=0.0).all() == close


# ── Misconceptions ────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("actual", "words"),
    [
        (-EXPECTED, "wrong sign"),
        (2 * EXPECTED, "twice as large"),
        (EXPECTED / 2, "half as large"),
        (-2 * EXPECTED, "wrong sign, and is twice"),
        (EXPECTED * 4, "too large by the number of values: is a division by n missing"),
        (EXPECTED / 4, "too small by the number of values"),
        (EXPECTED / np.log(2), "in bits where nats are expected"),
        (EXPECTED * np.log(2), "in nats where bits are expected"),
        (EXPECTED * 3.3, "off by the same factor everywhere"),
        (EXPECTED + 0.7, "off by the same constant everywhere"),
        (EXPECTED.astype(int), "rounded to integers"),
        (np.abs(EXPECTED), "lost its sign"),
        (0 * EXPECTED, "zero everywhere"),
        (np.sort(EXPECTED), "in sorted order"),
        (EXPECTED[::-1], "in reversed order"),
        (EXPECTED.sum(), "sum over the examples"),
        (EXPECTED.mean(), "mean over the examples"),
        ([EXPECTED.mean()], "mean over the examples"),
        (EXPECTED.astype(np.float32) * (1 + np.float32(1e-7)), "to some digits only: .*float32"),
        (EXPECTED * (1 + 1e-6 * EXPECTED), "to some digits only"),
        (EXPECTED * [1.0002, 1, 1.0001, 1], "not equal: look for a rounded number"),
        (EXPECTED * [1, 1, 1.01, 1], "^is right in some places, and wrong in others: look at"),
        (EXPECTED * [1, 1, -1, 1], "right in some places; .* it has the wrong sign$"),
        (EXPECTED * [1, 1, -3, 1], "right in some places; .* wrong sign, and the wrong size$"),
        (EXPECTED * [2, 1, 1, 2], "right in some places; .* it is twice as large"),
        (EXPECTED * [1, 1, 0, 0], "right in some places; .* it is zero$"),
        (EXPECTED * [-1.1, -1, -1.2, -1], "^has the wrong sign, and the wrong size$"),
        (EXPECTED * 7, "a whole number of times too large: is a sum taken"),
        (EXPECTED / -5, "wrong sign, and is a whole number of times too small: is a sum"),
        (EXPECTED * [1, 1, np.nan, 1], "where it is wrong, it is NaN where .* negative number"),
        (np.round(EXPECTED), "rounded to integers"),
        (EXPECTED[-1], "its last value alone"),
        (EXPECTED[0], "its first value alone"),
        (EXPECTED * [1e60, -1e70, 1e80, 1e90], "grown out of all bounds"),
        (EXPECTED[[1, 0, 2, 3]], "right values in another order"),
        (EXPECTED**2, "is the square of"),
        (np.exp(EXPECTED), "e to the power of the right result"),
        (1 / EXPECTED, "one over the right"),
        (1 - EXPECTED, "is 1 minus the right"),
        (EXPECTED * 9 / 8, "divided by n - 1 where n belongs"),
        (np.outer(EXPECTED, [0.25, 0.75]), "right once you take the sum along it"),
        (EXPECTED[:, None] + [-1, 1, 0], "right once you take the mean along it"),
        (EXPECTED + np.arange(1, 5), "^is wrong$"),
    ],
)
def test_the_misconception_is_named(actual: Any, words: str) -> None:
    assert re.search(words, explain(actual))


def test_a_square_table_may_be_transposed() -> None:
    table = np.array([[1.0, 2.0], [3.0, 5.0]])
    assert "transposed" in explain(table.T, table)


def test_rows_and_columns_may_each_be_off_alike() -> None:
    table = np.array([[1.0, 2.0, 4.0], [3.0, 5.0, -1.0]])
    assert "by a constant in each row" in explain(table - [[1.0], [7.0]], table)
    assert "by a factor in each row" in explain(table * [[3.0], [7.0]], table)
    assert "by a factor in each column" in explain(table.T * [3.0, 7.0], table.T)


def test_a_sum_that_is_missing_is_told() -> None:
    assert explain([0.5, 2.0, 1.0], 3.5).endswith("over the examples missing? Its sum is right")
    assert explain([0.5, 2.0, 0.5], 1.0).endswith("over the examples missing? Its mean is right")


def test_zeros_for_fractions_are_an_integer_arrays() -> None:
    assert "was an integer array filled" in explain([0.0, 0.0], [0.25, -0.5])


def test_one_result_may_be_another_or_divided_by_the_wrong_number() -> None:
    right, names = [6.0, np.ones((3, 5))], ["loss", "gradient"]
    told = {
        text.partition(":")[0]: float(value)
        for text, value in mistakes_among(right, names, 0).items()
        if np.ndim(value) == 0
    }
    assert told == {
        "is the sum over the rows": 18.0,
        "is divided by the number of columns": pytest.approx(3.6),
        "is divided by the number of rows and of columns": pytest.approx(1.2),
        "is divided by the number of rows twice": 2.0,
    }
    assert list(mistakes_among(right, names, 1)) == ["is what loss should be"]
    assert list(mistakes_among([0.0, np.zeros(1)], names, 1)) == []  # of one shape it were right


def test_a_difference_in_the_non_finite_values_comes_first() -> None:
    assert "it is finite where" in explain([3.0, 1.0], [np.inf, 1.0])
    assert "it is infinite where" in explain([np.inf, np.inf], [np.inf, 1.0])


def test_the_sign_of_a_single_number_that_is_wrong_is_chance() -> None:
    assert explain(-0.7, 2.0) == "is wrong"
    assert explain(-2.0, 2.0) == "has the wrong sign"


def test_a_coarse_result_is_not_explained_by_sign_or_size() -> None:
    """As of the sum of squares less a square: of float32's digits none may be left."""
    x = 1e4 + np.array([0.1, 0.7, 2.3])
    single = x.astype(np.float32)
    variances = np.array([np.mean(single**2) - np.mean(single) ** 2, single[1] / 7], np.float64)
    assert "float32's few digits only" in explain(-variances, np.array([np.var(x), 3.3]))
    assert "float32's few digits only" in explain(np.float32(0.1), 0.7)


def test_a_simple_number_is_not_taken_for_float32() -> None:
    assert explain(0.75, 0.7) == "is wrong"
    assert explain(np.array([0.1, 7.0]).astype(np.float32), [0.75, 3.5]) == "is wrong"


def test_known_mistakes_come_before_generic_ones_and_in_order() -> None:
    mistakes = {"is right": EXPECTED, "is first": -EXPECTED, "is second": -EXPECTED}
    assert explain(-EXPECTED, mistakes=mistakes) == "is first"


def test_a_known_mistake_may_have_another_shape() -> None:
    mistakes = {"is the largest loss": EXPECTED.max()}
    assert explain(EXPECTED.max(), mistakes=mistakes) == "is the largest loss"


def test_a_mistake_that_shows_nothing_here_is_not_blamed() -> None:
    assert "mistake" not in explain(EXPECTED * [1, 1, 1.5, 1], mistakes={"mistake": EXPECTED})


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        ((), (3,), "single number where an array"),
        ((3,), (), "array where a single number"),
        ((2, 3), (3, 2), "transposed"),
        ((3, 1), (3,), "right number of values in the wrong shape"),
        ((1, 3), (3,), "right number of values in the wrong shape"),
        ((3, 3), (3,), "square table where one value per example"),
        ((4, 3), (3,), "too many axes"),
        ((4,), (3, 3), "too few axes"),
        ((4,), (3,), "too many values: it has the wrong length"),
        ((4, 3), (4, 2), "wrong length along at least one"),
        ((3, 1), (1, 3), "transposed"),
    ],
)
def test_shapes(actual: tuple[int, ...], expected: tuple[int, ...], words: str) -> None:
    assert words in explain_shape(actual, expected)


# ── Nothing is given away ─────────────────────────────────────────────────────────────────────────

wild = hnp.arrays(
    np.float64,
    hnp.array_shapes(min_dims=0, max_dims=2, max_side=4),
    elements=st.floats(width=64),
)
PERMITTED_NUMBERS = re.compile(r"1/2|base 2|float32")


@given(wild, wild)
def test_any_two_arrays_are_explained_without_their_values(
    actual: np.ndarray, expected: np.ndarray
) -> None:
    assume(
        actual.shape != expected.shape or not is_close(actual, expected, rtol=1e-9, atol=0).all()
    )
    assert not re.search(r"\d", PERMITTED_NUMBERS.sub("", explain(actual, expected)))


@given(st.integers(0, 3), st.floats(1e-4, 1e4))
def test_neither_where_nor_by_how_much_is_told(place: int, size: float) -> None:
    """A function that knows a hidden argument could choose both by its digits."""
    chosen = EXPECTED.copy()
    chosen[place] += size * np.sign(chosen[place])
    assume(explain(chosen).startswith("is right in some places, and"))  # or it has a name
    assert explain(chosen) == explain(EXPECTED + np.array([0, 0, 0, -1e5]))


def test_a_shape_chosen_by_the_student_is_not_repeated() -> None:
    assert explain_shape((0, 31415), (3,)) == explain_shape((0, 92653), (3,))


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (0.0, 1.75, "NaN replaced by zero"),
        (np.nan, 1.0, "of a negative number"),
        (np.inf, 1.0, "a logarithm of zero"),
        (np.finfo(float).max, 1.5, "did np.nan_to_num replace"),
        (175.0, 1.75, "in per cent"),
        ([-np.inf, 0.0], [0.0, 1.0], "is the logarithm of the right result"),
    ],
)
def test_a_number_that_betrays_its_cause(actual: object, expected: object, words: str) -> None:
    assert words in explain(np.array(actual), np.array(expected))


def test_a_number_for_an_array_of_one_is_told_how_it_came() -> None:
    assert "np.squeeze" in explain_shape((), (1,))


def test_nan_in_the_place_of_an_infinite_value_is_not_called_zero() -> None:
    said = how_it_differs(np.array(np.nan), np.array(np.inf), 1e-9, 0.0)
    assert said == "is NaN where an infinite value is expected"


def test_a_column_of_zeros_is_told_as_left_out() -> None:
    right = np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.7], [0.6, 0.8, 0.9]])
    said = explain_values(right * [1, 1, 0], right, rtol=1e-9, atol=0.0)
    assert said == "is right, but for a column of zeros: does a loop leave it out?"


def test_a_logarithm_to_base_10_is_told_as_that() -> None:
    said = explain_values(np.array(0.5), np.array(0.5 / np.log10(2)), rtol=1e-9, atol=0.0)
    assert said.startswith("has a logarithm to base 10 where bits are expected")


def test_the_last_value_is_not_told_from_one_that_is_the_same() -> None:
    words = explain_values(np.array(2.5), np.array([1.0, 2.5, 2.5]), rtol=1e-9, atol=0.0)
    assert "last value" not in words


def test_a_sum_too_many_is_told_with_its_axis() -> None:
    table = np.array([[1.0, 2.5, 4.0], [3.0, 7.0, 11.5]])
    words = explain_values(table.mean(axis=1), table, rtol=1e-9, atol=0.0)
    assert words.startswith("is the mean along axis 1 of what should be returned")


def test_an_axis_of_one_is_dropped_and_not_summed() -> None:
    words = explain_values(np.array([1.0, 2.5]), np.array([[1.0, 2.5]]), rtol=1e-9, atol=0.0)
    assert words.startswith("holds the right number of values in the wrong shape")


def test_a_gradient_may_be_multiplied_by_the_loss() -> None:
    right, names = [np.array(0.3), np.array([1.0, -2.0])], ["loss", "gradient"]
    assert mistakes_among(right, names, 1)["is multiplied by loss"].tolist() == [0.3, -0.6]


@pytest.mark.parametrize("limit", [500.0, 700.0])
def test_a_number_that_stops_at_a_limit_was_clipped(limit: float) -> None:
    words = explain_values(np.array(limit), np.array(1000.0), rtol=1e-9, atol=0.0)
    assert words.startswith("stops at a limit")


def test_a_number_near_the_right_one_was_not_clipped() -> None:
    words = explain_values(np.array(700.0), np.array(703.0), rtol=1e-9, atol=0.0)
    assert "limit" not in words


def test_an_empty_list_has_lost_its_columns() -> None:
    assert explain_shape((0,), (0, 3)).endswith("an empty list has no columns")
