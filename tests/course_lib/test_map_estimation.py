"""Discrete posteriors, priors, ridge regression and descent."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from course_lib.gradients import check_gradient
from course_lib.likelihood import bernoulli_mle, bernoulli_nll, gaussian_nll
from course_lib.map_estimation import (
    beta_bernoulli_map,
    gaussian_neg_log_prior,
    gradient_descent,
    map_discrete,
    posterior_discrete,
    ridge_fit,
    ridge_loss,
    ridge_path,
    ridge_strength,
    stochastic_gradient_descent,
)
from tests.course_lib import exact

INF, NAN = np.inf, np.nan
EPS = np.finfo(np.float64).eps

seeds = st.integers(0, 10_000)
coins = st.lists(st.integers(0, 1), max_size=20)


def regression(seed: int, n: int = 30, d: int = 4) -> tuple[np.ndarray, np.ndarray]:
    generator = np.random.default_rng(seed)
    return generator.normal(size=(n, d)), generator.normal(size=n)


# ── A few hypotheses ──────────────────────────────────────────────────────────────────────────────


def test_no_homework() -> None:
    """F12, F14: every explanation has likelihood 1, so the prior decides."""
    prior = np.log([0.8, 0.19, 0.0099, 0.0001])
    assert map_discrete(np.zeros(4), prior) == 0
    assert_allclose(posterior_discrete(np.zeros(4), prior), np.exp(prior), rtol=1e-14)


weights = st.lists(
    st.tuples(st.floats(0, 1, allow_subnormal=False), st.floats(0.01, 1)), min_size=1, max_size=9
).filter(lambda pairs: any(likelihood > 0 for likelihood, _ in pairs))


@given(weights)
def test_posterior_is_bayes_rule(pairs: list[tuple[float, float]]) -> None:
    likelihood, prior = np.array(pairs).T
    with np.errstate(divide="ignore", under="ignore"):
        logs = np.log(likelihood), np.log(prior)
    joint = likelihood * prior / likelihood.max()
    assert_allclose(posterior_discrete(*logs), joint / joint.sum(), rtol=1e-11, atol=1e-300)
    assert_allclose(posterior_discrete(*logs)[map_discrete(*logs)], (joint / joint.sum()).max())


@given(weights, st.floats(-1e3, 1e3))
def test_scaling_the_prior_changes_nothing(pairs: list[tuple[float, float]], shift: float) -> None:
    likelihood, prior = np.array(pairs).T
    with np.errstate(divide="ignore"):
        log_likelihood = np.log(likelihood)
    assert_allclose(
        posterior_discrete(log_likelihood, np.log(prior) + shift),
        posterior_discrete(log_likelihood, np.log(prior)),
        rtol=1e-9,
        atol=1e-300,
    )


@given(weights, st.randoms())
def test_order_of_the_hypotheses_does_not_matter(
    pairs: list[tuple[float, float]], random: Any
) -> None:
    with np.errstate(divide="ignore"):
        log_likelihood, log_prior = np.log(pairs).T
    order = list(range(len(pairs)))
    random.shuffle(order)
    assert_allclose(
        posterior_discrete(log_likelihood[order], log_prior[order]),
        posterior_discrete(log_likelihood, log_prior)[order],
        rtol=1e-13,
    )


@pytest.mark.parametrize(
    ("log_likelihood", "log_prior", "index", "posterior"),
    [
        ([0.0], [0.0], 0, [1]),
        ([-5.0, -5.0], [-1.0, -1.0], 0, [0.5, 0.5]),
        ([-INF, -3.0], [0.0, -9.0], 1, [0, 1]),
        ([0, 0], [-INF, 0], 1, [0, 1]),
        ([-1e4, -1e4 - 1], [0, 0], 0, [1 / (1 + math.exp(-1)), 1 / (1 + math.e)]),
        (np.float32([0, 1]), np.float32([0, 0]), 1, [1 / (1 + math.e), 1 / (1 + math.exp(-1))]),
    ],
)
def test_discrete_edge_cases(
    log_likelihood: Any, log_prior: Any, index: int, posterior: Any
) -> None:
    found = map_discrete(log_likelihood, log_prior)
    assert type(found) is int
    assert found == index
    assert_allclose(posterior_discrete(log_likelihood, log_prior), posterior, rtol=1e-6)


@pytest.mark.parametrize("function", [posterior_discrete, map_discrete])
@pytest.mark.parametrize(
    ("log_likelihood", "log_prior", "error", "words"),
    [
        ([], [], ValueError, r"m >= 1; got \(0,\) and \(0,\)"),
        ([0.0], [0.0, 0.0], ValueError, r"same shape \(m,\).* got \(1,\) and \(2,\)"),
        ([[0.0]], [0.0], ValueError, "log_likelihood must have shape"),
        ([0.0, NAN], [0.0, 0.0], ValueError, "log_likelihood must hold .* got nan at index 1"),
        ([0.0], [INF], ValueError, "log_prior must hold .* got inf at index 0"),
        ([-INF, 0.0], [0.0, -INF], ValueError, "every hypothesis is impossible"),
        (["a"], [0.0], TypeError, "log_likelihood must hold real numbers"),
    ],
)
def test_bad_hypotheses_are_named(
    function: Any, log_likelihood: Any, log_prior: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        function(log_likelihood, log_prior)


# ── A coin ────────────────────────────────────────────────────────────────────────────────────────


@given(coins, st.floats(1.01, 50), st.floats(1.01, 50), st.floats(0.001, 0.999))
def test_beta_map_beats_every_other_probability(
    x: list[int], a: float, b: float, other: float
) -> None:
    def objective(p: float) -> float:
        logit = math.log(p) - math.log1p(-p)
        return bernoulli_nll(x, logit)[0] - (a - 1) * math.log(p) - (b - 1) * math.log1p(-p)

    best = beta_bernoulli_map(x, a, b)
    assert 0 < best < 1
    assert objective(other) >= objective(best) - 1e-9


@given(coins.filter(bool))
def test_a_flat_prior_gives_the_share_of_ones(x: list[int]) -> None:
    assert beta_bernoulli_map(x, 1, 1) == bernoulli_mle(x)


@given(coins, st.integers(0, 9), st.integers(0, 9))
def test_the_prior_counts_as_data(x: list[int], ones: int, zeros: int) -> None:
    if x or ones or zeros:
        pooled = bernoulli_mle([*x, *[1] * ones, *[0] * zeros])
        assert_allclose(beta_bernoulli_map(x, 1 + ones, 1 + zeros), pooled, rtol=1e-15)


@pytest.mark.parametrize(
    ("x", "a", "b", "wanted"),
    [
        ([], 3, 2, 2 / 3),
        ([1], 0.5, 0.5, 1),
        ([0], 0.5, 0.5, 0),
        ([], 2, 0.5, 1),
        ([], 1, 5, 0),
        ([True, False, True], 2, 2, 3 / 5),
    ],
)
def test_beta_edge_cases(x: Any, a: float, b: float, wanted: float) -> None:
    assert_allclose(beta_bernoulli_map(x, a, b), wanted, rtol=1e-15)


@pytest.mark.parametrize(
    ("x", "a", "b", "error", "words"),
    [
        ([], 1, 1, ValueError, r"single mode; Beta\(1, 1\) has none"),
        ([], 0.5, 0.5, ValueError, "single mode"),
        ([1, 0], 0, 1, ValueError, "a must be positive"),
        ([1, 0], 1, -1, ValueError, "b must be positive"),
        ([2], 2, 2, ValueError, "0 and 1 only, got 2 at index 0"),
        ([1], [2], 2, TypeError, "a must be a single real number"),
    ],
)
def test_bad_coins_and_priors_are_named(
    x: Any, a: Any, b: Any, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        beta_bernoulli_map(x, a, b)


# ── Gaussian prior ────────────────────────────────────────────────────────────────────────────────


@given(st.lists(st.floats(-100, 100), max_size=9), st.floats(1e-3, 1e3))
def test_the_prior_is_a_gaussian_around_zero(w: list[float], sigma2: float) -> None:
    loss, gradient = gaussian_neg_log_prior(w, sigma2)
    assert_allclose(loss, gaussian_nll(w, 0, sigma2)[0], rtol=1e-13, atol=1e-13)
    assert_allclose(gradient, np.array(w) / sigma2, rtol=1e-15)
    assert check_gradient(lambda w: gaussian_neg_log_prior(w, sigma2), w, rtol=1e-5).ok


@pytest.mark.parametrize("shape", [(), (0,), (3,), (2, 3), (1, 2, 3)])
@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64])
def test_prior_shapes_and_dtypes(shape: tuple[int, ...], dtype: Any) -> None:
    w = np.full(shape, 2, dtype)
    w.flags.writeable = False
    loss, gradient = gaussian_neg_log_prior(w, 0.5)
    assert type(loss) is float
    assert_allclose(loss, w.size * (4 + math.log(math.pi) / 2), rtol=1e-15)
    assert np.shape(gradient) == shape
    assert np.asarray(gradient).dtype == (np.float32 if dtype is np.float32 else np.float64)


@pytest.mark.parametrize(
    ("w", "loss", "gradient"), [([INF], INF, INF), ([NAN], NAN, NAN), ([1e200], INF, 1e200)]
)
def test_prior_edge_cases_without_a_warning(w: Any, loss: float, gradient: float) -> None:
    got_loss, got_gradient = gaussian_neg_log_prior(w, 1.0)
    assert_array_equal(got_loss, loss)
    assert_array_equal(got_gradient, [gradient])


@pytest.mark.parametrize(
    ("w", "sigma2", "error", "words"),
    [
        ([1.0], 0, ValueError, "sigma2 must be positive and finite, got 0"),
        ([1.0], INF, ValueError, "sigma2 must be positive and finite, got inf"),
        ([1j], 1, TypeError, "w must hold real numbers"),
    ],
)
def test_bad_priors_are_named(w: Any, sigma2: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        gaussian_neg_log_prior(w, sigma2)


# ── Ridge: loss ───────────────────────────────────────────────────────────────────────────────────


def test_ridge_loss_by_hand() -> None:
    loss, gradient = ridge_loss([2.0, -1.0], [[1, 0], [1, 1], [0, 2]], [1, 1, 1], 0.5)
    assert_allclose(loss, (1 + 0 + 9) / 6 + 0.25 * 5, rtol=1e-15)
    assert_allclose(gradient, [1 / 3 + 1, -2 - 0.5], rtol=1e-15)


@given(seeds, st.floats(0, 10))
def test_ridge_gradient_agrees_with_central_differences(seed: int, lam: float) -> None:
    X, y = regression(seed)
    w = np.random.default_rng(seed + 1).normal(size=4)
    assert check_gradient(lambda w: ridge_loss(w, X, y, lam), w, rtol=1e-5).ok


@given(seeds, st.floats(0.1, 10), st.floats(0.1, 10))
def test_ridge_is_maximum_a_posteriori(seed: int, sigma2: float, prior_sigma2: float) -> None:
    """F17, F18, E4: with λ = σ²/(nσ̄²) it is −log posterior times σ²/n, less a constant."""
    X, y = regression(seed)
    lam = ridge_strength(sigma2, prior_sigma2, len(y))

    def neg_log_posterior(w: np.ndarray) -> float:
        nll, *_ = gaussian_nll(y - X @ w, 0, sigma2)
        return nll + gaussian_neg_log_prior(w, prior_sigma2)[0]

    w, v = np.random.default_rng(seed + 1).normal(size=(2, 4))
    assert_allclose(
        ridge_loss(w, X, y, lam)[0] - ridge_loss(v, X, y, lam)[0],
        (neg_log_posterior(w) - neg_log_posterior(v)) * sigma2 / len(y),
        rtol=1e-8,
        atol=1e-10,
    )


@pytest.mark.parametrize(
    ("w", "X", "y", "loss", "gradient"),
    [
        ([], np.empty((2, 0)), [1, 1], 0.5, []),
        ([1.0], [[INF]], [0.0], INF, [INF]),
        ([1.0], [[NAN]], [0.0], NAN, [NAN]),
        ([1e200], [[1.0]], [0.0], INF, [1e200]),
        ([1.0], np.empty((0, 1)), [], NAN, [0]),
    ],
)
def test_ridge_loss_edge_cases_without_a_warning(
    w: Any, X: Any, y: Any, loss: float, gradient: Any
) -> None:
    got_loss, got_gradient = ridge_loss(w, X, y, 0)
    assert_array_equal(got_loss, loss)
    assert_array_equal(got_gradient, gradient)


# ── Ridge: fit ────────────────────────────────────────────────────────────────────────────────────


@given(seeds, st.sampled_from([0.0, 1e-12, 1e-6, 1e-2, 1.0, 1e3]))
def test_ridge_fit_against_exact_arithmetic(seed: int, lam: float) -> None:
    X, y = regression(seed, n=8, d=3)
    wanted = np.array(exact.ridge(X, y, len(y) * lam), dtype=float)
    for w in (ridge_fit(X, y, lam), ridge_path(X, y, [lam])[0]):
        assert_allclose(w, wanted, rtol=1e-9, atol=1e-11 * np.abs(wanted).max())


def test_ridge_fit_where_the_normal_equations_lose_all_digits() -> None:
    """Läuchli's matrix: XᵀX + nλI rounds to a singular one."""
    eps = 1e-9
    X = np.array([[1.0, 1.0], [eps, 0.0], [0.0, eps]])
    y = X @ [1.0, 2.0]
    for lam in (0.0, 1e-25):
        wanted = np.array(exact.ridge(X, y, 3 * lam), dtype=float)
        assert_allclose(ridge_fit(X, y, lam), wanted, rtol=1e-6)


@given(seeds, st.sampled_from([0.0, 1e-3, 0.5]), st.floats(-1, 1))
def test_ridge_fit_beats_perturbed_weights(seed: int, lam: float, size: float) -> None:
    X, y = regression(seed)
    w = ridge_fit(X, y, lam)
    best, gradient = ridge_loss(w, X, y, lam)
    assert np.abs(gradient).max() < 1e-13
    other = w + size * np.random.default_rng(seed + 1).normal(size=4)
    assert ridge_loss(other, X, y, lam)[0] >= best * (1 - 1e-14)


@given(seeds)
def test_more_penalty_means_shorter_weights(seed: int) -> None:
    path = ridge_path(*regression(seed), [0.0, 1e-3, 0.1, 1.0, 100.0, 1e9])
    lengths = np.linalg.norm(path, axis=1)
    assert (np.diff(lengths) <= 1e-14).all()
    assert lengths[-1] < 1e-8


@given(seeds, st.sampled_from([0.0, 0.1]))
def test_order_of_examples_and_features(seed: int, lam: float) -> None:
    X, y = regression(seed)
    generator = np.random.default_rng(seed)
    rows, columns = generator.permutation(30), generator.permutation(4)
    w = ridge_fit(X, y, lam)
    assert_allclose(
        ridge_fit(X[rows][:, columns], y[rows], lam), w[columns], rtol=1e-11, atol=1e-13
    )


@given(seeds)
def test_a_doubled_data_set_gives_the_same_weights(seed: int) -> None:
    """λ weighs against the mean loss: the number of examples does not matter by itself."""
    X, y = regression(seed)
    doubled = ridge_fit(np.vstack([X, X]), np.append(y, y), 0.3)
    assert_allclose(doubled, ridge_fit(X, y, 0.3), rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("lam", [1e-9, 1e-3, 1.0])
def test_more_features_than_examples(lam: float) -> None:
    X, y = regression(0, n=3, d=6)
    wanted = np.array(exact.ridge(X, y, 3 * lam), dtype=float)
    assert_allclose(ridge_fit(X, y, lam), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("X", "y", "lam", "wanted"),
    [
        ([[2.0]], [6.0], 0, [3]),
        ([[2.0], [2.0]], [6.0, 6.0], 0, [3]),
        ([[0.0], [0.0]], [1.0, 2.0], 1, [0]),
        ([[1], [2]], [2, 4], 0, [2]),
        (np.empty((3, 0)), [1.0, 2.0, 3.0], 0, []),
        (np.empty((3, 0)), [1.0, 2.0, 3.0], 1, []),
        ([[1e200], [2e200]], [1e200, 2e200], 0, [1]),
        ([[1e-200], [2e-200]], [1e-200, 2e-200], 0, [1]),
    ],
)
def test_ridge_fit_edge_cases(X: Any, y: Any, lam: float, wanted: Any) -> None:
    assert_allclose(ridge_fit(X, y, lam), wanted, rtol=1e-14)
    assert_allclose(ridge_path(X, y, [lam]), [wanted], rtol=1e-14)


@pytest.mark.parametrize(
    ("X_dtype", "y_dtype", "expected"),
    [
        (np.float32, np.float32, np.float32),
        (np.float32, np.float64, np.float64),
        (np.int64, np.float32, np.float64),
        (np.uint8, np.uint8, np.float64),
    ],
)
def test_ridge_dtypes(X_dtype: Any, y_dtype: Any, expected: Any) -> None:
    X, y = np.array([[1, 2], [3, 1], [0, 1]], X_dtype), np.array([5, 5, 2], y_dtype)
    loss, gradient = ridge_loss(np.ones(2, expected), X, y, 0.1)
    assert type(loss) is float
    assert gradient.dtype == expected
    for lam in (0.0, 0.1):
        assert ridge_fit(X, y, lam).dtype == expected
        assert ridge_path(X, y, [lam]).dtype == expected
    assert_allclose(ridge_fit(X, y, 0), [1, 2], rtol=1e-6)


@pytest.mark.parametrize("lam", [0.0, 0.5])
def test_ridge_leaves_inputs_of_any_layout_alone(lam: float) -> None:
    table, target = np.random.default_rng(0).normal(size=(20, 9)), np.arange(20.0)
    X, y, w = table[::-2, ::3], target[::2], np.ones(3)
    for array in (table, target, w):
        array.flags.writeable = False
    copies = X.copy(), y.copy()
    assert_allclose(ridge_fit(X, y, lam), ridge_fit(*copies, lam), rtol=1e-13)
    assert_allclose(ridge_path(X, y, [lam]), ridge_path(*copies, [lam]), rtol=1e-13)
    assert_allclose(ridge_loss(w, X, y, lam)[1], ridge_loss(w, *copies, lam)[1], rtol=1e-13)


def test_an_empty_path() -> None:
    assert ridge_path(*regression(0), []).shape == (0, 4)


ONE = np.ones((2, 1))
DEPENDENT = np.array([[1.0, 2.0, 3.0], [0.5, 0.1, 0.6], [2.0, 1.0, 3.0], [0.3, 0.3, 0.6]])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: ridge_loss([1.0], ONE, [1.0], 0), ValueError, r"got shapes \(2, 1\) and \(1,\)"),
        (
            lambda: ridge_loss([1, 2], ONE, [1, 2], 0),
            ValueError,
            r"w must have shape \(1,\) .*\(2,\)",
        ),
        (lambda: ridge_loss([[1]], ONE, [1, 2], 0), ValueError, r"w must have shape"),
        (lambda: ridge_loss([1], ONE, [[1], [2]], 0), ValueError, r"y must have shape \(n,\)"),
        (lambda: ridge_loss([1], [1, 2], [1, 2], 0), ValueError, r"X must have shape \(n, d\)"),
        (lambda: ridge_loss([1], ONE, [1, 2], -1), ValueError, "lam must be .* at least 0, got -1"),
        (lambda: ridge_loss([1], ONE, [1, 2], NAN), ValueError, "lam must be finite"),
        (lambda: ridge_loss(["a"], ONE, [1, 2], 0), TypeError, "w must hold real numbers"),
        (lambda: ridge_fit(np.empty((0, 1)), [], 1), ValueError, "at least one example, got none"),
        (lambda: ridge_fit([[NAN], [1]], [1, 2], 1), ValueError, "X must be finite, .* index 0, 0"),
        (lambda: ridge_fit([[1], [INF]], [1, 2], 0), ValueError, "X must be finite, .* index 1, 0"),
        (lambda: ridge_fit(ONE, [1, NAN], 1), ValueError, "y must be finite, got nan at index 1"),
        (lambda: ridge_fit(ONE, [1, 2], INF), ValueError, "lam must be finite"),
        (lambda: ridge_fit(ONE, [1, 2], [0]), TypeError, "lam must be a single real number"),
        (lambda: ridge_fit([["a"]], [1], 0), TypeError, "X must hold real numbers"),
        (
            lambda: ridge_fit([[1, 1], [2, 2], [3, 3]], [1, 2, 3], 0),
            ValueError,
            "rank 1 .* raise lam",
        ),
        (lambda: ridge_fit(DEPENDENT, [1, 2, 3, 4], 0), ValueError, "3 columns of rank 2"),
        (lambda: ridge_fit(DEPENDENT, [1, 2, 3, 4], 1e-40), ValueError, "unless lam is large"),
        (lambda: ridge_fit([[1, 0], [2, 0]], [1, 2], 0), ValueError, "2 columns of rank 1"),
        (lambda: ridge_fit([[1.0, 2.0]], [1], 0), ValueError, "2 columns of rank 1"),
        (lambda: ridge_path(DEPENDENT, [1, 2, 3, 4], [1, 0]), ValueError, "rank 2"),
        (lambda: ridge_path(ONE, [1, 2], [-1]), ValueError, "lams must be .* at least 0"),
        (lambda: ridge_path(ONE, [1, 2], 1.0), ValueError, r"lams must have shape \(n,\)"),
        (lambda: ridge_path([[NAN], [1]], [1, 2], [1]), ValueError, "X must be finite"),
        (lambda: ridge_strength(0, 1, 1), ValueError, "sigma2 must be positive"),
        (lambda: ridge_strength(1, -1, 1), ValueError, "prior_sigma2 must be positive"),
        (lambda: ridge_strength(1, 1, 0), ValueError, "n must be at least 1"),
        (lambda: ridge_strength(1, 1, 2.0), TypeError, "n must be an integer"),
    ],
)
def test_bad_input_of_ridge_is_named(call: Any, error: type[Exception], words: str) -> None:
    with pytest.raises(error, match=words):
        call()


# ── Descent ───────────────────────────────────────────────────────────────────────────────────────


@given(seeds, st.sampled_from([0.01, 0.5]))
def test_gradient_descent_reaches_the_closed_form(seed: int, lam: float) -> None:
    X, y = regression(seed)
    steepest = np.linalg.eigvalsh(X.T @ X / len(y)).max() + lam
    w, losses = gradient_descent(lambda w: ridge_loss(w, X, y, lam), np.zeros(4), 1 / steepest, 800)
    assert_allclose(w, ridge_fit(X, y, lam), rtol=1e-7, atol=1e-8)
    assert (np.diff(losses) <= 1e-14).all()


def test_stochastic_gradient_descent_reaches_the_closed_form() -> None:
    X, y = regression(1, n=200)

    def on_batch(w: np.ndarray, batch: np.ndarray) -> tuple[float, np.ndarray]:
        return ridge_loss(w, X[batch], y[batch], 0.1)

    w, losses = stochastic_gradient_descent(
        on_batch,
        np.zeros(4),
        lambda t: 1 / (5 + 0.5 * t),
        n=200,
        batch_size=16,
        epochs=300,
        rng=np.random.default_rng(0),
    )
    assert losses.shape == (300 * 13,)
    assert_allclose(w, ridge_fit(X, y, 0.1), atol=2e-3)


def test_every_epoch_sees_every_example_once() -> None:
    seen: list[np.ndarray] = []

    def record(w: np.ndarray, batch: np.ndarray) -> tuple[float, np.ndarray]:
        seen.append(batch)
        return 0.0, w

    stochastic_gradient_descent(
        record, [0.0], 0.1, n=7, batch_size=3, epochs=2, rng=np.random.default_rng(0)
    )
    assert [len(batch) for batch in seen] == [3, 3, 1, 3, 3, 1]
    first, second = np.concatenate(seen[:3]), np.concatenate(seen[3:])
    assert sorted(first) == sorted(second) == list(range(7))
    assert (first != second).any()


def test_the_same_seed_gives_the_same_path() -> None:
    X, y = regression(2)
    runs = [
        stochastic_gradient_descent(
            lambda w, batch: ridge_loss(w, X[batch], y[batch], 0.1),
            np.zeros(4),
            0.1,
            n=30,
            batch_size=5,
            epochs=3,
            rng=np.random.default_rng(7),
        )
        for _ in range(2)
    ]
    assert_array_equal(runs[0][0], runs[1][0])
    assert_array_equal(runs[0][1], runs[1][1])


@pytest.mark.parametrize("start", [2.0, [], [1, 2], np.ones((2, 3), np.float32)], ids=repr)
def test_start_of_any_shape_is_left_alone(start: Any) -> None:
    before = np.array(start, dtype=float)
    w, losses = gradient_descent(lambda w: (float((w**2).sum() / 2), w), start, 0.5, 1)
    assert_array_equal(w, before / 2)
    assert w.dtype == np.float64
    assert_array_equal(np.asarray(start), before)
    assert_array_equal(losses, [(before**2).sum() / 2])


def test_too_large_a_step_diverges_without_a_warning() -> None:
    w, losses = gradient_descent(lambda w: (float((w**2).sum()), 2 * w), [1.0], 9.0, 500)
    assert not np.isfinite(losses[-1])
    assert not np.isfinite(w).all()


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"learning_rate": 0}, ValueError, "learning_rate must be positive and finite, got 0"),
        ({"learning_rate": lambda t: 1 - t}, ValueError, "learning_rate must be positive"),
        ({"learning_rate": "1"}, TypeError, "learning_rate must be a single real number"),
        ({"steps": 0}, ValueError, "steps must be at least 1"),
        ({"steps": 2.0}, TypeError, "steps must be an integer"),
        ({"start": [NAN]}, ValueError, "start must be finite, got nan at index 0"),
        ({"start": ["a"]}, TypeError, "start must hold real numbers"),
        (
            {"function": lambda w: (0.0, [1.0, 2.0])},
            ValueError,
            r"shape of its weights, \(1,\); got",
        ),
    ],
)
def test_bad_descents_are_named(
    changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    arguments: dict[str, Any] = {
        "function": lambda w: (0.0, w),
        "start": [1.0],
        "learning_rate": 0.1,
        "steps": 3,
    }
    with pytest.raises(error, match=words):
        gradient_descent(**(arguments | changed))


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"n": 0}, ValueError, "n must be at least 1"),
        ({"batch_size": 0}, ValueError, "batch_size must be at least 1"),
        ({"epochs": 0}, ValueError, "epochs must be at least 1"),
        ({"rng": 3}, TypeError, "rng must be a NumPy random Generator, got int"),
    ],
)
def test_bad_stochastic_descents_are_named(
    changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    arguments: dict[str, Any] = {
        "n": 3,
        "batch_size": 2,
        "epochs": 1,
        "rng": np.random.default_rng(0),
    }
    with pytest.raises(error, match=words):
        stochastic_gradient_descent(lambda w, _: (0.0, w), [1.0], 0.1, **(arguments | changed))
