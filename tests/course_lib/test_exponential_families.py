"""Exponential families: values, moments, maximum entropy and maximum likelihood, errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.exponential_families import log_partition, maximum_entropy, mean_parameters
from course_lib.gradients import central_difference
from course_lib.information import entropy
from course_lib.softmax import sigmoid, softmax

DIE = [1, 2, 3, 4, 5, 6]
SQUARE = [[0, 0], [0, 1], [1, 0], [1, 1]]

natural_parameters = st.floats(-5, 5)


def families(d: int) -> st.SearchStrategy[tuple[np.ndarray, np.ndarray]]:
    """θ of shape (d,) and the statistics of up to 8 states."""
    number = st.integers(-40, 40).map(lambda i: i / 10)
    row = st.tuples(*[number] * d)
    rows: st.SearchStrategy[np.ndarray] = st.lists(row, min_size=1, max_size=8).map(np.array)
    theta = st.tuples(*[natural_parameters] * d).map(np.array)
    return st.tuples(theta, rows)


each_family = given(st.integers(1, 3).flatmap(families))
# Far from the boundary, where no θ is: scores differ by 12 at most.
moderate_families = (
    st.integers(1, 3).flatmap(families).map(lambda family: (family[0] / 5, family[1] / 2))
)

# ── Values ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("theta", "statistics", "partition", "mean"),
    [
        (0.0, DIE, math.log(6), 3.5),
        (0.0, [7.0], 0, 7),
        (1.0, [7.0], 7, 7),
        (math.log(3), [0, 1], math.log(4), 0.75),
        ([0.0, 0.0], SQUARE, math.log(4), [0.5, 0.5]),
        ([1e4, -1e4], SQUARE, 1e4, [1, 0]),
        (np.float32(0), np.float32([0, 1]), math.log(2), 0.5),
        (1e4, [-1, 1], 1e4, 1),
    ],
)
def test_hand_worked_values(theta: Any, statistics: Any, partition: float, mean: Any) -> None:
    value = log_partition(theta, statistics)
    assert type(value) is float
    assert value == pytest.approx(partition, rel=1e-15)
    moments = mean_parameters(theta, statistics)
    assert moments.dtype == np.float64
    assert moments.shape == np.shape(mean)
    assert_allclose(moments, mean, rtol=1e-15)


@given(natural_parameters)
def test_bernoulli_is_the_sigmoid(logit: float) -> None:
    assert log_partition(logit, [0, 1]) == pytest.approx(np.logaddexp(0, logit), rel=1e-14)
    assert mean_parameters(logit, [0, 1]) == pytest.approx(sigmoid(logit), rel=1e-14)


@given(st.lists(natural_parameters, min_size=1, max_size=5))
def test_one_hot_statistics_give_softmax(theta: list[float]) -> None:
    assert_allclose(mean_parameters(theta, np.eye(len(theta))), softmax(theta), rtol=1e-14)


@each_family
def test_gradient_of_the_log_partition_function_is_the_mean(
    family: tuple[np.ndarray, np.ndarray],
) -> None:
    theta, statistics = family
    slope = central_difference(lambda theta: log_partition(theta, statistics), theta)
    assert_allclose(mean_parameters(theta, statistics), slope, rtol=1e-6, atol=1e-8)


@each_family
def test_log_partition_function_is_convex(family: tuple[np.ndarray, np.ndarray]) -> None:
    theta, statistics = family
    chord = (log_partition(theta, statistics) + log_partition(-theta, statistics)) / 2
    assert log_partition(0 * theta, statistics) <= chord + 1e-12


@given(st.integers(1, 3).flatmap(families), st.randoms())
def test_order_of_the_states_does_not_matter(
    family: tuple[np.ndarray, np.ndarray], random: Any
) -> None:
    theta, statistics = family
    order = list(range(len(statistics)))
    random.shuffle(order)
    for function in (log_partition, mean_parameters):
        assert_allclose(
            function(theta, statistics[order]), function(theta, statistics), rtol=1e-11, atol=1e-11
        )


@each_family
def test_one_statistic_needs_no_second_axis(family: tuple[np.ndarray, np.ndarray]) -> None:
    theta, statistics = family
    column, number = statistics[:, 0], theta[0]
    assert log_partition(number, column) == log_partition([number], column[:, None])
    assert mean_parameters(number, column) == mean_parameters([number], column[:, None])[0]


# ── Maximum entropy ───────────────────────────────────────────────────────────────────────────────


def test_jaynes_die() -> None:
    p, theta = maximum_entropy(DIE, 4.5)
    assert p @ DIE == pytest.approx(4.5, rel=1e-15)
    assert_allclose(p, [0.05435, 0.07877, 0.11416, 0.16545, 0.23977, 0.34749], atol=5e-6)
    assert theta.shape == ()
    assert theta == pytest.approx(0.37105, abs=5e-6)


def test_a_fair_die_needs_no_constraint() -> None:
    p, theta = maximum_entropy(DIE, 3.5)
    assert_allclose(p, 1 / 6, rtol=1e-15)
    assert theta == 0


@given(moderate_families)
def test_moments_match(family: tuple[np.ndarray, np.ndarray]) -> None:
    theta, statistics = family
    mean = mean_parameters(theta, statistics)
    p, found = maximum_entropy(statistics, mean)
    scale = np.abs(statistics - mean).max()
    assert found.shape == theta.shape
    assert p.sum() == pytest.approx(1, rel=1e-14)
    assert_allclose(p @ statistics, mean, rtol=1e-13, atol=1e-13 * scale)
    assert_allclose(mean_parameters(found, statistics), mean, rtol=1e-12, atol=1e-12 * (scale + 1))


@given(moderate_families, st.data())
def test_no_distribution_with_these_moments_has_more_entropy(
    family: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    theta, statistics = family
    n = len(statistics)
    p, _ = maximum_entropy(statistics, mean_parameters(theta, statistics))
    # A direction along which neither the sum nor the moments change, as far as p stays positive.
    direction = np.array(data.draw(st.lists(st.floats(-1, 1), min_size=n, max_size=n)))
    fixed = np.column_stack([np.ones(n), statistics])
    direction -= fixed @ np.linalg.lstsq(fixed, direction)[0]
    length = np.abs(direction / p).max()
    other = p + (0.5 / length if length > 1e-6 else 0) * direction
    assert entropy(other / other.sum()) <= entropy(p) + 1e-12


@given(st.lists(st.integers(0, 5), min_size=1, max_size=30))
def test_moment_matching_is_maximum_likelihood(sample: list[int]) -> None:
    statistics = np.column_stack([np.arange(6.0), np.arange(6.0) ** 2])
    # One observation of each state keeps the mean off the boundary.
    observed = statistics[[*sample, *range(6)]]

    def likelihood(theta: Any) -> float:
        return float((observed @ theta).sum()) - len(observed) * log_partition(theta, statistics)

    _, theta = maximum_entropy(statistics, observed.mean(axis=0))
    for step in ([0.01, 0], [-0.01, 0], [0, 0.01], [0, -0.01]):
        assert likelihood(theta + step) < likelihood(theta)


@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e9])
def test_units_do_not_matter(unit: float) -> None:
    statistics = np.column_stack([DIE, np.square(DIE) * unit])
    p, theta = maximum_entropy(statistics, [4.0, 18.0 * unit])
    reference, reference_theta = maximum_entropy(np.column_stack([DIE, np.square(DIE)]), [4, 18])
    assert_allclose(p, reference, rtol=1e-12)
    assert_allclose(theta * [1, unit], reference_theta, rtol=1e-11)


def test_means_near_the_boundary() -> None:
    p, theta = maximum_entropy([0, 1], 1 - 1e-10)
    assert theta == pytest.approx(10 * math.log(10), rel=1e-5)
    assert p[0] == pytest.approx(1e-10, rel=1e-5)


def test_many_states() -> None:
    """On 0, 1, 2, … the geometric distribution has the largest entropy for its mean."""
    p, theta = maximum_entropy(np.arange(2000.0), 3.0)
    assert_allclose(p[:50], 0.25 * 0.75 ** np.arange(50), rtol=1e-10)
    assert theta == pytest.approx(math.log(0.75), rel=1e-12)


@pytest.mark.parametrize("statistics", [[[1, 2], [2, 4], [3, 6]], [[1, 5], [2, 5], [3, 5]]])
def test_redundant_statistics_leave_the_distribution_alone(statistics: Any) -> None:
    mean = 0.75 * np.array(statistics[0]) + 0.25 * np.array(statistics[2])
    p, theta = maximum_entropy(statistics, mean)
    expected, _ = maximum_entropy([1, 2, 3], 1.5)
    assert_allclose(p, expected, rtol=1e-12)
    assert_allclose(mean_parameters(theta, statistics), mean, rtol=1e-12)


def test_input_is_left_alone() -> None:
    statistics, mean = np.array(SQUARE, dtype=float)[::-1], np.array([0.2, 0.9])
    for array in (statistics, mean):
        array.flags.writeable = False
    p, _ = maximum_entropy(statistics, mean)
    assert_allclose(p, maximum_entropy(statistics.copy(), mean.copy())[0], rtol=0)
    assert_array_equal(mean, [0.2, 0.9])


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("statistics", "mean"),
    [
        (DIE, 6),
        (DIE, 1),
        (DIE, 6.5),
        (DIE, -1e9),
        ([3.0], 4.0),
        (SQUARE, [1.0, 1.0]),
        (SQUARE, [1.0, 0.3]),
        ([[0, 0], [1, 0], [0, 1]], [0.5, 0.5]),
        ([[0, 0], [1, 0], [0, 1], [1, 1]], [1.2, 0.5]),
        (SQUARE, [-0.1, -0.1]),
        ([[1, 5], [2, 5]], [1.5, 6.0]),
        ([[1, 2], [2, 4], [3, 6]], [1.5, 3.5]),
    ],
)
def test_a_mean_that_no_member_of_the_family_has(statistics: Any, mean: Any) -> None:
    with pytest.raises(ValueError, match="^mean must lie inside the convex hull .* got "):
        maximum_entropy(statistics, mean)


TAKES_STATISTICS: dict[str, Callable[[Any], Any]] = {
    "log_partition": lambda statistics: log_partition(0.0, statistics),
    "mean_parameters": lambda statistics: mean_parameters(0.0, statistics),
    "maximum_entropy": lambda statistics: maximum_entropy(statistics, 0.0),
}
TAKES_A_PARAMETER: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "log_partition": ("theta", lambda theta: log_partition(theta, SQUARE)),
    "mean_parameters": ("theta", lambda theta: mean_parameters(theta, SQUARE)),
    "maximum_entropy": ("mean", lambda mean: maximum_entropy(SQUARE, mean)),
}


@pytest.mark.parametrize("call", TAKES_STATISTICS.values(), ids=TAKES_STATISTICS)
@pytest.mark.parametrize(
    ("statistics", "error", "message"),
    [
        ([], ValueError, r"must have a row for each state.*got shape \(0,\)"),
        (1.0, ValueError, r"must have a row for each state.*got shape \(\)"),
        (np.ones((2, 0)), ValueError, r"must have a row for each state.*got shape \(2, 0\)"),
        (np.ones((1, 1, 1)), ValueError, r"must have a row for each state.*got shape \(1, 1, 1\)"),
        ([1, np.nan], ValueError, "must be finite, got nan at index 1"),
        ([np.inf, 1], ValueError, "must be finite, got inf at index 0"),
        (["a"], TypeError, "must hold real numbers"),
        ([[1], [1, 2]], ValueError, "must be an array, or a list whose rows are equally long"),
    ],
)
def test_wrong_statistics(call: Any, statistics: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^statistics {message}"):
        call(statistics)


@pytest.mark.parametrize(("name", "call"), TAKES_A_PARAMETER.values(), ids=TAKES_A_PARAMETER)
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (1.0, ValueError, r"must have one entry per statistic, shape \(2,\) .*; got shape \(\)"),
        ([1.0], ValueError, r"must have one entry per statistic, .*; got shape \(1,\)"),
        ([[1.0, 1.0]], ValueError, r"must have one entry per statistic, .*; got shape \(1, 2\)"),
        (["a", "b"], TypeError, "must hold real numbers"),
        ([0.5, np.nan], ValueError, "must be finite, got nan at index 1"),
        ([np.inf, 0.5], ValueError, "must be finite, got inf at index 0"),
    ],
)
def test_wrong_parameters(
    name: str, call: Any, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^{name} {message}"):
        call(value)
