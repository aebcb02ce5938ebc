"""The three cross-entropies: values, gradients to the last digit, conventions, errors."""

from __future__ import annotations

from decimal import Decimal, localcontext
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.softmax import (
    binary_cross_entropy_with_logits,
    log_softmax,
    one_hot,
    soft_cross_entropy,
    softmax,
    softmax_cross_entropy,
)
from tests.course_lib import exact
from tests.course_lib.softmax.strategies import dyadic, labelled, with_distributions

INF, NAN = np.inf, np.nan


def hard_as_soft(logits: Any, labels: Any) -> Any:
    """Labels as distributions: whatever holds for one function then holds for the other."""
    shape = np.shape(logits)
    return soft_cross_entropy(logits, one_hot(labels, shape[-1]).reshape(shape))


def hard_as_binary(logits: Any, labels: Any) -> Any:
    """Only where there are two classes; the gradient is that of the difference of the logits."""
    o = np.asarray(logits)
    return binary_cross_entropy_with_logits(o[..., 1] - o[..., 0], labels)


each_form = pytest.mark.parametrize("function", [softmax_cross_entropy, hard_as_soft])


# ── Values and accuracy ───────────────────────────────────────────────────────────────────────────


@each_form
def test_hand_worked_values(function: Any) -> None:
    loss, gradient = function([[0, np.log(3)], [0, 0], [np.log(3), 0]], [1, 0, 1])
    assert_allclose(loss, (np.log(4 / 3) + np.log(2) + np.log(4)) / 3, rtol=1e-15)
    assert_allclose(gradient * 3, [[0.25, -0.25], [-0.5, 0.5], [0.75, -0.75]], rtol=1e-15)


def test_hand_worked_values_of_label_distributions() -> None:
    loss, gradient = soft_cross_entropy([[0, np.log(3)]], [[0.5, 0.5]])
    assert_allclose(loss, 0.5 * np.log(4) + 0.5 * np.log(4 / 3), rtol=1e-15)
    assert_allclose(gradient, [[-0.25, 0.25]], rtol=1e-15)


def test_hand_worked_values_of_binary_targets() -> None:
    loss, gradient = binary_cross_entropy_with_logits([np.log(3), np.log(3)], [1, 0.5])
    assert_allclose(loss, (np.log(4 / 3) + 0.5 * np.log(4) + 0.5 * np.log(4 / 3)) / 2, rtol=1e-15)
    assert_allclose(gradient, [-0.125, 0.125], rtol=1e-15)


@each_form
@pytest.mark.parametrize("gap", [36.0, 40.0, 100.0, 700.0])
def test_a_confident_right_answer_costs_a_little_and_not_nothing(function: Any, gap: float) -> None:
    loss, gradient = function([[gap, 0.0]], [0])
    with localcontext(exact.DIGITS):
        p_wrong = 1 / (1 + Decimal(gap).exp())
        cost = -(1 - p_wrong).ln()
    assert exact.relative_error(loss, cost) < 1e-15
    assert exact.relative_error(gradient[0, 0], -p_wrong) < 1e-15
    assert exact.relative_error(gradient[0, 1], p_wrong) < 1e-15


def test_at_a_gap_of_40_loss_and_gradient_are_those_of_the_specification() -> None:
    loss, gradient = softmax_cross_entropy([[40.0, 0.0]], [0])
    assert f"{loss:.3e}" == "4.248e-18"
    assert [f"{g:.3e}" for g in gradient[0]] == ["-4.248e-18", "4.248e-18"]


@pytest.mark.parametrize("gap", [36.0, 40.0, 100.0, 700.0])
def test_a_confident_right_sigmoid_costs_a_little_and_not_nothing(gap: float) -> None:
    loss, gradient = binary_cross_entropy_with_logits([gap, -gap], [1, 0])
    with localcontext(exact.DIGITS):
        p_wrong = 1 / (1 + Decimal(gap).exp())
        assert exact.relative_error(loss, -(1 - p_wrong).ln()) < 1e-15
        assert exact.relative_error(gradient[0], -p_wrong / 2) < 1e-15
        assert exact.relative_error(gradient[1], p_wrong / 2) < 1e-15


@given(labelled(min_classes=2))
def test_loss_and_gradient_against_exact_arithmetic(case: tuple[np.ndarray, np.ndarray]) -> None:
    o, labels = case
    loss, gradient = softmax_cross_entropy(o, labels)
    log_p = [exact.log_softmax(row) for row in o]
    with localcontext(exact.DIGITS):
        reference = -sum(row[y] for row, y in zip(log_p, labels, strict=True)) / len(o)
        assert exact.relative_error(loss, reference) < 2e-15
        for row, y, got in zip(log_p, labels, gradient, strict=True):
            for i, log_q in enumerate(row):
                slope = (log_q.exp() - (1 if i == y else 0)) / len(o)
                gap = float(abs(log_q))
                assert exact.relative_error(got[i], slope) < 1e-15 * (3 + gap / 2)


# ── What holds for any input ──────────────────────────────────────────────────────────────────────


@given(labelled())
def test_one_hot_distributions_and_labels_agree(case: tuple[np.ndarray, np.ndarray]) -> None:
    loss, gradient = softmax_cross_entropy(*case)
    soft_loss, soft_gradient = hard_as_soft(*case)
    assert_allclose(soft_loss, loss, rtol=1e-14)
    assert_allclose(soft_gradient, gradient, rtol=1e-14)


@given(st.lists(st.tuples(dyadic, dyadic, st.integers(0, 1)), min_size=1, max_size=6))
def test_two_classes_are_one_sigmoid(rows: list[tuple[float, float, int]]) -> None:
    o, labels = np.array([row[:2] for row in rows]), np.array([row[2] for row in rows])
    loss, gradient = softmax_cross_entropy(o, labels)
    binary_loss, binary_gradient = hard_as_binary(o, labels)
    assert_allclose(binary_loss, loss, rtol=1e-14)
    assert_allclose(binary_gradient, gradient[:, 1], rtol=1e-14)


@given(with_distributions())
def test_rows_of_the_gradient_sum_to_zero(case: tuple[np.ndarray, np.ndarray]) -> None:
    o, y = case
    for _, gradient in (soft_cross_entropy(o, y), softmax_cross_entropy(o, y.argmax(axis=1))):
        assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


@given(with_distributions(), dyadic)
def test_a_shift_of_the_logits_changes_nothing(
    case: tuple[np.ndarray, np.ndarray], shift: float
) -> None:
    o, y = case
    for part, shifted in zip(
        soft_cross_entropy(o, y), soft_cross_entropy(o + shift, y), strict=True
    ):
        assert_array_equal(shifted, part)


@given(with_distributions(), st.data())
def test_permuting_classes_or_examples_permutes_the_gradient(
    case: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    o, y = case
    rows = data.draw(st.permutations(range(o.shape[0])))
    classes = data.draw(st.permutations(range(o.shape[1])))
    loss, gradient = soft_cross_entropy(o, y)
    permuted_loss, permuted_gradient = soft_cross_entropy(o[rows][:, classes], y[rows][:, classes])
    assert_allclose(permuted_loss, loss, rtol=1e-14)
    assert_allclose(permuted_gradient, gradient[rows][:, classes], rtol=1e-13, atol=1e-16)


@given(with_distributions())
def test_gradients_agree_with_central_differences(case: tuple[np.ndarray, np.ndarray]) -> None:
    o, y = case[0] / 10, case[1]
    labels = y.argmax(axis=1)
    for function in (
        lambda o: soft_cross_entropy(o, y),
        lambda o: softmax_cross_entropy(o, labels),
        lambda o: binary_cross_entropy_with_logits(o, y),
    ):
        assert check_gradient(function, o, rtol=1e-6).ok


@given(with_distributions())
def test_the_loss_is_least_where_the_model_is_right(case: tuple[np.ndarray, np.ndarray]) -> None:
    """Cross-entropy is at least the entropy of the targets (Gibbs)."""
    o, y = case
    entropy = -np.where(y == 0, 0, y * np.log(np.where(y == 0, 1, y))).sum(axis=1).mean()
    assert soft_cross_entropy(o, y)[0] >= entropy * (1 - 1e-14)


def test_the_slope_of_targets_that_do_not_sum_to_one() -> None:
    """E11: it is (Σy)·softmax(o) − y, and that of what is returned as the loss."""
    o, y = np.array([[0.3, -1.0, 2.0]]), np.array([[1.0, 2.0, 0.5]])
    _, gradient = soft_cross_entropy(o, y, check=False)
    assert_allclose(gradient, 3.5 * softmax(o) - y, rtol=1e-14)
    assert check_gradient(lambda o: soft_cross_entropy(o, y, check=False), o).ok


def test_several_labels_are_summed_and_examples_averaged() -> None:
    o, t = np.array([[0.5, -1.0, 2.0], [0.0, 3.0, -2.0]]), np.array([[1, 0, 1], [0, 0, 1]])
    loss, gradient = binary_cross_entropy_with_logits(o, t)
    columns = [binary_cross_entropy_with_logits(o[:, j], t[:, j]) for j in range(3)]
    assert_allclose(loss, sum(column[0] for column in columns), rtol=1e-15)
    assert_allclose(gradient, np.column_stack([column[1] for column in columns]), rtol=1e-15)


# ── Edge cases ────────────────────────────────────────────────────────────────────────────────────


@each_form
@pytest.mark.parametrize(
    ("row", "label", "loss", "gradient"),
    [
        ([5.0], 0, 0, [0]),
        ([1.0, 1.0], 1, np.log(2), [0.5, -0.5]),
        ([1e4, -1e4], 0, 0, [0, 0]),
        ([1e4, -1e4], 1, 2e4, [1, -1]),
        ([0.0, -INF], 0, 0, [0, 0]),
        ([0.0, -INF], 1, INF, [1, -1]),
        ([INF, 0.0], 0, NAN, [NAN, NAN]),
        ([-INF, -INF], 0, NAN, [NAN, NAN]),
        ([NAN, 0.0], 1, NAN, [NAN, NAN]),
    ],
    ids=str,
)
def test_edge_rows_without_a_warning(
    function: Any, row: Any, label: int, loss: float, gradient: Any
) -> None:
    got_loss, got_gradient = function([row], [label])
    assert_allclose(got_loss, loss, rtol=1e-15)
    assert_allclose(got_gradient, [gradient], rtol=1e-15)


@pytest.mark.parametrize(
    ("logit", "target", "loss", "gradient"),
    [
        (INF, 1, 0, 0),
        (-INF, 0, 0, 0),
        (INF, 0, INF, 1),
        (-INF, 1, INF, -1),
        (INF, 0.5, INF, 0.5),
        (1e4, 0, 1e4, 1),
        (-1e4, 1, 1e4, -1),
        (NAN, 1, NAN, NAN),
        (0.0, 0.5, np.log(2), 0),
    ],
)
@pytest.mark.parametrize("shape", [(), (1,), (1, 1)])
def test_binary_edge_cases_without_a_warning(
    logit: float, target: float, loss: float, gradient: float, shape: tuple[int, ...]
) -> None:
    got_loss, got_gradient = binary_cross_entropy_with_logits(
        np.full(shape, logit), np.full(shape, target)
    )
    assert_allclose(got_loss, loss, rtol=1e-15)
    assert_allclose(got_gradient, np.full(shape, gradient), rtol=1e-15)


@each_form
@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 4), (2, 3, 4)])
def test_leading_axes_are_examples(function: Any, shape: tuple[int, ...]) -> None:
    o = np.random.default_rng(0).normal(size=shape)
    labels = np.random.default_rng(1).integers(0, 4, shape[:-1])
    loss, gradient = function(o, labels)
    assert type(loss) is float
    assert gradient.shape == shape
    flat_loss, flat_gradient = function(o.reshape(-1, 4), labels.reshape(-1))
    assert loss == flat_loss
    assert_array_equal(gradient.reshape(-1, 4), flat_gradient)


@pytest.mark.parametrize("shape", [(0, 3), (2, 0, 3)])
def test_over_no_examples_the_mean_is_nan(shape: tuple[int, ...]) -> None:
    for loss, gradient in (
        softmax_cross_entropy(np.empty(shape), np.empty(shape[:-1], int)),
        soft_cross_entropy(np.empty(shape), np.empty(shape)),
    ):
        assert np.isnan(loss)
        assert gradient.shape == shape
    loss, gradient = binary_cross_entropy_with_logits([], [])
    assert np.isnan(loss)
    assert gradient.shape == (0,)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [(np.float32, np.float32), (np.int64, np.float64), (np.uint8, np.float64)],
)
def test_the_gradient_has_the_dtype_of_the_logits(dtype: Any, expected: Any) -> None:
    o, labels = np.array([[1, 2], [4, 3]], dtype), np.array([0, 1])
    for loss, gradient in (
        softmax_cross_entropy(o, labels),
        hard_as_soft(o, labels),
        binary_cross_entropy_with_logits(o, one_hot(labels, 2)),
    ):
        assert type(loss) is float
        assert gradient.dtype == expected
        assert_allclose(loss, float(f"{loss:.6g}"), rtol=1e-5)


def test_float32_losses_are_averaged_in_float64() -> None:
    o = np.zeros((300_001, 2), np.float32)
    loss, _ = softmax_cross_entropy(o, np.zeros(len(o), int))
    assert_allclose(loss, float(np.float32(np.log(2))), rtol=1e-12)


@each_form
def test_inputs_of_any_layout_are_left_alone(function: Any) -> None:
    table = np.random.default_rng(0).normal(size=(12, 10))
    o, labels = table[::2, ::-2], np.arange(6) % 5
    before = o.copy()
    table.flags.writeable = False
    labels.flags.writeable = False
    loss, gradient = function(o, labels)
    assert_array_equal(o, before)
    assert not np.shares_memory(gradient, table)
    packed_loss, packed_gradient = function(before, labels)
    assert loss == packed_loss
    assert_array_equal(gradient, packed_gradient)


@pytest.mark.parametrize("k", [3, 64, 65, 1000])
def test_many_examples_are_what_few_are(k: int) -> None:
    n = 200_000 // k
    generator = np.random.default_rng(0)
    o, labels = generator.normal(size=(n, k)), generator.integers(0, k, n)
    loss, gradient = softmax_cross_entropy(o, labels)
    assert_allclose(loss, -log_softmax(o)[np.arange(n), labels].mean(), rtol=1e-13)
    for i in (0, n // 2, n - 1):
        _, alone = softmax_cross_entropy(o[i], labels[i])
        assert_allclose(gradient[i] * n, alone, rtol=1e-13)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────

TWO = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("function", "logits", "targets", "error", "words"),
    [
        (softmax_cross_entropy, TWO, [0, 3], IndexError, r"0 \.\.\. 2 .* got 3 at index 1"),
        (softmax_cross_entropy, TWO, [-1, 0], IndexError, r"got -1 at index 0"),
        (softmax_cross_entropy, TWO, [0.0, 1.0], TypeError, "labels must be integers, got dtype f"),
        (softmax_cross_entropy, TWO, [True, False], TypeError, "labels must be integers"),
        (softmax_cross_entropy, TWO, [0], ValueError, r"shape \(2,\); got \(1,\)"),
        (softmax_cross_entropy, TWO, [[0], [1]], ValueError, r"\(2, 3\).* got \(2, 1\)"),
        (softmax_cross_entropy, 1.0, 0, ValueError, "logits must have shape"),
        (softmax_cross_entropy, [["a"]], [0], TypeError, "logits must hold real numbers"),
        (softmax_cross_entropy, np.zeros((2, 0)), [0, 0], IndexError, "k = 0 classes"),
        (
            soft_cross_entropy,
            TWO,
            [[1, 0, 0]],
            ValueError,
            r"\(2, 3\) and \(1, 3\).*integer labels",
        ),
        (soft_cross_entropy, TWO, TWO, ValueError, "targets must sum to 1 .* sum 0"),
        (soft_cross_entropy, [[0, 0]], [[2, -1]], ValueError, "targets must hold prob.* got -1"),
        (soft_cross_entropy, [[0, 0]], [[NAN, 1]], ValueError, "targets must hold prob.* got nan"),
        (soft_cross_entropy, [[0, 0]], [["a", "b"]], TypeError, "targets must hold real numbers"),
        (soft_cross_entropy, 0.0, 1.0, ValueError, "logits must have shape"),
        (binary_cross_entropy_with_logits, [0.0], [1.5], ValueError, r"in \[0, 1\], got 1.5"),
        (binary_cross_entropy_with_logits, [0.0], [-1], ValueError, r"in \[0, 1\], got -1"),
        (binary_cross_entropy_with_logits, [0.0], [NAN], ValueError, r"in \[0, 1\], got nan"),
        (binary_cross_entropy_with_logits, [0.0], [[1]], ValueError, r"\(1,\) and \(1, 1\)"),
        (binary_cross_entropy_with_logits, [0j], [1], TypeError, "logits must hold real"),
    ],
)
def test_bad_input_is_named(
    function: Any, logits: Any, targets: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        function(logits, targets)


@given(hnp.arrays(np.float64, (2, 3), elements=st.floats(0, 2)))
def test_unchecked_targets_are_taken_as_they_are(y: np.ndarray) -> None:
    loss, _ = soft_cross_entropy(TWO, y, check=False)
    assert_allclose(loss, y.sum() * np.log(3) / 2, rtol=1e-14)
    loss, _ = binary_cross_entropy_with_logits(TWO, y, check=False)
    assert_allclose(loss, 3 * np.log(2), rtol=1e-13)
