"""One-hot labels, squared loss on them, and the multi-class hinge loss."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.softmax import multiclass_hinge_loss, one_hot, one_hot_squared_loss
from tests.course_lib.softmax.strategies import dyadic, labelled

INF, NAN = np.inf, np.nan


def hinge(logits: Any, labels: Any) -> Any:
    return multiclass_hinge_loss(logits, labels, 1.25)


each_loss = pytest.mark.parametrize("function", [one_hot_squared_loss, hinge])


# ── One-hot ───────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("labels", [2, [0, 2], [], [[0, 1], [2, 2]], np.uint8(1)], ids=repr)
def test_one_hot_is_a_row_of_the_unit_matrix(labels: Any) -> None:
    indices = np.array(labels, dtype=int)
    vectors = one_hot(labels, 3)
    assert vectors.dtype == np.float64
    assert_array_equal(vectors, np.eye(3)[indices])


@pytest.mark.parametrize(
    ("labels", "k", "error", "words"),
    [
        ([0, 3], 3, IndexError, r"0 \.\.\. 2 for k = 3 classes; got 3 at index 1"),
        ([[0], [-1]], 3, IndexError, "got -1 at index 1, 0"),
        ([0.5], 3, TypeError, "labels must be integers, got dtype float64"),
        ([0], 0, ValueError, "k must be at least 1, got 0"),
        ([0], 2.0, TypeError, "k must be an integer, got float"),
    ],
)
def test_bad_labels_are_named(labels: Any, k: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        one_hot(labels, k)


# ── Values ────────────────────────────────────────────────────────────────────────────────────────


def test_squared_loss_by_hand() -> None:
    loss, gradient = one_hot_squared_loss([[2.0, 0.5], [0.0, 1.0]], [0, 1])
    assert loss == (0.5 * (1 + 0.25) + 0) / 2
    assert_array_equal(gradient, [[0.5, 0.25], [0, 0]])


def test_hinge_with_a_matrix_of_margins_by_hand() -> None:
    """Violations: first example 1 and 3.5; second none; third 2.5 for class 0 alone."""
    o = [[1.0, 1.0, 2.5], [0.0, 9.0, 0.0], [3.0, 0.0, 1.0]]
    margin = np.array([[99.0, 1.0, 2.0], [3.0, 99.0, 4.0], [0.5, 1.0, 99.0]])
    loss, gradient = multiclass_hinge_loss(o, [0, 1, 2], margin)
    assert_allclose(loss, (1 + 3.5 + 2.5) / 3, rtol=1e-15)
    assert_array_equal(gradient * 3, [[-2, 1, 1], [0, 0, 0], [1, 0, -1]])


def test_a_margin_that_is_just_met_costs_nothing() -> None:
    loss, gradient = multiclass_hinge_loss([[2.0, 1.0, 0.0]], [0], 1.0)
    assert loss == 0
    assert_array_equal(gradient, [[0, 0, 0]])


def test_margins_belong_to_the_right_class_first() -> None:
    margin = np.array([[0.0, 5.0], [1.0, 0.0]])
    assert multiclass_hinge_loss([[0.0, 0.0]], [0], margin)[0] == 5
    assert multiclass_hinge_loss([[0.0, 0.0]], [1], margin)[0] == 1


# ── What holds for any input ──────────────────────────────────────────────────────────────────────


@given(labelled())
def test_squared_loss_is_the_definition(case: tuple[np.ndarray, np.ndarray]) -> None:
    o, labels = case
    residual = o - one_hot(labels, o.shape[1])
    loss, gradient = one_hot_squared_loss(o, labels)
    assert_allclose(loss, 0.5 * (residual**2).sum(axis=1).mean(), rtol=1e-14)
    assert_allclose(gradient, residual / len(o), rtol=1e-15)


@given(labelled(), st.floats(0, 5))
def test_hinge_is_the_definition(case: tuple[np.ndarray, np.ndarray], margin: float) -> None:
    o, labels = case
    total = 0.0
    for row, y in zip(o, labels, strict=True):
        total += sum(max(0.0, margin - (row[y] - row[i])) for i in range(len(row)) if i != y)
    assert_allclose(multiclass_hinge_loss(o, labels, margin)[0], total / len(o), rtol=1e-13)


@given(labelled(), dyadic)
def test_hinge_sees_differences_only(case: tuple[np.ndarray, np.ndarray], shift: float) -> None:
    o, labels = case
    loss, gradient = hinge(o, labels)
    shifted_loss, shifted_gradient = hinge(o + shift, labels)
    assert loss == shifted_loss
    assert_array_equal(gradient, shifted_gradient)
    assert_allclose(gradient.sum(axis=1), 0, atol=1e-15)


@given(labelled())
def test_a_number_is_a_matrix_of_that_number(case: tuple[np.ndarray, np.ndarray]) -> None:
    o, labels = case
    matrix = np.full((o.shape[1],) * 2, 1.25)
    for part, same in zip(hinge(o, labels), multiclass_hinge_loss(o, labels, matrix), strict=True):
        assert_array_equal(part, same)


@each_loss
@given(case=labelled(), data=st.data())
def test_permuting_examples_and_classes(
    function: Any, case: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    o, labels = case
    rows = data.draw(st.permutations(range(len(o))))
    classes = np.array(data.draw(st.permutations(range(o.shape[1]))))
    loss, gradient = function(o, labels)
    new_labels = np.argsort(classes)[labels[rows]]
    permuted_loss, permuted_gradient = function(o[rows][:, classes], new_labels)
    assert_allclose(permuted_loss, loss, rtol=1e-14)
    assert_allclose(permuted_gradient, gradient[rows][:, classes], rtol=1e-14)


@each_loss
@given(case=labelled())
def test_gradient_agrees_with_central_differences(
    function: Any, case: tuple[np.ndarray, np.ndarray]
) -> None:
    o, labels = case
    lead = np.take_along_axis(o, labels[:, np.newaxis], axis=1) - o
    assume((np.abs(lead - 1.25) > 0.01).all())
    assert check_gradient(lambda o: function(o, labels), o, rtol=1e-5).ok


# ── Edge cases ────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("row", "squared", "hinged"),
    [
        ([5.0], (8, [4]), (0, [0])),
        ([0.0, 0.0], (0.5, [-1, 0]), (1.25, [-1, 1])),
        ([INF, 0.0], (INF, [INF, 0]), (0, [0, 0])),
        ([0.0, INF], (INF, [-1, INF]), (INF, [-1, 1])),
        ([INF, INF], (INF, [INF, INF]), (NAN, [NAN, NAN])),
        ([0.0, -INF], (INF, [-1, -INF]), (0, [0, 0])),
        ([NAN, 0.0], (NAN, [NAN, 0]), (NAN, [NAN, NAN])),
    ],
    ids=str,
)
def test_edge_rows_without_a_warning(row: Any, squared: Any, hinged: Any) -> None:
    for function, (loss, gradient) in ((one_hot_squared_loss, squared), (hinge, hinged)):
        got_loss, got_gradient = function([row], [0])
        assert_allclose(got_loss, loss)
        assert_allclose(got_gradient, [gradient])


@each_loss
@pytest.mark.parametrize("shape", [(4,), (1, 4), (3, 4), (2, 3, 4), (0, 4)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_shapes_and_dtypes(function: Any, shape: tuple[int, ...], dtype: Any) -> None:
    o = (4 * np.random.default_rng(0).normal(size=shape)).astype(dtype)
    labels = np.random.default_rng(1).integers(0, 4, shape[:-1])
    before = o.copy()
    o.flags.writeable = False
    loss, gradient = function(o, labels)
    assert type(loss) is float
    assert np.isnan(loss) == (o.size == 0)
    assert gradient.shape == shape
    assert gradient.dtype == (np.float32 if dtype is np.float32 else np.float64)
    assert_array_equal(o, before)
    assert not np.shares_memory(gradient, o)


@each_loss
def test_non_contiguous_input(function: Any) -> None:
    o = np.random.default_rng(0).normal(size=(8, 12))[::2, ::-3]
    for part, packed in zip(
        function(o, [0, 1, 2, 3]), function(o.copy(), [0, 1, 2, 3]), strict=True
    ):
        assert_array_equal(part, packed)


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────


@each_loss
@pytest.mark.parametrize(
    ("logits", "labels", "error", "words"),
    [
        (np.zeros((2, 3)), [0, 3], IndexError, "got 3 at index 1"),
        (np.zeros((2, 3)), [0], ValueError, r"labels need shape \(2,\); got \(1,\)"),
        (np.zeros((2, 3)), [0.0, 0.0], TypeError, "labels must be integers"),
        (0.0, 0, ValueError, "logits must have shape"),
        ([["a"]], [0], TypeError, "logits must hold real numbers"),
    ],
)
def test_bad_input_is_named(
    function: Any, logits: Any, labels: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        function(logits, labels)


@pytest.mark.parametrize(
    ("margin", "error", "words"),
    [
        ([1.0, 2.0], ValueError, r"number or a matrix of shape \(2, 2\).* got shape \(2,\)"),
        (np.ones((3, 3)), ValueError, r"got shape \(3, 3\)"),
        (NAN, ValueError, "margin must be finite"),
        (INF, ValueError, "margin must be finite"),
        ("1", TypeError, "margin must hold real numbers"),
    ],
)
def test_bad_margins_are_named(margin: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        multiclass_hinge_loss([[0.0, 0.0]], [0], margin)
