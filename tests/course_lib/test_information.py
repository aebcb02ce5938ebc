"""Information theory: values, accuracy, conventions, identities, gradients, codes, errors."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, localcontext
from itertools import pairwise, product
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.information import (
    conditional_entropy,
    cross_entropy,
    entropy,
    entropy_with_logits,
    huffman_code,
    jensen_gap,
    joint_entropy,
    kl_divergence,
    kl_with_logits,
    mutual_information,
    perplexity,
)
from course_lib.softmax import softmax

EPS = np.finfo(np.float64).eps
HALF = [0.5, 0.5]
INDEPENDENT = [[0.25, 0.25], [0.25, 0.25]]

# ── Distributions whose numbers, and whose sum 1, are exact ───────────────────────────────────────

PARTS = 2**20


def from_cuts(cuts: list[int]) -> np.ndarray:
    return np.diff([0, *sorted(cuts), PARTS]) / PARTS


def dyadic(k: int) -> st.SearchStrategy[np.ndarray]:
    """Distributions on k symbols, in multiples of 2⁻²⁰; zeros and ties come up."""
    cut = st.integers(0, PARTS) | st.sampled_from([0, PARTS // 4, PARTS // 2, PARTS - 1, PARTS])
    return st.lists(cut, min_size=k - 1, max_size=k - 1).map(from_cuts)


def positive_dyadic(k: int) -> st.SearchStrategy[np.ndarray]:
    cuts = st.sets(st.integers(1, PARTS - 1), min_size=k - 1, max_size=k - 1)
    return cuts.map(lambda chosen: from_cuts(list(chosen)))


distributions = st.integers(1, 8).flatmap(dyadic)
pairs = st.integers(1, 8).flatmap(lambda k: st.tuples(dyadic(k), positive_dyadic(k)))
tables = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: dyadic(shape[0] * shape[1]).map(lambda p: p.reshape(shape))
)
logit_rows = st.lists(st.floats(-30, 30), min_size=1, max_size=6).map(np.array)


def exact(formula: Callable[..., Decimal], *arrays: Any) -> Decimal:
    """Sum of a formula over the numbers as they are stored, with 80 digits."""
    with localcontext(prec=80):
        columns = [[Decimal(float(v)) for v in np.ravel(array)] for array in arrays]
        return sum((formula(*row) for row in zip(*columns, strict=True)), Decimal(0))


def exact_entropy(p: Any) -> Decimal:
    return exact(lambda p: -p * p.ln() if p else Decimal(0), p)


def exact_divergence(p: Any, q: Any) -> Decimal:
    return exact(lambda p, q: p * (p / q).ln() if p else Decimal(0), p, q)


def relative_error(actual: float, reference: Decimal) -> float:
    if not reference:
        return abs(actual)
    with localcontext(prec=80):
        return float(abs(Decimal(actual) / reference - 1))


# ── Values ────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (entropy(HALF, base=2), 1),
        (entropy([0.5, 0.25, 0.25], base=2), 1.5),
        (entropy([0.1, 0.9], base=2), 0.4689955935892812),
        (entropy(np.full(20, 0.05), base=2), math.log2(20)),
        (entropy(np.full(6, 1 / 6)), math.log(6)),
        (cross_entropy(HALF, [0.25, 0.75], base=2), (2 + math.log2(4 / 3)) / 2),
        (kl_divergence(HALF, [0.25, 0.75], base=2), (2 + math.log2(4 / 3)) / 2 - 1),
        (kl_divergence([1, 0], HALF), math.log(2)),
        (jensen_gap(np.exp, [0.0, 1.0], HALF), (1 + math.e) / 2 - math.exp(0.5)),
        (joint_entropy(INDEPENDENT, base=2), 2),
        (conditional_entropy([[0.5, 0], [0.25, 0.25]], base=2), 0.5),
        (mutual_information([[0.5, 0], [0, 0.5]], base=2), 1),
        (mutual_information(INDEPENDENT), 0),
        (perplexity(np.full(7, 1 / 7)), 7),
        (perplexity([1, 0, 0]), 1),
    ],
)
def test_hand_worked_values(value: float, expected: float) -> None:
    assert type(value) is float
    assert value == pytest.approx(expected, rel=1e-14, abs=0)


@given(distributions)
def test_entropy_is_exact_to_rounding(p: np.ndarray) -> None:
    assert relative_error(entropy(p), exact_entropy(p)) <= 4 * EPS


@given(pairs)
def test_divergence_is_accurate_for_any_two_distributions(
    pair: tuple[np.ndarray, np.ndarray],
) -> None:
    p, q = pair
    assert relative_error(float(kl_divergence(p, q)), exact_divergence(p, q)) <= 1e-13


@given(positive_dyadic(4), st.integers(3, 31), st.data())
def test_divergence_is_accurate_for_neighbours(
    p: np.ndarray, bits: int, data: st.DataObject
) -> None:
    """Moving 2⁻ᵇⁱᵗˢ of the smallest probability keeps all numbers and the sum exact."""
    i, j = data.draw(st.permutations(range(4)).map(lambda order: order[:2]))
    q, step = p.copy(), p.min() * 2.0**-bits
    q[i], q[j] = p[i] + step, p[j] - step
    assert relative_error(float(kl_divergence(p, q)), exact_divergence(p, q)) <= 1e-13


def test_divergence_of_almost_equal_coins() -> None:
    q = [0.5 + 1e-12, 0.5 - 1e-12]
    assert f"{kl_divergence(HALF, q):.3e}" == "2.000e-24"
    assert f"{kl_divergence(q, HALF):.3e}" == "2.000e-24"


def test_mutual_information_near_independence() -> None:
    table = np.array([[1e8 + 1, 1e8], [1e8, 1e8]])
    assert f"{mutual_information(table / table.sum()):.3e}" == "3.125e-18"


@given(st.integers(8, 40))
def test_mutual_information_is_accurate_at_any_distance_from_independence(bits: int) -> None:
    step = Decimal(2) ** -bits
    with localcontext(prec=80):
        # ¼(1 ± d) on and off the diagonal, with margins of ½ each.
        reference = sum((1 + d) * (1 + d).ln() for d in (step, -step)) / 2
    plus, minus = (1 + float(step)) / 4, (1 - float(step)) / 4
    value = mutual_information([[plus, minus], [minus, plus]])
    assert relative_error(value, reference) <= 1e-13


@given(tables)
def test_conditional_entropy_is_accurate(table: np.ndarray) -> None:
    margin = np.broadcast_to(table.sum(axis=1, keepdims=True), table.shape)
    reference = exact(lambda p, m: -p * (p / m).ln() if p else Decimal(0), table, margin)
    assert relative_error(conditional_entropy(table), reference) <= 1e-14


def test_mutual_information_of_tiny_margins() -> None:
    """The product of these two margins is below the smallest float."""
    table = [[1e-200, 0.0], [0.0, 1.0]]
    assert mutual_information(table) == pytest.approx(1e-200 * (200 * math.log(10) + 1), rel=1e-12)


# ── Conventions ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "value",
    [
        entropy([1.0, 0.0]),
        entropy([1]),
        cross_entropy([1, 0], [1, 0]),
        kl_divergence([0.5, 0.5, 0], [0.5, 0.5, 0]),
        kl_divergence([1, 0], [1, 0]),
        jensen_gap(np.square, [3.0], [1.0]),
        joint_entropy([[1.0]]),
        conditional_entropy([[0.5, 0], [0, 0.5]]),
        mutual_information([[1.0, 0.0]]),
        entropy_with_logits([0.0, -np.inf])[0],
        kl_with_logits([1.0, 0.0], [0.0, -np.inf])[0],
    ],
)
def test_nothing_to_say_takes_no_bits_and_zero_has_no_sign(value: float) -> None:
    assert (value, math.copysign(1, value)) == (0, 1)


@pytest.mark.parametrize("function", [cross_entropy, kl_divergence])
def test_an_impossible_symbol_that_comes_costs_infinitely_much(function: Any) -> None:
    assert function(HALF, [1.0, 0.0]) == math.inf
    assert_array_equal(function([HALF, [1, 0]], [[1, 0], [1, 0]]), [math.inf, 0])


def test_an_impossible_symbol_that_never_comes_costs_nothing() -> None:
    assert cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0], base=2) == 1
    assert kl_divergence([0, 1], HALF, base=2) == 1


def test_jensen_ignores_values_of_probability_zero() -> None:
    assert jensen_gap(lambda x: -np.log(x), [1.0, 0.0], [1.0, 0.0]) == 0


@pytest.mark.parametrize(
    ("call", "dtype"),
    [
        (lambda p: entropy(p), "f4"),
        (lambda p: cross_entropy(p, p), "f4"),
        (lambda p: kl_divergence(p, p[::-1]), "f4"),
        (lambda p: perplexity(p), "f4"),
        (lambda p: kl_with_logits(p, p)[0], "f4"),
        (lambda p: kl_with_logits(p, p)[1], "f4"),
        (lambda p: entropy_with_logits(p)[0], "f4"),
        (lambda p: entropy_with_logits(p)[1], "f4"),
        (lambda p: kl_divergence(p, p.astype("f8")), "f8"),
        (lambda p: entropy(p.astype("i8")), "f8"),
    ],
)
def test_dtype_of_many_results(call: Any, dtype: str) -> None:
    assert call(np.array([[1, 0], [0, 1]], dtype="f4")).dtype == dtype


def test_float32_is_summed_in_float64() -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(10**5)).astype(np.float32)
    assert entropy(p) == pytest.approx(entropy(p.astype(np.float64)), rel=1e-7)


@pytest.mark.parametrize("function", [entropy, perplexity])
@pytest.mark.parametrize(
    ("shape", "axis", "result"),
    [((3,), -1, ()), ((4, 3), -1, (4,)), ((3, 4), 0, (4,)), ((2, 3, 4), 1, (2, 4)),
     ((0, 3), -1, (0,)), ((3, 0), 0, (0,))],
)  # fmt: skip
def test_axis_is_summed_over(
    function: Any, shape: tuple[int, ...], axis: int, result: tuple[int, ...]
) -> None:
    p = np.full(shape, 1 / 3)
    value = function(p, axis=axis)
    assert np.shape(value) == result
    assert_allclose(value, math.log(3) if function is entropy else 3)


@pytest.mark.parametrize("function", [cross_entropy, kl_divergence])
def test_axis_of_two_stacks(function: Any) -> None:
    p, q = np.random.default_rng(0).dirichlet(np.ones(5), size=(2, 3, 4))
    rows = function(p, q)
    assert rows.shape == (3, 4)
    assert rows[1, 2] == pytest.approx(function(p[1, 2], q[1, 2]), rel=1e-14)
    assert_allclose(
        function(np.moveaxis(p, -1, 0), np.moveaxis(q, -1, 0), axis=0), rows, rtol=1e-14
    )


FUNCTIONS: dict[str, Callable[[np.ndarray], Any]] = {
    "entropy": entropy,
    "cross_entropy": lambda p: cross_entropy(p, p[..., ::-1]),
    "kl_divergence": lambda p: kl_divergence(p, p[..., ::-1]),
    "jensen_gap": lambda p: jensen_gap(np.square, p[0], p[0]),
    "kl_with_logits": lambda p: kl_with_logits(p, p[..., ::-1]),
    "entropy_with_logits": entropy_with_logits,
    "joint_entropy": lambda p: joint_entropy(p / len(p)),
    "conditional_entropy": lambda p: conditional_entropy(p / 4),
    "mutual_information": lambda p: mutual_information(p / 4),
    "perplexity": perplexity,
    "huffman_code": lambda p: huffman_code(p[0]),
}
each_function = pytest.mark.parametrize("function", FUNCTIONS.values(), ids=FUNCTIONS)


def parts(result: Any) -> tuple[Any, ...]:
    return result if isinstance(result, tuple) else (result,)


@each_function
def test_strided_and_read_only_input_is_left_alone(function: Any) -> None:
    p = np.random.default_rng(0).dirichlet(np.ones(6), size=4)
    expected = function(p.copy())
    wide = np.zeros((8, 18))
    strided = wide[::2, ::3]
    strided[:] = p
    strided.flags.writeable = False
    for got, wanted in zip(parts(function(strided)), parts(expected), strict=True):
        assert_array_equal(got, wanted)
    assert_array_equal(strided, p)


@each_function
def test_lists_of_integers_are_taken(function: Any) -> None:
    table = np.eye(4)
    of_integers, of_floats = function(table.astype(int)), function(table)
    for got, wanted in zip(parts(of_integers), parts(of_floats), strict=True):
        assert_array_equal(got, wanted)


# ── What holds for any distribution ───────────────────────────────────────────────────────────────


@given(pairs)
def test_divergence_is_zero_for_equals_only(pair: tuple[np.ndarray, np.ndarray]) -> None:
    p, q = pair
    assert kl_divergence(p, p) == 0
    assert (kl_divergence(p, q) > 0) == bool((p != q).any())


@given(pairs)
def test_cross_entropy_is_entropy_plus_divergence(pair: tuple[np.ndarray, np.ndarray]) -> None:
    p, q = pair
    assert cross_entropy(p, q) == pytest.approx(entropy(p) + kl_divergence(p, q), rel=1e-12)


@given(pairs)
def test_divergence_is_a_jensen_gap(pair: tuple[np.ndarray, np.ndarray]) -> None:
    """Of −log(q/p) under p; −log E[q/p] is 0 if q has no mass where p has none (E16)."""
    q, p = pair  # p > 0
    q = np.where(q == 0, 2**-40, q)
    q /= q.sum()
    gap = jensen_gap(lambda ratio: -np.log(ratio), q / p, p)
    assert gap == pytest.approx(float(kl_divergence(p, q)), rel=1e-9, abs=1e-12)


@given(st.integers(1, 6).flatmap(lambda k: st.tuples(dyadic(k), dyadic(k))), st.floats(0, 1))
def test_entropy_is_concave(pair: tuple[np.ndarray, np.ndarray], weight: float) -> None:
    p, q = pair
    chord = weight * entropy(p) + (1 - weight) * entropy(q)
    assert entropy(weight * p + (1 - weight) * q) >= chord - 1e-14


@given(distributions)
def test_entropy_lies_between_certainty_and_equality(p: np.ndarray) -> None:
    assert 0 <= entropy(p) <= math.log(p.size) + 1e-15
    assert 1 <= perplexity(p) <= p.size * (1 + 1e-15)
    assert (entropy(p) == 0) == bool((p == 1).any())


@given(pairs, st.data())
def test_order_of_the_symbols_does_not_matter(
    pair: tuple[np.ndarray, np.ndarray], data: st.DataObject
) -> None:
    p, q = pair
    order = data.draw(st.permutations(range(p.size)))
    assert entropy(p[order]) == pytest.approx(entropy(p), rel=1e-14)
    assert kl_divergence(p[order], q[order]) == pytest.approx(kl_divergence(p, q), rel=1e-14)
    assert cross_entropy(p[order], q[order]) == pytest.approx(cross_entropy(p, q), rel=1e-14)


@given(pairs, st.sampled_from([2, 10, 1.5, np.float32(4)]))
def test_base_changes_the_unit(pair: tuple[np.ndarray, np.ndarray], base: float) -> None:
    p, q = pair
    functions: list[Callable[..., Any]] = [
        entropy,
        lambda p, **kw: kl_divergence(p, q, **kw),
        lambda p, **kw: cross_entropy(p, q, **kw),
    ]
    for function in functions:
        assert function(p, base=base) * math.log(base) == pytest.approx(function(p), rel=1e-14)


@given(tables)
def test_chain_rule(table: np.ndarray) -> None:
    """H(x, y) = H(x) + H(y given x)."""
    total = entropy(table.sum(axis=1)) + conditional_entropy(table)
    assert joint_entropy(table) == pytest.approx(total, rel=1e-13, abs=1e-15)


@given(tables)
def test_information_is_what_the_margins_count_twice(table: np.ndarray) -> None:
    margins = entropy(table.sum(axis=0)) + entropy(table.sum(axis=1))
    assert mutual_information(table) == pytest.approx(margins - joint_entropy(table), abs=1e-14)


@given(tables)
def test_information_is_mutual_and_bounded(table: np.ndarray) -> None:
    information = mutual_information(table)
    assert information == pytest.approx(mutual_information(table.T), rel=1e-12, abs=1e-30)
    assert 0 <= information <= entropy(table.sum(axis=0)) + 1e-14
    assert conditional_entropy(table) <= entropy(table.sum(axis=0)) + 1e-14


@given(dyadic(3), dyadic(4))
def test_independent_variables_tell_nothing_about_each_other(p: np.ndarray, q: np.ndarray) -> None:
    table = np.outer(p, q)
    assert 0 <= mutual_information(table) <= 1e-30
    assert joint_entropy(table) == pytest.approx(entropy(p) + entropy(q), rel=1e-13)


@given(st.lists(st.floats(-50, 50), min_size=5, max_size=5), dyadic(5))
def test_jensen_gap_of_a_convex_function_is_not_negative(x: list[float], p: np.ndarray) -> None:
    assert jensen_gap(np.abs, x, p) >= -1e-12
    assert jensen_gap(lambda x: 3 * x + 1, x, p) == pytest.approx(0, abs=1e-12)


# ── With logits ───────────────────────────────────────────────────────────────────────────────────


@given(logit_rows, st.data())
def test_divergence_with_logits_is_that_from_their_softmax(
    logits: np.ndarray, data: st.DataObject
) -> None:
    q = data.draw(dyadic(logits.size))
    value, gradient = kl_with_logits(q, logits)
    assert value == pytest.approx(kl_divergence(q, softmax(logits)), rel=1e-9, abs=1e-14)
    assert_allclose(gradient, softmax(logits) - q, rtol=1e-13, atol=1e-15)


@given(logit_rows)
def test_entropy_with_logits_is_that_of_their_softmax(logits: np.ndarray) -> None:
    value, _ = entropy_with_logits(logits)
    assert value == pytest.approx(entropy(softmax(logits)), rel=1e-12, abs=1e-14)


@given(logit_rows, st.floats(-100, 100))
def test_shifting_the_logits_changes_nothing(logits: np.ndarray, shift: float) -> None:
    q = softmax(np.arange(logits.size))
    functions: list[Callable[[np.ndarray], Any]] = [
        entropy_with_logits,
        lambda o: kl_with_logits(q, o),
    ]
    for function in functions:
        value, gradient = function(logits)
        shifted_value, shifted_gradient = function(logits + shift)
        assert shifted_value == pytest.approx(value, rel=1e-10, abs=1e-13)
        assert_allclose(shifted_gradient, gradient, rtol=1e-10, atol=1e-12)
        assert gradient.sum() == pytest.approx(0, abs=1e-13)


@pytest.mark.parametrize("shape", [(1,), (5,), (4, 3), (2, 3, 4)])
def test_gradients_against_central_differences(shape: tuple[int, ...]) -> None:
    rng = np.random.default_rng(7)
    logits, q = rng.normal(size=shape), rng.dirichlet(np.ones(shape[-1]), size=shape[:-1])
    assert check_gradient(entropy_with_logits, logits).message == ""
    assert check_gradient(lambda o: kl_with_logits(q, o), logits).message == ""


def test_saturated_logits_keep_their_digits() -> None:
    value, gradient = kl_with_logits([1.0, 0.0], [40.0, 0.0])
    assert value == pytest.approx(4.248354255291589e-18, rel=1e-15)
    assert_allclose(gradient, [-4.248354255291589e-18, 4.248354255291589e-18], rtol=1e-15)
    value, _ = entropy_with_logits([40.0, 0.0])
    assert value == pytest.approx(41 * 4.248354255291589e-18, rel=1e-15)


def test_divergence_from_an_almost_equal_softmax() -> None:
    value, _ = kl_with_logits(HALF, [2e-12, -2e-12])
    assert value == pytest.approx(2e-24, rel=1e-3)


@pytest.mark.parametrize(
    ("logits", "value", "gradient"),
    [
        ([1e4, -1e4], 2e4, [1, -1]),
        ([-1e4, 1e4], 0, [0, 0]),
        ([0.0, -np.inf], np.inf, [1, -1]),
        ([-np.inf, 0.0], 0, [0, 0]),
        ([-np.inf, -np.inf], np.nan, [np.nan, np.nan]),
        ([np.inf, 0.0], np.nan, [np.nan, np.nan]),
        ([np.nan, 0.0], np.nan, [np.nan, np.nan]),
    ],
)
def test_divergence_at_extreme_logits(logits: Any, value: float, gradient: Any) -> None:
    got_value, got_gradient = kl_with_logits([0.0, 1.0], logits)
    assert_array_equal(got_value, value)
    assert_array_equal(got_gradient, gradient)


@pytest.mark.parametrize(
    ("logits", "value", "gradient"),
    [
        ([1e4, -1e4, 0], 0, [0, 0, 0]),
        ([1e4, 1e4, -1e4], math.log(2), [0, 0, 0]),
        ([0.0, 0.0, -np.inf], math.log(2), [0, 0, 0]),
        ([-np.inf, -np.inf, -np.inf], np.nan, [np.nan] * 3),
        ([np.nan, 0.0, 0.0], np.nan, [np.nan] * 3),
    ],
)
def test_entropy_at_extreme_logits(logits: Any, value: float, gradient: Any) -> None:
    got_value, got_gradient = entropy_with_logits(logits)
    assert_allclose(got_value, value, rtol=1e-15)
    assert_allclose(got_gradient, gradient, atol=1e-16)


def test_no_rows_of_logits() -> None:
    for value, gradient in [
        entropy_with_logits(np.ones((0, 3))),
        kl_with_logits(np.ones((0, 3)), np.ones((0, 3))),
    ]:
        assert np.shape(value) == (0,)
        assert gradient.shape == (0, 3)


# ── Huffman's code ────────────────────────────────────────────────────────────────────────────────


def mean_length(p: Any, words: list[str]) -> float:
    return sum(probability * len(word) for probability, word in zip(p, words, strict=True))


def decode(bits: str, words: list[str]) -> list[int]:
    symbols, word = [], ""
    for bit in bits:
        word += bit
        if word in words:
            symbols.append(words.index(word))
            word = ""
    assert word == ""
    return symbols


@given(distributions)
def test_huffman_is_within_a_bit_of_the_entropy(p: np.ndarray) -> None:
    length = mean_length(p, huffman_code(p))
    assert entropy(p, base=2) - 1e-12 <= length <= entropy(p, base=2) + 1


@given(distributions)
def test_no_word_is_the_beginning_of_another(p: np.ndarray) -> None:
    words = sorted(huffman_code(p))
    assert not any(after.startswith(before) for before, after in pairwise(words))
    assert sum(2.0 ** -len(word) for word in words) == 1  # Kraft: no bit could be saved


@given(st.integers(2, 5).flatmap(dyadic))
def test_no_code_is_shorter_on_average(p: np.ndarray) -> None:
    k = p.size
    best = min(
        float(np.dot(p, lengths))
        for lengths in product(range(1, k), repeat=k)
        if sum(2.0**-length for length in lengths) <= 1
    )
    assert mean_length(p, huffman_code(p)) == best


@given(st.integers(2, 6).flatmap(dyadic), st.data())
def test_what_is_encoded_can_be_decoded(p: np.ndarray, data: st.DataObject) -> None:
    message = data.draw(st.lists(st.integers(0, p.size - 1)))
    words = huffman_code(p)
    assert decode("".join(words[symbol] for symbol in message), words) == message


@pytest.mark.parametrize(
    ("p", "words"),
    [
        ([1.0], [""]),
        ([0.5, 0.5], ["0", "1"]),
        ([1, 0], ["1", "0"]),
        ([0.125, 0.125, 0.25, 0.5], ["110", "111", "10", "0"]),
        ([0.25] * 4, ["00", "01", "10", "11"]),
    ],
)
def test_huffman_of_simple_distributions(p: Any, words: list[str]) -> None:
    code = huffman_code(p)
    assert [len(word) for word in code] == [len(word) for word in words]
    assert len(set(code)) == len(code)


def test_among_best_codes_the_one_with_the_shortest_longest_word() -> None:
    """(1, 2, 3, 4, …) and (2, 2, 2, 3, 3) bits are equally good for these five symbols."""
    assert sorted(map(len, huffman_code([0.4, 0.2, 0.2, 0.1, 0.1]))) == [2, 2, 2, 3, 3]


# ── Errors ────────────────────────────────────────────────────────────────────────────────────────

TAKES_P: dict[str, Callable[[Any], Any]] = {
    "entropy": entropy,
    "cross_entropy": lambda p: cross_entropy(p, p),
    "kl_divergence": lambda p: kl_divergence(p, p),
    "jensen_gap": lambda p: jensen_gap(np.square, p, p),
    "perplexity": perplexity,
    "huffman_code": huffman_code,
}
TAKES_Q: dict[str, Callable[[Any], Any]] = {
    "cross_entropy": lambda q: cross_entropy(HALF, q),
    "kl_divergence": lambda q: kl_divergence(HALF, q),
    "kl_with_logits": lambda q: kl_with_logits(q, HALF),
}
TAKES_A_TABLE: dict[str, Callable[[Any], Any]] = {
    "joint_entropy": joint_entropy,
    "conditional_entropy": conditional_entropy,
    "mutual_information": mutual_information,
}
TAKES_A_BASE: dict[str, Callable[[Any], Any]] = {
    "entropy": lambda base: entropy(HALF, base),
    "cross_entropy": lambda base: cross_entropy(HALF, HALF, base),
    "kl_divergence": lambda base: kl_divergence(HALF, HALF, base),
    "joint_entropy": lambda base: joint_entropy(INDEPENDENT, base),
    "conditional_entropy": lambda base: conditional_entropy(INDEPENDENT, base),
    "mutual_information": lambda base: mutual_information(INDEPENDENT, base),
}

WRONG_DISTRIBUTIONS = [
    ([0.5, 0.6], ValueError, r"must sum to 1 along axis -1, got the sum 1.1; counts become"),
    ([2, 2], ValueError, "must sum to 1 along axis -1, got the sum 4"),
    ([], ValueError, "must sum to 1 along axis -1, got the sum 0"),
    (
        [1.5, -0.5],
        ValueError,
        "must hold probabilities, which are not negative; got -0.5 at index 1",
    ),
    (
        [np.nan, 1.0],
        ValueError,
        "must hold probabilities, which are not negative; got nan at index 0",
    ),
    ([np.inf, 0.0], ValueError, "must sum to 1 along axis -1, got the sum inf"),
    (1.0, ValueError, "must be an array with at least one axis, got the number 1"),
    (["a", "b"], TypeError, "must hold real numbers, got text"),
    ([0.5j, 0.5], TypeError, "must hold real numbers, got complex numbers"),
    (None, TypeError, "must hold real numbers, got None"),
]


@pytest.mark.parametrize("call", TAKES_P.values(), ids=TAKES_P)
@pytest.mark.parametrize(("value", "error", "message"), WRONG_DISTRIBUTIONS)
def test_what_is_no_distribution_is_refused_as_p(
    call: Any, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^[px] {message}"):
        call(value)


@pytest.mark.parametrize("call", TAKES_Q.values(), ids=TAKES_Q)
@pytest.mark.parametrize(("value", "error", "message"), WRONG_DISTRIBUTIONS)
def test_what_is_no_distribution_is_refused_as_q(
    call: Any, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^q {message}"):
        call(value)


@pytest.mark.parametrize("call", TAKES_A_TABLE.values(), ids=TAKES_A_TABLE)
@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (HALF, ValueError, r"must be a table with a row for each x .* got shape \(2,\)"),
        ([INDEPENDENT], ValueError, r"must be a table .* got shape \(1, 2, 2\)"),
        (np.ones((0, 2)), ValueError, "must sum to 1"),
        ([[3, 1], [1, 3]], ValueError, "must sum to 1 over all .* got the sum 8"),
        ([[1.5, -0.5]], ValueError, "must hold probabilities, which are not negative; got -0.5"),
        ([[np.nan, 1.0]], ValueError, "must hold probabilities, which are not negative; got nan"),
        ([["a"]], TypeError, "must hold real numbers"),
        ([[1], [2, 3]], ValueError, "must be an array, or a list whose rows are equally long"),
    ],
)
def test_what_is_no_joint_distribution_is_refused(
    call: Any, value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=f"^p_xy {message}"):
        call(value)


@pytest.mark.parametrize("call", TAKES_A_BASE.values(), ids=TAKES_A_BASE)
@pytest.mark.parametrize(
    ("base", "error", "message"),
    [
        (1, ValueError, r"must be finite and greater than 1 .* got 1$"),
        (0.5, ValueError, "got 0.5"),
        (-2, ValueError, "got -2"),
        (math.inf, ValueError, "got inf"),
        (math.nan, ValueError, "got nan"),
        ("2", TypeError, "must be a single real number, got '2'"),
        ([2.0], TypeError, r"must be a single real number, got \[2.0\]"),
    ],
)
def test_base_must_exceed_one(call: Any, base: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=f"^base .*{message}|^base {message}"):
        call(base)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: entropy(HALF, axis=1), ValueError, "axis must lie in -1 .* got 1"),
        (
            lambda: cross_entropy(HALF, [1.0]),
            ValueError,
            r"^p and q must have the same shape, got \(2,\) and \(1,\); np.broadcast_to",
        ),
        (
            lambda: kl_divergence([HALF, HALF], HALF),
            ValueError,
            r"^p and q must have the same shape, got \(2, 2\) and \(2,\)",
        ),
        (
            lambda: kl_with_logits(HALF, [1.0]),
            ValueError,
            r"^q and logits must have the same shape, got \(2,\) and \(1,\)",
        ),
        (lambda: kl_with_logits(HALF, ["a", "b"]), TypeError, "^logits must hold real numbers"),
        (lambda: entropy_with_logits(3.0), ValueError, "^logits must be an array .* number 3$"),
        (lambda: entropy_with_logits([1j]), TypeError, "^logits must hold real numbers"),
        (
            lambda: jensen_gap(np.square, [1.0], HALF),
            ValueError,
            r"^x and p must both have shape \(n,\), .* got \(1,\) and \(2,\)",
        ),
        (
            lambda: jensen_gap(np.square, [HALF], [HALF]),
            ValueError,
            r"^x and p must both have shape \(n,\)",
        ),
        (
            lambda: jensen_gap(np.sum, HALF, HALF),
            ValueError,
            r"^psi must work elementwise: given shape \(2,\) it returned \(\)",
        ),
        (
            lambda: jensen_gap(cast("Any", lambda x: None), HALF, HALF),
            TypeError,
            r"^psi\(x\) must hold real",
        ),
        (lambda: huffman_code([HALF]), ValueError, r"^p must be one distribution .* \(1, 2\)"),
    ],
)
def test_other_misuse(call: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        call()


def test_rounding_of_the_sum_is_forgiven() -> None:
    assert entropy(np.full(10, 0.1)) == pytest.approx(math.log(10), rel=1e-15)
    assert entropy(np.full(3, 1 / 3, np.float32)) == pytest.approx(math.log(3), rel=1e-6)
    with pytest.raises(ValueError, match="must sum to 1"):
        entropy([0.333333, 0.333333, 0.333333])
