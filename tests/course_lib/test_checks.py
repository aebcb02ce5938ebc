"""Checks accept every correct answer, reject every wrong one, and tell only what may be told."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib import checks
from course_lib.checks import CheckFailed
from course_lib.losses import huber_loss, squared_loss, trimmed_mean


def feedback_of(check: Callable[..., Any], *args: Any, **options: Any) -> str:
    with pytest.raises(CheckFailed) as caught:
        check(*args, **options)
    unwrapped = " ".join(str(caught.value).split())
    assert unwrapped.startswith(caught.value.student_feedback)
    return caught.value.student_feedback


# ── CheckFailed and context ───────────────────────────────────────────────────────────────────────


def test_lines_of_a_message_fit_the_window_of_validate() -> None:
    failure = CheckFailed("many words " * 30, "yours\n[[1.]\n [2.]]")
    lines = str(failure).splitlines()
    assert max(map(len, lines)) <= 90
    assert lines[-3:] == ["    yours", "    [[1.]", "     [2.]]"]
    assert failure.student_feedback == "many words " * 30


def test_details_are_in_the_message_and_not_in_the_feedback() -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.assert_close([1.0, 123.25], [1.0, 456.5])
    assert "123.25" in str(caught.value)
    assert "456.5" in str(caught.value)
    assert not re.search("123|456", caught.value.student_feedback)


def test_ipython_shows_the_message_without_the_frames_of_the_check(tmp_path: Path) -> None:
    code = "from course_lib import checks; checks.assert_close(4.0, 2.0, what='loss')"
    run = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code],
        env=os.environ | {"IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    shown = re.sub(r"\x1b\[[0-9;]*m", "", run.stdout + run.stderr)
    assert shown.splitlines() == [
        "CheckFailed: loss is twice as large as it should be",
        "    got 4.0, expected 2.0",
    ]


def test_a_failed_check_is_an_assertion_error() -> None:
    with pytest.raises(AssertionError, match="result is None"):
        checks.assert_close(None, 1.0)


def test_contexts_are_named_from_the_outside_in() -> None:
    def nested() -> None:
        with checks.context("outer"), checks.context("inner"):
            checks.assert_close(-1.0, 1.0, what="loss")

    assert feedback_of(nested).startswith("outer: inner: loss has the wrong sign")


def test_context_keeps_the_detail() -> None:
    with pytest.raises(CheckFailed, match=r"got -1\.0, expected 1\.0"), checks.context("label"):
        checks.assert_close(-1.0, 1.0)


class OwnError(Exception):
    pass


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (ValueError("hidden input 3.14"), "read-only: stopped with an error"),
        (OwnError("hidden input 3.14"), "read-only: stopped with an error"),
    ],
)
def test_an_exception_keeps_its_type_and_gets_a_label(error: Exception, reason: str) -> None:
    with pytest.raises(type(error)) as caught, checks.context("read-only"):
        raise error
    assert caught.value is error
    assert caught.value.student_feedback == reason  # type: ignore[attr-defined]


def test_nested_contexts_label_an_exception_once_each() -> None:
    with pytest.raises(ZeroDivisionError) as caught, checks.context("a"), checks.context("b"):
        _ = 1 / 0
    assert caught.value.student_feedback == "a: b: stopped with an error"  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_interrupts_pass_untouched(error: type[BaseException]) -> None:
    with pytest.raises(error) as caught, checks.context("label"):
        raise error
    assert not hasattr(caught.value, "student_feedback")


# ── rng ───────────────────────────────────────────────────────────────────────────────────────────


def test_the_recorded_seed_repeats_the_inputs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", "12345")
    assert checks.rng().integers(10**9) == checks.rng().integers(10**9)
    first = checks.rng().integers(10**9)
    monkeypatch.setenv("GRADING_SEED", "12346")
    assert checks.rng().integers(10**9) != first


def test_without_a_seed_inputs_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GRADING_SEED", raising=False)
    assert checks.rng().integers(10**15) != checks.rng().integers(10**15)


@pytest.mark.parametrize("seed", ["", "-1", "1.5", "abc"])
def test_a_bad_seed_is_refused(seed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GRADING_SEED", seed)
    with pytest.raises(ValueError, match="GRADING_SEED must be a non-negative integer"):
        checks.rng()


# ── assert_shape, assert_close, assert_between ────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "answer",
    [2, 2.0, np.float32(2), np.array(2.0), np.int64(2), 2 + 1e-12],
    ids=lambda v: type(v).__name__,
)
def test_a_scalar_may_come_as_any_kind_of_number(answer: Any) -> None:
    checks.assert_close(answer, 2.0)
    checks.assert_close(answer, np.array(2.0))


@pytest.mark.parametrize(
    "answer", [[1.0, 2.0], (1, 2), np.array([1, 2]), np.array([1, 2], np.float32)]
)
def test_a_vector_may_come_as_any_kind_of_sequence(answer: Any) -> None:
    checks.assert_close(answer, np.array([1.0, 2.0]))


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        (np.nan, np.nan),
        ([np.inf, -np.inf], [np.inf, -np.inf]),
        ([], []),
        (np.zeros((0, 3)), np.zeros((0, 3))),
        (-0.0, 0.0),
    ],
)
def test_special_values_that_agree(actual: Any, expected: Any) -> None:
    checks.assert_close(actual, expected)


@pytest.mark.parametrize(
    ("actual", "expected", "words"),
    [
        (None, 1.0, "is a `return` missing"),
        ("1.0", 1.0, "is text"),
        (1 + 0j, 1.0, "complex"),
        (True, 1.0, "True or False"),
        ([[1.0], [1.0, 2.0]], [1.0, 2.0], "neither a number nor an array"),
        (len, 1.0, "is a function"),
        (squared_loss, 1.0, "is a function"),
        (np.nan, 1.0, "is NaN where a finite"),
        (np.inf, 1.0, "is infinite where a finite"),
        (1.0, np.inf, "is finite where an infinite value"),
        (-np.inf, np.inf, "wrong sign"),
        ([1.0, 2.0], 4.0, "array where a single number"),
        ([1.0], 1.0, "array of one number where the number itself"),
        (7.0, [1.0, 2.0], "single number where an array"),
        (np.ones((2, 1)), np.ones(2), "right number of values in the wrong shape"),
        (1 + 1e-8, 1.0, "to some digits only"),
        ([], [1.0], "length|number of values"),
    ],
    ids=lambda v: getattr(v, "__name__", repr(v)),
)
def test_wrong_results_are_explained(actual: Any, expected: Any, words: str) -> None:
    assert re.search(words, feedback_of(checks.assert_close, actual, expected, what="loss"))


def test_the_tolerance_is_the_callers() -> None:
    checks.assert_close(1.01, 1.0, rtol=0.02)
    checks.assert_close(0.01, 0.0, atol=0.02)
    feedback_of(checks.assert_close, 1.03, 1.0, rtol=0.02)


def test_assert_shape_returns_float64() -> None:
    numbers = checks.assert_shape([[1, 2]], (1, 2))
    assert numbers.dtype == np.float64


@pytest.mark.parametrize(
    ("actual", "ok"),
    [
        ([0.0, 1.0], True),
        ([1.0, 1.0], True),
        ([1 + 1e-13, 1.0], True),
        ([-1.1, 1.0], False),
        ([0.0, 0.9], False),
    ],
)
def test_assert_between(actual: Any, ok: bool) -> None:
    if ok:
        checks.assert_between(actual, [-1, 1], 1)
    else:
        assert "than any right value" in feedback_of(checks.assert_between, actual, [-1, 1], 1)


# ── assert_loss_and_gradient ──────────────────────────────────────────────────────────────────────

Y = np.array([0.5, -1.0, 2.0, 4.0, 0.25])
P = np.array([1.25, 3.0, 1.5, -2.0, 0.0])
DELTA = 1.75


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (
            None,
            "returns None (is a `return` missing, does it print its result, or is what began as ",
        ),
        (
            np.ones((3, 5)),
            "one array (are the other results left out?): return 2 results in this order: loss",
        ),
        ((np.ones(5),), "returns too few results: return 2 results"),
        (1.0, "returns one result: return 2 results"),
        ({"loss": 1.0, "gradient": 2.0}, "returns a dictionary: return 2 results"),
        ((each for each in (1.0, 2.0)), "returns a generator (is a `yield` in it"),
        ("1, 2", "returns text: return 2 results"),
        (squared_loss, "returns a function (are the parentheses of a call missing?)"),
        (((each for each in Y), np.ones(5)), "loss is a generator"),
        ((np.ones(5), None), "gradient is None"),
        (squared_loss(Y, P)[::-1], "the results are swapped"),
    ],
    ids=[
        *("none", "array", "one", "number", "dictionary", "generator", "text", "function"),
        *("generator of losses", "no gradient", "swapped"),
    ],
)
def test_the_pair_itself(result: Any, words: str) -> None:
    expected = squared_loss(Y, P)
    assert words in feedback_of(checks.assert_loss_and_gradient, result, expected)


def test_a_list_of_two_is_accepted() -> None:
    checks.assert_loss_and_gradient(list(squared_loss(Y, P)), squared_loss(Y, P))


def test_several_gradients_are_named() -> None:
    expected = (1.0, 2.0, 3.0)
    assert feedback_of(
        checks.assert_loss_and_gradient,
        (1.0, 2.0, -3.0),
        expected,
        what="nll",
        gradients=("dmu", "dsigma2"),
    ).startswith("dsigma2 has the wrong sign")


def test_an_author_who_names_too_few_results_is_told() -> None:
    with pytest.raises(ValueError, match="3 results are expected and 2 are named"):
        checks.assert_loss_and_gradient((1, 2, 3), (1, 2, 3))


def wrong_with_respect_to_y_true(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss, -gradient


def wrong_sign_without_delta(y: Any, p: Any) -> Any:
    r = p - y
    return huber_loss(y, p, DELTA)[0], np.where(np.abs(r) <= DELTA, r, np.sign(r))


def wrong_no_offset(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return np.where(np.abs(p - y) <= DELTA, loss, DELTA * np.abs(p - y)), gradient


def wrong_over_delta(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss / DELTA, gradient / DELTA


def wrong_pseudo_huber(y: Any, p: Any) -> Any:
    root = np.sqrt(1 + ((p - y) / DELTA) ** 2)
    return DELTA**2 * (root - 1), (p - y) / root


def wrong_zero_outside(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss, np.where(np.abs(p - y) <= DELTA, gradient, 0)


def wrong_no_half(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return 2 * loss, gradient


def wrong_mean(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss.mean(), gradient / y.size


def wrong_sum(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss.sum(), gradient


def wrong_truncated(y: Any, p: Any) -> Any:
    loss, gradient = huber_loss(y, p, DELTA)
    return loss.astype(int), gradient


MISTAKES = {
    "forgets delta: outside it is sign(r)": wrong_sign_without_delta,
    "lacks the term -delta^2/2 outside": wrong_no_offset,
    "is divided by delta: another convention": wrong_over_delta,
    "is that of the pseudo-Huber loss": wrong_pseudo_huber,
    "is zero outside": wrong_zero_outside,
}


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (wrong_with_respect_to_y_true, "gradient has the wrong sign"),
        (wrong_no_half, "loss is twice as large"),
        (wrong_mean, "loss is the mean over the examples"),
        (wrong_sum, "loss is the sum over the examples"),
        (wrong_truncated, "loss is rounded to integers"),
        *((function, text) for text, function in MISTAKES.items()),
    ],
    ids=lambda v: getattr(v, "__name__", ""),
)
def test_each_known_mistake_of_the_loss_assignment_is_named(wrong: Any, words: str) -> None:
    feedback = feedback_of(
        checks.assert_loss_and_gradient,
        wrong(Y, P),
        huber_loss(Y, P, DELTA),
        mistakes={text: function(Y, P) for text, function in MISTAKES.items()},
    )
    assert words in feedback


def test_a_mistake_may_leave_a_part_right() -> None:
    loss, gradient = huber_loss(Y, P, DELTA)
    feedback = feedback_of(
        checks.assert_loss_and_gradient,
        (loss, np.sign(P - Y)),
        (loss, gradient),
        mistakes={"is the sign only": (None, np.sign(P - Y))},
    )
    assert feedback == "gradient is the sign only"


# ── assert_not_mutated ────────────────────────────────────────────────────────────────────────────


def sort_in_place(x: Any, alpha: float) -> float:
    x.sort()
    return float(x[0] + alpha)


@pytest.mark.parametrize("argument", [np.array([3.0, 1.0]), [3.0, 1.0]], ids=["array", "list"])
def test_an_in_place_sort_is_caught(argument: Any) -> None:
    feedback = feedback_of(checks.assert_not_mutated, sort_in_place, argument, 0.1)
    assert "changes its first argument" in feedback


def test_which_argument_changed() -> None:
    def spoil_second(x: np.ndarray, y: np.ndarray) -> None:
        y[0] = 7

    feedback = feedback_of(checks.assert_not_mutated, spoil_second, np.ones(2), np.ones(2))
    assert "second argument" in feedback


@pytest.mark.parametrize(
    "argument",
    [np.array([np.nan, 1.0]), np.arange(6.0)[::-2], [1, [2, np.nan]], {"a": np.ones(2)}, None],
    ids=repr,
)
def test_unchanged_arguments_pass_and_the_result_comes_back(argument: Any) -> None:
    assert checks.assert_not_mutated(lambda x: "result", argument) == "result"


def test_arrays_inside_containers_are_watched() -> None:
    def spoil(holder: dict[str, list[np.ndarray]]) -> None:
        holder["a"][1][0] = 5

    feedback = feedback_of(checks.assert_not_mutated, spoil, {"a": [np.ones(1), np.ones(1)]})
    assert "first argument" in feedback


def test_the_reference_passes() -> None:
    assert checks.assert_not_mutated(trimmed_mean, np.array([3.0, 1.0, 2.0]), 0.4) == 2


# ── assert_gradient ───────────────────────────────────────────────────────────────────────────────


def test_assert_gradient_with_respect_to_either_argument() -> None:
    checks.assert_gradient(squared_loss, Y, P, wrt=1)
    assert "wrong sign" in feedback_of(checks.assert_gradient, squared_loss, Y, P, wrt=0)


def test_assert_gradient_passes_further_arguments_on() -> None:
    checks.assert_gradient(huber_loss, Y, P, DELTA, wrt=1)


@pytest.mark.parametrize(
    ("result", "words"),
    [(None, "return 2 results"), ((None, 1.0), "loss is None"), ((1.0, "a"), "gradient is text")],
)
def test_assert_gradient_explains_what_is_no_pair_of_numbers(result: Any, words: str) -> None:
    assert words in feedback_of(checks.assert_gradient, lambda p: result, P)


def test_assert_gradient_checks_several_gradients_by_name() -> None:
    def line(w: np.ndarray, b: float) -> tuple[Any, ...]:
        return ((w * P + b) ** 2).mean() / 2, P * (w * P + b) / P.size, (w * P + b).mean()

    def doubled_db(w: np.ndarray, b: float) -> tuple[Any, ...]:
        return *line(w, b)[:2], 2 * (w * P + b).mean()

    wrt = {"dw": 0, "db": 1}
    checks.assert_gradient(line, Y, 1.5, wrt=wrt)
    feedback = feedback_of(checks.assert_gradient, doubled_db, Y, 1.5, wrt=wrt)
    assert feedback.startswith("db, compared with finite differences of your loss, is twice")
    assert feedback.endswith("or is the loss wrong?")
    feedback = feedback_of(checks.assert_gradient, lambda w, b: line(w, b)[:2], Y, 1.5, wrt=wrt)
    assert feedback.endswith("return 3 results in this order: loss, dw, db")


# ── assert_fast ───────────────────────────────────────────────────────────────────────────────────


def sleeper(seconds: float) -> Callable[..., None]:
    return lambda *args: time.sleep(seconds)


def test_a_slow_function_fails() -> None:
    feedback = feedback_of(
        checks.assert_fast, sleeper(0.05), sleeper(0.005), at_most=4, hint="does it sleep?"
    )
    assert feedback.endswith("more than 4 times as long as the reference: does it sleep?")


def test_one_slow_call_is_forgiven() -> None:
    delays = iter([0.2, 0.001, 0.001, 0.001, 0.001])
    checks.assert_fast(lambda: time.sleep(next(delays)), sleeper(0.005), at_most=4)


class Proxy:
    """Stands for a function in another process: crossing costs more than computing."""

    def __init__(self, crossing: float) -> None:
        self.crossing = crossing

    def __call__(self, *args: Any) -> None:
        time.sleep(0.06)

    def __crossing_seconds__(self, *args: Any) -> float:
        return self.crossing


def test_the_crossing_is_allowed_on_top() -> None:
    checks.assert_fast(Proxy(crossing=0.5), sleeper(0.005), at_most=4)
    feedback_of(checks.assert_fast, Proxy(crossing=0.0), sleeper(0.005), at_most=4)


class Padded(Proxy):
    """Is slow, and returns what takes longer to cross than it takes to compute."""

    def __init__(self) -> None:
        super().__init__(0.0)

    def __call__(self, *args: Any) -> Any:
        super().__call__()
        return 1.0, list(range(1_000_000))

    def __crossing_seconds__(self, *args: Any) -> float:
        return 1e-6 * sum(len(part) for arg in args for part in arg if isinstance(part, list))


def test_a_result_that_is_padded_gains_no_time() -> None:
    def reference() -> tuple[float, float]:
        time.sleep(0.005)
        return 1.0, 2.0

    feedback_of(checks.assert_fast, Padded(), reference, at_most=4)


def test_the_students_function_cannot_claim_a_crossing() -> None:
    slow = sleeper(0.05)
    slow.__crossing_seconds__ = lambda *args: 1e9  # type: ignore[attr-defined]
    feedback_of(checks.assert_fast, slow, sleeper(0.005), at_most=4)


# ── What a function tells its author by how it is wrong ───────────────────────────────────────────

RIGHT = np.array([1.5, -0.25, 3.0, -7.125, 2.5, 8.0, -1.0, 4.0, 0.5, 6.5])


def at_a_digits_place(digit: int) -> np.ndarray:
    """Wrong at the place that a hidden digit names."""
    return RIGHT + np.where(np.arange(10) == digit, 0.07, 0.0)


def by_a_digits_power(digit: int) -> np.ndarray:
    """Wrong by a power of ten that a hidden digit names."""
    return RIGHT + np.where(np.arange(10) == 1, 10.0**digit, 0.0)


def at_so_many_places(digit: int) -> np.ndarray:
    """Wrong at as many places as a hidden digit says, of those after the first."""
    return RIGHT + np.where(np.arange(10) <= digit % 9, 0.07, 0.0)


@pytest.mark.parametrize("thief", [at_a_digits_place, by_a_digits_power, at_so_many_places])
def test_no_digit_of_a_hidden_argument_can_be_told(thief: Any) -> None:
    told = {feedback_of(checks.assert_close, thief(digit), RIGHT) for digit in range(10)}
    assert len(told) == 1


def test_nor_by_the_gradient_of_ones_own_loss() -> None:
    x = np.arange(1.0, 11.0)
    told = {
        feedback_of(
            checks.assert_gradient,
            lambda x, digit=digit: ((x**3).sum(), 3 * x**2 + (np.arange(10) == digit)),
            x,
        )
        for digit in range(10)
    }
    assert len(told) == 1


def test_results_of_one_shape_may_come_in_one_array() -> None:
    expected = squared_loss(Y, P)
    checks.assert_loss_and_gradient(np.array(expected), expected)


# ── assert_corners ────────────────────────────────────────────────────────────────────────────────

CORNERS = {
    "no numbers": ((np.zeros(0),), 0.0),
    "numbers that cancel": ((np.array([1.0, -1.0]),), 0.0, {"adds up the sizes": 2.0}),
}


def test_what_is_zero_at_all_corners_is_told_with_the_first_corners_name() -> None:
    corners = {f"a logit of {x}": ((float(x),), float(x)) for x in (40, 50, 60)}
    with pytest.raises(checks.CheckFailed, match="^a logit of 40: result is zero"):
        checks.assert_corners(lambda x: 0.0, corners, check=checks.assert_close)


def test_a_function_that_is_right_at_each_corner_passes() -> None:
    checks.assert_corners(np.sum, CORNERS, check=checks.assert_close)


def test_a_corner_is_named_and_so_is_the_mistake_there() -> None:
    with pytest.raises(CheckFailed) as caught:
        checks.assert_corners(lambda x: abs(x).sum(), CORNERS, check=checks.assert_close)
    said = caught.value.student_feedback
    assert said == "numbers that cancel: result adds up the sizes"


def test_no_corner_may_change_an_argument() -> None:
    def in_place(x: np.ndarray) -> float:
        x += 1.0
        return float(np.sum(x - 1.0))

    with pytest.raises(CheckFailed, match="numbers that cancel: the function changes its first"):
        checks.assert_corners(in_place, CORNERS, check=checks.assert_close)


def sorted_in_place(x: np.ndarray) -> float:
    x.sort()
    return float(x[-1])


@pytest.mark.parametrize(
    ("function", "said"),
    [
        (lambda x: x.min(), "a large one: subtract it first (in floats): result is wrong"),
        (lambda x: x, "a large one: result is an array where a single number is expected"),
        (lambda x: None, "a large one: result is None"),
        (sorted_in_place, "a large one: the function changes its first argument"),
    ],
    ids=["number", "shape", "kind", "argument"],
)
def test_the_advice_of_a_corner_is_about_numbers(function: Any, said: str) -> None:
    corners = {"a large one: subtract it first (in floats)": ((np.array([7.0, 2.5]),), 7.0)}
    with pytest.raises(CheckFailed) as caught:
        checks.assert_corners(function, corners, check=checks.assert_close)
    assert caught.value.student_feedback.startswith(said)


def test_a_corner_where_python_stops_is_named_beneath_the_error() -> None:
    with pytest.raises(IndexError) as caught:
        checks.assert_corners(lambda x: x[0], CORNERS, check=checks.assert_close)
    assert caught.value.__notes__ == ["This happened with: no numbers"]


def test_a_corner_is_named_where_nothing_else_is_said() -> None:
    corners = {f"n = {n}": ((np.arange(n),), n - 1) for n in range(3, 8)}
    with pytest.raises(CheckFailed, match="^n = 3: index is not the right one"):
        checks.assert_corners(lambda x: 1, corners, check=checks.assert_index)


def test_what_is_wrong_in_most_corners_is_said_of_the_first_without_its_advice() -> None:
    corners = {f"{n} ones (count them)": ((np.ones(n),), float(n)) for n in range(1, 6)}
    with pytest.raises(CheckFailed) as caught:
        checks.assert_corners(lambda x: -x.sum(), corners, check=checks.assert_close)
    assert caught.value.student_feedback == "1 ones: result has the wrong sign"


def test_one_of_several_results_is_asked_for() -> None:
    with pytest.raises(CheckFailed, match="^the function returns several results: return gain"):
        checks.assert_close((1.0, 2.0), 1.0, what="gain")


def test_a_notebook_shows_the_frame_of_the_student_and_none_of_the_checks(tmp_path: Path) -> None:
    code = (
        "import numpy as np\nfrom course_lib import checks\ndef first(x):\n    return x[0]\n"
        "checks.assert_corners(first, {'none': ((np.zeros(0),), 0)}, check=checks.assert_close)"
    )
    shown = subprocess.run(
        [sys.executable, "-m", "IPython", "--colors=NoColor", "-c", code],
        env=os.environ | {"IPYTHONDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    assert "return x[0]" in shown
    assert "This happened with: none" in shown
    assert "changes its" not in shown
    assert "calls.py" not in shown


def test_warnings_at_a_corner_are_no_failure() -> None:
    """Validate takes whatever is printed to standard error for one."""
    corners = {"log 0": ((0.0,), -np.inf)}
    checks.assert_corners(np.log, corners, check=checks.assert_close)


def test_a_nan_where_an_interval_is_expected_is_called_that() -> None:
    assert feedback_of(checks.assert_between, [np.nan], [-1.0], [1.0]).startswith("result is NaN")


# ── What a gradient check can tell of the loss ────────────────────────────────────────────────────


def test_a_loss_in_single_precision_is_told_instead_of_a_wrong_gradient() -> None:
    def coarse(w: Any) -> Any:
        small = w.astype(np.float32)
        return float(np.sum(small**2) / 2), small

    feedback = feedback_of(checks.assert_gradient, coarse, np.array([0.3, -1.7, 2.9]))
    assert feedback.endswith("is it computed in float32, or rounded?")


def test_another_argument_is_mentioned_only_where_there_is_one_of_that_shape() -> None:
    p, y = np.array([1.0, 2.0]), np.array([0.5, 4.0])
    twisted = feedback_of(
        checks.assert_gradient, lambda y, p: ((p - y) ** 2 / 2, y - p), y, p, wrt=1
    )
    alone = feedback_of(checks.assert_gradient, lambda w, c: ((w**2).sum() * c, -2 * c * w), p, 3.0)
    other = "the wrong sign: is it the derivative with respect to the other argument"
    assert other in twisted
    assert "has the wrong sign, or is the loss wrong?" in alone


def test_a_simple_number_is_not_called_rounded() -> None:
    assert "rounded" not in feedback_of(checks.assert_close, 2.0, 2.25)
    assert "rounded" in feedback_of(checks.assert_close, 2.0, 2.3071)
