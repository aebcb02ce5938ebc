"""What a function does to its arguments or its results stays with it; forms of input; speed."""

from __future__ import annotations

import time
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_lib import checks
from course_lib.checks import CheckFailed
from course_lib.checks.calls import copied
from course_lib.losses import huber_loss, squared_loss

Y = np.zeros(6)
P = np.array([0.5, -8.0, 1.0, 2.0, -4.0, 8.0])


def feedback_of(check: Any, *args: Any, **options: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        check(*args, **options)
    return caught.value.student_feedback


# ── call ──────────────────────────────────────────────────────────────────────────────────────────


def test_changing_an_argument_changes_nothing_at_the_caller() -> None:
    def spoil(x: np.ndarray, nested: dict[str, list[np.ndarray]]) -> None:
        x[:] = np.nan
        nested["a"][0][:] = np.nan
        nested.clear()

    x, nested = np.ones(3), {"a": [np.ones(2)]}
    checks.call(spoil, x, nested)
    assert x.tolist() == [1, 1, 1]
    assert nested["a"][0].tolist() == [1, 1]


def test_changing_a_result_later_changes_nothing_at_the_caller() -> None:
    buffer = np.zeros(2)

    def again(value: float) -> tuple[np.ndarray, np.ndarray]:
        buffer[:] = value
        return buffer, buffer

    first = checks.call(again, 1.0)
    checks.call(again, 2.0)
    assert [part.tolist() for part in first] == [[1, 1], [1, 1]]
    assert first[0] is not first[1]


def test_a_result_is_no_view_of_an_argument() -> None:
    x = np.arange(4.0)
    assert not np.shares_memory(checks.call(lambda x: x[::2], x), x)


@given(
    start=st.integers(0, 3),
    step=st.sampled_from([-3, -2, -1, 1, 2, 3]),
    rows=st.sampled_from([slice(None), slice(None, None, -1), slice(1, 1), 2]),
    transposed=st.booleans(),
    dtype=st.sampled_from([np.float64, np.float32, np.int64, np.bool_]),
    writeable=st.booleans(),
)
def test_a_copied_array_is_laid_out_as_the_original(
    start: int, step: int, rows: Any, transposed: bool, dtype: Any, writeable: bool
) -> None:
    array = np.arange(20).reshape(4, 5).astype(dtype)[rows][..., start::step]
    array = array.T if transposed else array
    array.flags.writeable = writeable
    copy = copied(array)
    np.testing.assert_array_equal(copy, array)
    assert (copy.dtype, copy.shape) == (array.dtype, array.shape)
    assert copy.flags.writeable == writeable
    assert not np.shares_memory(copy, array)
    if array.size > 1:
        assert copy.strides == array.strides


def test_what_holds_no_array_is_passed_on_as_it_is() -> None:
    function = len
    assert checks.call(lambda f, text: (f, text), function, "a") == (function, "a")


# ── the checks that call ──────────────────────────────────────────────────────────────────────────


def test_assert_not_mutated_leaves_the_callers_arrays_alone() -> None:
    x = np.array([3.0, 1.0])
    feedback_of(checks.assert_not_mutated, lambda x: x.sort(), x)
    assert x.tolist() == [3.0, 1.0]


@pytest.mark.parametrize(
    ("loss", "words"),
    [
        (np.ones(6), "loss does not depend"),
        (np.full(6, np.nan), "infinite or not a number"),
        (np.full(6, np.inf), "infinite or not a number"),
    ],
    ids=["constant", "NaN", "infinite"],
)
def test_assert_gradient_needs_a_loss_with_a_slope(loss: np.ndarray, words: str) -> None:
    gradient = np.zeros(6) if np.isfinite(loss).all() else np.full(6, np.nan)
    assert words in feedback_of(checks.assert_gradient, lambda p: (loss, gradient), P)


def test_assert_gradient_is_not_led_astray_by_one_buffer_for_all_results() -> None:
    loss, gradient = np.zeros(6), np.zeros(6)

    def reuse(p: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        loss[:], gradient[:] = squared_loss(Y, p)
        return loss, gradient

    checks.assert_gradient(reuse, P)


# ── assert_form_ignored ───────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.3])
def test_a_wrong_gradient_or_constant_is_no_matter_of_the_form(factor: float) -> None:
    def wrong(y: Any, p: Any) -> Any:
        loss, gradient = squared_loss(y, p)
        return abs(factor) * loss, factor * gradient

    checks.assert_form_ignored(wrong, squared_loss, Y.astype(int), (2 * P).astype(int))


def test_further_arguments_are_passed_on() -> None:
    checks.assert_form_ignored(huber_loss, huber_loss, Y, P, 2.0)


def answers_that_are_none() -> dict[str, Any]:
    kept: list[Any] = []

    def last_answer(y: Any, p: Any) -> Any:
        if p.flags.writeable:
            kept[:] = [squared_loss(y, p)]
        return kept[0]

    return {
        "constant": lambda y, p: (np.full(6, 4.0), np.zeros(6)),
        "infinite": lambda y, p: (np.full(6, np.inf), np.zeros(6)),
        "gradient of NaN": lambda y, p: (squared_loss(y, p)[0], np.full(6, np.nan)),
        "last answer": last_answer,
        "one result": lambda y, p: squared_loss(y, p)[0],
    }


@pytest.mark.parametrize("name", answers_that_are_none())
def test_who_has_no_answer_is_refused_in_any_form(name: str) -> None:
    p = P.copy()
    p.flags.writeable = False
    feedback_of(checks.assert_form_ignored, answers_that_are_none()[name], squared_loss, Y, p)


def test_an_author_whose_losses_are_all_alike_is_told() -> None:
    with pytest.raises(ValueError, match="factor of more than 25"):
        checks.assert_form_ignored(squared_loss, squared_loss, Y, np.ones(6))


# ── assert_batch_form_ignored ─────────────────────────────────────────────────────────────────────


BATCHES = [(P,), (10 * P,)]


def mean_square(x: Any) -> Any:
    return (x**2).mean(), 2 * x / x.size


def read_only(x: Any) -> Any:
    x = x.copy()
    x.flags.writeable = False
    return (x,)


@pytest.mark.parametrize("factor", [1.0, 2.0, -1.0, 0.3])
def test_a_wrong_mean_is_no_matter_of_the_form(factor: float) -> None:
    def wrong(x: Any) -> Any:
        loss, gradient = mean_square(x)
        return factor * loss, -gradient

    checks.assert_batch_form_ignored(wrong, mean_square, BATCHES, read_only)


def test_a_function_may_have_one_result() -> None:
    def exponential(x: Any) -> Any:
        return np.exp(x)

    checks.assert_batch_form_ignored(
        exponential, exponential, BATCHES, lambda x: (x.tolist(),), results=("power",)
    )


def answers_to_batches_that_are_none() -> dict[str, Any]:
    kept: list[Any] = []

    def last_answer(x: Any) -> Any:
        if x.flags.writeable:
            kept[:] = [mean_square(x)]
        return kept[0]

    def refuses(x: Any) -> Any:
        return mean_square(x) if x.flags.writeable else None

    def integer_gradient(x: Any) -> Any:
        loss, gradient = mean_square(x)
        return loss, gradient if x.flags.writeable else np.trunc(gradient)

    return {
        "constant": lambda x: (4.0, np.zeros(x.size)),
        "gradient of NaN": lambda x: (mean_square(x)[0], np.full(x.size, np.nan)),
        "last answer": last_answer,
        "one result": lambda x: mean_square(x)[0],
        "nothing in this form": refuses,
        "another gradient in this form": integer_gradient,
    }


@pytest.mark.parametrize("name", answers_to_batches_that_are_none())
def test_who_has_no_answer_for_batches_is_refused(name: str) -> None:
    function = answers_to_batches_that_are_none()[name]
    feedback_of(checks.assert_batch_form_ignored, function, mean_square, BATCHES, read_only)


def test_an_author_whose_batches_are_all_alike_is_told() -> None:
    with pytest.raises(ValueError, match="factor of more than 25"):
        checks.assert_batch_form_ignored(mean_square, mean_square, [(P,), (P + 1,)], read_only)


# ── assert_fast ───────────────────────────────────────────────────────────────────────────────────


def test_the_result_of_the_fast_call_comes_back_with_the_right_one() -> None:
    numbers = iter(range(100))
    result, right = checks.assert_fast(lambda x: -x, lambda x: x, draw=lambda: (next(numbers),))
    assert result == -right


def test_remembering_the_arguments_makes_nobody_fast() -> None:
    known: set[int] = set()

    def slow_at_first(x: int) -> None:
        if x not in known:
            time.sleep(0.05)
        known.add(x)

    def reference(x: int) -> None:
        time.sleep(0.005)

    checks.assert_fast(slow_at_first, reference, 7, at_most=4)
    numbers = iter(range(100, 200))
    feedback_of(
        checks.assert_fast, slow_at_first, reference, draw=lambda: (next(numbers),), at_most=4
    )
