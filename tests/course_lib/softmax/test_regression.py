"""Softmax regression: its loss, its fit, and how reliable its probabilities are."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.softmax import (
    reliability,
    softmax,
    softmax_cross_entropy,
    softmax_regression_fit,
    softmax_regression_loss,
)

INF, NAN = np.inf, np.nan


def problem(seed: int, n: int = 40, d: int = 3, k: int = 3) -> tuple[np.ndarray, np.ndarray]:
    """Features and labels; every class occurs, and no plane separates them."""
    generator = np.random.default_rng(seed)
    X = generator.normal(size=(n, d))
    labels = generator.integers(0, k, n)
    labels[:k] = np.arange(k)
    return X, labels


seeds = st.integers(0, 10_000)


# ── Loss ──────────────────────────────────────────────────────────────────────────────────────────


@given(seeds, st.floats(0, 10))
def test_loss_is_cross_entropy_and_penalty(seed: int, lam: float) -> None:
    X, labels = problem(seed)
    generator = np.random.default_rng(seed)
    W, b = generator.normal(size=(3, 3)), generator.normal(size=3)
    loss, dW, db = softmax_regression_loss(W, b, X, labels, lam)
    data_loss, G = softmax_cross_entropy(X @ W + b, labels)
    assert_allclose(loss, data_loss + lam / 2 * (W**2).sum(), rtol=1e-14)
    assert_allclose(dW, X.T @ G + lam * W, rtol=1e-12, atol=1e-14)
    assert_allclose(db, G.sum(axis=0), rtol=1e-12, atol=1e-14)


@given(seeds)
@settings(max_examples=25)
def test_gradients_agree_with_central_differences(seed: int) -> None:
    X, labels = problem(seed, n=7)
    generator = np.random.default_rng(seed)
    W, b = generator.normal(size=(3, 3)), generator.normal(size=3)
    for check in (
        check_gradient(lambda W: softmax_regression_loss(W, b, X, labels, 0.3)[:2], W),
        check_gradient(lambda b: softmax_regression_loss(W, b, X, labels, 0.3)[::2], b),
    ):
        assert check.ok, check.message


@given(seeds)
def test_slopes_of_all_classes_sum_to_zero_without_a_penalty(seed: int) -> None:
    """The same number added to the weights of every class changes no probability."""
    X, labels = problem(seed)
    W, b = np.random.default_rng(seed).normal(size=(2, 3, 3))
    _, dW, db = softmax_regression_loss(W, b[0], X, labels, 0)
    assert_allclose(dW.sum(axis=1), 0, atol=1e-13)
    assert_allclose(db.sum(), 0, atol=1e-14)


def test_the_bias_is_not_penalised() -> None:
    X, labels = problem(0)
    W, b = np.zeros((3, 3)), np.array([5.0, 0.0, 0.0])
    free, penalised = (softmax_regression_loss(W, b, X, labels, lam) for lam in (0.0, 7.0))
    assert free[0] == penalised[0]
    assert_array_equal(free[2], penalised[2])


def test_logits_of_ten_thousand() -> None:
    loss, dW, db = softmax_regression_loss([[1e4, -1e4]], [0, 0], [[1.0], [-1.0]], [0, 0], 0)
    assert loss == 1e4
    assert_array_equal(dW, [[0.5, -0.5]])
    assert_array_equal(db, [-0.5, 0.5])


def test_no_examples() -> None:
    loss, dW, db = softmax_regression_loss(np.ones((2, 3)), np.ones(3), np.empty((0, 2)), [], 1)
    assert np.isnan(loss)
    assert dW.shape == (2, 3)
    assert db.shape == (3,)


def test_float32_stays_and_nothing_is_changed() -> None:
    X, labels = problem(0)
    W, b, X = np.ones((3, 3), np.float32), np.zeros(3, np.float32), X.astype(np.float32)
    for array in (W, b, X, labels):
        array.flags.writeable = False
    loss, dW, db = softmax_regression_loss(W, b, X, labels, 0.5)
    assert type(loss) is float
    assert dW.dtype == db.dtype == np.float32


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"W": np.ones(3)}, ValueError, r"W must have shape \(d, k\) .* got W \(3,\)"),
        ({"W": np.ones((2, 3))}, ValueError, r"got W \(2, 3\), X \(40, 3\), b \(3,\)"),
        ({"b": np.ones(2)}, ValueError, r"b \(2,\)"),
        ({"b": np.ones((1, 3))}, ValueError, r"b \(1, 3\)"),
        ({"X": np.ones(3)}, ValueError, "X must have shape"),
        ({"labels": np.full(40, 3)}, IndexError, "labels must lie in .* got 3 at index 0"),
        ({"labels": [0]}, ValueError, "labels must have one entry for each row"),
        ({"lam": -1.0}, ValueError, "lam must be finite and at least 0, got -1"),
        ({"lam": NAN}, ValueError, "lam must be finite"),
        ({"lam": [1.0]}, TypeError, "lam must be a single real number"),
        ({"W": [["a"]]}, TypeError, "W must hold real numbers"),
    ],
)
def test_bad_input_of_the_loss_is_named(
    changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    X, labels = problem(0)
    arguments: dict[str, Any] = {
        "W": np.ones((3, 3)),
        "b": np.ones(3),
        "X": X,
        "labels": labels,
        "lam": 0.1,
    }
    with pytest.raises(error, match=words):
        softmax_regression_loss(**(arguments | changed))


# ── Fit ───────────────────────────────────────────────────────────────────────────────────────────


@given(seeds, st.sampled_from([1e-4, 1e-2, 1.0, 100.0]), st.integers(2, 4))
@settings(max_examples=25)
def test_the_fit_has_no_slope_and_nothing_near_is_better(seed: int, lam: float, k: int) -> None:
    X, labels = problem(seed, k=k)
    W, b = softmax_regression_fit(X, labels, lam)
    loss, dW, db = softmax_regression_loss(W, b, X, labels, lam)
    assert max(np.abs(dW).max(), np.abs(db).max()) < 1e-9
    generator = np.random.default_rng(seed)
    for size in (1e-3, 1.0):
        other, *_ = softmax_regression_loss(
            W + size * generator.normal(size=W.shape),
            b + size * generator.normal(size=k),
            X,
            labels,
            lam,
        )
        assert other > loss - 1e-14


def test_separated_classes_are_found() -> None:
    X = np.array([[-2.0, 1.0], [-1.0, -1.0], [1.0, 1.0], [2.0, -1.0]])
    W, b = softmax_regression_fit(X, [0, 0, 1, 1], 1e-6)
    assert_array_equal((X @ W + b).argmax(axis=1), [0, 0, 1, 1])
    assert W[0, 1] > 1
    assert abs(W[1, 1]) < abs(W[0, 1])


def test_without_useful_features_the_model_gives_the_frequencies() -> None:
    labels = np.array([0, 1, 1, 2, 2, 2])
    W, b = softmax_regression_fit(np.zeros((6, 2)), labels, 1.0)
    assert_array_equal(W, 0)
    assert_allclose(softmax(b), [1 / 6, 2 / 6, 3 / 6], rtol=1e-8)
    assert_allclose(b.sum(), 0, atol=1e-14)


def test_one_class_and_columns_of_very_different_size() -> None:
    W, b = softmax_regression_fit([[1.0], [2.0]], [0, 0], 1.0)
    assert_array_equal(W, [[0]])
    assert_array_equal(b, [0])
    X, labels = problem(3)
    units = np.array([1e-2, 1.0, 1e3])
    W, b = softmax_regression_fit(X * units, labels, 1e-3)
    _, dW, db = softmax_regression_loss(W, b, X * units, labels, 1e-3)
    assert max(np.abs(dW).max(), np.abs(db).max()) < 1e-6


def test_permuting_the_examples_changes_nothing_but_rounding() -> None:
    X, labels = problem(5)
    order = np.random.default_rng(0).permutation(len(X))
    W, b = softmax_regression_fit(X, labels, 0.01)
    permuted_W, permuted_b = softmax_regression_fit(X[order], labels[order], 0.01)
    assert_allclose(permuted_W, W, rtol=1e-7, atol=1e-9)
    assert_allclose(permuted_b, b, rtol=1e-7, atol=1e-9)


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"lam": 0.0}, ValueError, "lam must be positive and finite, got 0"),
        ({"X": [[NAN], [1.0]]}, ValueError, "X must be finite, got nan at index 0, 0"),
        ({"X": [[INF], [1.0]]}, ValueError, "X must be finite, got inf at index 0, 0"),
        ({"X": [1.0, 2.0]}, ValueError, "X must have shape"),
        ({"X": np.empty((0, 1)), "labels": []}, ValueError, "n >= 1 examples, got X with 0 rows"),
        ({"labels": [0]}, ValueError, r"got X with 2 rows and labels of shape \(1,\)"),
        ({"labels": [0, 2]}, ValueError, "got none of class 1"),
        ({"labels": [0, -1]}, IndexError, "got -1 at index 1"),
        ({"labels": [0.0, 1.0]}, TypeError, "labels must be integers"),
    ],
)
def test_bad_input_of_the_fit_is_named(
    changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    arguments: dict[str, Any] = {"X": [[0.0], [1.0]], "labels": [0, 1], "lam": 0.1}
    with pytest.raises(error, match=words):
        softmax_regression_fit(**(arguments | changed))


# ── Reliability ───────────────────────────────────────────────────────────────────────────────────


def test_reliability_by_hand() -> None:
    p = np.array([[0.95, 0.05], [0.9, 0.1], [0.35, 0.65], [0.5, 0.5], [0.0, 1.0]])
    result = reliability(p, [0, 1, 1, 1, 1], bins=5)
    assert_array_equal(result.examples, [0, 0, 1, 1, 3])
    assert_allclose(result.confidence, [NAN, NAN, 0.5, 0.65, 2.85 / 3], rtol=1e-15)
    assert_allclose(result.accuracy, [NAN, NAN, 0, 1, 2 / 3], rtol=1e-15)
    expected = (0.5 + 0.35 + 3 * (2.85 / 3 - 2 / 3)) / 5
    assert_allclose(result.expected_calibration_error(), expected, rtol=1e-14)


@pytest.mark.parametrize(("confidence", "place"), [(0.5, 0), (0.75, 1), (0.8, 2), (1.0, 2)])
def test_a_bin_holds_its_upper_edge(confidence: float, place: int) -> None:
    result = reliability([[confidence, 1 - confidence]], [0], bins=4)
    assert result.examples.tolist() == [int(j == place + 1) for j in range(4)]


@given(seeds, st.integers(1, 20))
def test_every_example_is_in_one_bin(seed: int, bins: int) -> None:
    generator = np.random.default_rng(seed)
    p = softmax(2 * generator.normal(size=(30, 3)))
    labels = generator.integers(0, 3, 30)
    result = reliability(p, labels, bins)
    filled = result.examples > 0
    assert result.examples.sum() == 30
    edges = np.arange(bins + 1) / bins
    assert (result.confidence[filled] > edges[:-1][filled]).all()
    assert (result.confidence[filled] <= edges[1:][filled] + 1e-15).all()
    right = (result.accuracy[filled] * result.examples[filled]).sum()
    assert_allclose(right, (p.argmax(axis=1) == labels).sum())


def test_a_calibrated_model_is_found_reliable() -> None:
    generator = np.random.default_rng(0)
    p = softmax(generator.normal(size=(20_000, 3)))
    labels = (generator.random((len(p), 1)) > p.cumsum(axis=1)).sum(axis=1)
    assert reliability(p, labels).expected_calibration_error() < 0.02
    assert reliability(softmax(4 * np.log(p)), labels).expected_calibration_error() > 0.15


def test_no_examples_give_empty_bins() -> None:
    result = reliability(np.empty((0, 3)), [], bins=2)
    assert_array_equal(result.examples, [0, 0])
    assert np.isnan(result.accuracy).all()
    assert np.isnan(result.expected_calibration_error())


@pytest.mark.parametrize(
    ("p", "labels", "bins", "error", "words"),
    [
        ([[0.5, 0.6]], [0], 10, ValueError, "probabilities must sum to 1"),
        ([[1.5, -0.5]], [0], 10, ValueError, "probabilities must hold prob.* got -0.5"),
        ([0.5, 0.5], [0], 10, ValueError, r"must have shape \(n, k\), got \(2,\)"),
        ([[0.5, 0.5]], [0, 1], 10, ValueError, r"labels must have shape \(1,\)"),
        ([[0.5, 0.5]], [2], 10, IndexError, "got 2 at index 0"),
        ([[0.5, 0.5]], [0], 0, ValueError, "bins must be at least 1, got 0"),
        ([[0.5, 0.5]], [0], 1.5, TypeError, "bins must be an integer, got float"),
    ],
)
def test_bad_input_of_reliability_is_named(
    p: Any, labels: Any, bins: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        reliability(p, labels, bins)
