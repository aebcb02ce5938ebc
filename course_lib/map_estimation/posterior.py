"""Posteriors in closed form: a few hypotheses, a coin, a Gaussian prior."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import RealArray, positive_number, real_array, real_vector
from course_lib.likelihood import bernoulli_counts
from course_lib.softmax import softmax


def posterior_discrete(log_likelihood: ArrayLike, log_prior: ArrayLike) -> RealArray:
    """Posterior over finitely many hypotheses: p(w|X) = p(X|w)p(w) / Σ p(X|w′)p(w′).

    It is the softmax of log p(X|w) + log p(w). A prior that does not sum to 1 is only scaled.

    Parameters
    ----------
    log_likelihood, log_prior : array_like
        log p(X|w) and log p(w), real or −∞, both of shape (m,), m ≥ 1.

    Returns
    -------
    ndarray
        Probabilities, shape (m,), with sum 1.

    Raises
    ------
    ValueError
        If the shapes differ, are not (m,) or m = 0; if an entry is NaN or +∞, or every hypothesis
        is impossible.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture items F13, F14.

    Examples
    --------
    >>> posterior_discrete(np.log([0.5, 1.0]), np.log([0.8, 0.2])).round(4).tolist()
    [0.6667, 0.3333]
    """
    # p(w|X) is proportional to exp(log p(X|w) + log p(w)): a softmax.
    return softmax(_log_joint(log_likelihood, log_prior))


def map_discrete(log_likelihood: ArrayLike, log_prior: ArrayLike) -> int:
    """Index of the most probable hypothesis: argmax of log p(X|w) + log p(w).

    Parameters
    ----------
    log_likelihood, log_prior : array_like
        log p(X|w) and log p(w), real or −∞, both of shape (m,), m ≥ 1.

    Returns
    -------
    int
        Counted from 0; among equally probable hypotheses the first.

    Raises
    ------
    ValueError, TypeError
        As for `posterior_discrete`.

    References
    ----------
    Lecture item F14: each of the four explanations has likelihood 1, so that maximum likelihood
    cannot tell them apart (F12) and the prior decides.

    Examples
    --------
    >>> map_discrete(np.log([1.0, 1.0, 1.0, 1.0]), np.log([0.8, 0.19, 0.0099, 0.0001]))
    0
    """
    return int(np.argmax(_log_joint(log_likelihood, log_prior)))


def beta_bernoulli_map(x: ArrayLike, a: float, b: float) -> float:
    """MAP estimate of P(x = 1) under a Beta(a, b) prior: (Σx + a − 1)/(n + a + b − 2).

    As if a − 1 ones and b − 1 zeros had been seen before: Beta(1, 1) gives the share of ones.

    Parameters
    ----------
    x : array_like
        Outcomes 0 or 1 (or booleans), shape (n,); n may be 0.
    a, b : float
        Exponents of the prior density ∝ pᵃ⁻¹(1 − p)ᵇ⁻¹, positive.

    Returns
    -------
    float
        Where the posterior density is largest; 0 or 1 if it is largest at that end.

    Raises
    ------
    ValueError
        If `x` is not one-dimensional or holds something else than 0 and 1; if `a` or `b` is not
        positive and finite; or if the posterior has no single mode (flat, or a pole at both ends).
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture item F13; A. Gelman et al., Bayesian Data Analysis (3rd ed., CRC 2013), §2.4.

    Examples
    --------
    >>> beta_bernoulli_map([1, 1, 1], a=2.0, b=2.0)
    0.8
    """
    ones, zeros = bernoulli_counts(x)
    seen_1 = positive_number(a, "a") - 1 + ones
    seen_0 = positive_number(b, "b") - 1 + zeros
    if max(seen_1, seen_0) <= 0:
        raise ValueError(
            f"a and b must give the posterior a single mode; Beta({seen_1 + 1:g}, {seen_0 + 1:g}) "
            f"has none: use a > 1 or b > 1, or more data"
        )
    seen_1, seen_0 = max(seen_1, 0.0), max(seen_0, 0.0)
    return seen_1 / (seen_1 + seen_0)


def gaussian_neg_log_prior(w: ArrayLike, sigma2: float) -> tuple[float, RealArray]:
    """Gaussian prior N(0, σ̄²) on every weight: −log p(w) = ‖w‖²/(2σ̄²) + d/2·log(2πσ̄²).

    The gradient is w/σ̄². The constant, which the slide leaves out, does not move the minimum.

    Parameters
    ----------
    w : array_like
        Weights, real, any shape; d is their number.
    sigma2 : float
        Prior variance σ̄² > 0.

    Returns
    -------
    loss : float
        In nats.
    gradient : ndarray
        In the shape of `w`.

    Raises
    ------
    ValueError
        If `sigma2` is not positive and finite.
    TypeError
        If an argument is not made of real numbers.

    References
    ----------
    Lecture item F17.

    Examples
    --------
    >>> loss, gradient = gaussian_neg_log_prior([1.0, -2.0], sigma2=0.5)
    >>> round(loss, 6), gradient.tolist()
    (6.14473, [2.0, -4.0])
    """
    weights, sigma2 = real_array(w, "w"), positive_number(sigma2, "sigma2")
    with np.errstate(all="ignore"):
        # −log p(w) = ‖w‖²/(2σ̄²) + d/2·log(2πσ̄²), gradient w/σ̄²
        squares = float(np.square(weights, dtype=np.float64).sum())
        constant = weights.size / 2 * (math.log(2 * math.pi) + math.log(sigma2))
        return squares / (2 * sigma2) + constant, weights / sigma2


def _log_joint(log_likelihood: ArrayLike, log_prior: ArrayLike) -> RealArray:
    """log p(X|w) + log p(w) of each hypothesis, checked."""
    likelihood = real_vector(log_likelihood, "log_likelihood")
    prior = real_vector(log_prior, "log_prior")
    if likelihood.shape != prior.shape or likelihood.size == 0:
        raise ValueError(
            f"log_likelihood and log_prior must have the same shape (m,), m >= 1; "
            f"got {likelihood.shape} and {prior.shape}"
        )
    for name, logs in (("log_likelihood", likelihood), ("log_prior", prior)):
        wrong = np.flatnonzero(~(logs < np.inf))
        if wrong.size:
            raise ValueError(
                f"{name} must hold finite numbers or -inf, got {logs[wrong[0]]} at index {wrong[0]}"
            )
    joint = np.asarray(likelihood + prior)
    if np.isneginf(joint).all():
        raise ValueError(
            "log_likelihood + log_prior is -inf everywhere: every hypothesis is impossible"
        )
    return joint
