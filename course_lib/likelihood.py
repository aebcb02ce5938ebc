"""Likelihoods of simple models, and the parameters that maximise them.

Maximising a likelihood is minimising its negative logarithm (NLL). Each NLL below comes with its
derivatives; each maximum likelihood estimator (MLE) is where they vanish.

=========== ========================================== ==========================================
model       negative log-likelihood of x₁ … xₙ         MLE
=========== ========================================== ==========================================
Gaussian    n/2·log(2πσ²) + Σ(xᵢ − μ)²/(2σ²)           `gaussian_mle`: mean, Σ(xᵢ − μ̂)²/n
Bernoulli   −Σ [xᵢ log σ(θ) + (1 − xᵢ) log σ(−θ)]      `bernoulli_mle`: share of ones
categorical −Σ log p_{yᵢ}                              `categorical_mle`: share of each class
Laplace     n·log(2b) + Σ|xᵢ − μ|/b                    `laplace_mle`: median, mean |xᵢ − μ̂|
=========== ========================================== ==========================================

Conventions: a sample has shape (n,); sums are taken in float64, also of float32; likelihoods are in
nats; NaN propagates; nothing is changed in place.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    RealArray,
    class_labels,
    positive_integer,
    positive_number,
    real_array,
    real_number,
    real_vector,
    sample_array,
)
from course_lib.softmax import log_sigmoid, sigmoid

__all__ = [
    "bernoulli_mle",
    "bernoulli_nll",
    "categorical_mle",
    "gaussian_log_pdf",
    "gaussian_mle",
    "gaussian_nll",
    "laplace_mle",
]

LOG_2_PI = math.log(2 * math.pi)


def gaussian_log_pdf(x: ArrayLike, mu: float, sigma2: float) -> RealArray:
    """Log-density of the normal distribution: log p(x) = −½ log(2πσ²) − (x − μ)²/(2σ²).

    Parameters
    ----------
    x : array_like
        Real, any shape.
    mu : float
        Mean μ, a number in the unit of x.
    sigma2 : float
        Variance σ² > 0, a number in that unit squared.

    Returns
    -------
    ndarray
        Of the shape of `x`, in nats. It may be positive: a density is not a probability.

    Raises
    ------
    ValueError
        If `sigma2` is not positive and finite.
    TypeError
        If an argument is not made of real numbers, or `mu` or `sigma2` is not a single one.

    References
    ----------
    Lecture item F2.

    Examples
    --------
    >>> gaussian_log_pdf([0.0, 1.0], mu=0.0, sigma2=1.0).round(6).tolist()
    [-0.918939, -1.418939]
    """
    values = real_array(x, "x")
    mu, sigma2 = real_number(mu, "mu"), positive_number(sigma2, "sigma2")
    with np.errstate(all="ignore"):
        # log p(x) = −½ (((x − μ)/σ)² + log 2π + log σ²)
        residual = (values - mu) / math.sqrt(sigma2)
        return -0.5 * (residual * residual + (LOG_2_PI + math.log(sigma2)))


def gaussian_nll(x: ArrayLike, mu: float, sigma2: float) -> tuple[float, float, float]:
    """Negative log-likelihood of a sample under a normal distribution, and its derivatives.

    With S = Σ(xᵢ − μ)²: NLL = n/2·log(2πσ²) + S/(2σ²), ∂/∂μ = −Σ(xᵢ − μ)/σ², and with respect to
    the *variance*, ∂/∂σ² = (n − S/σ²)/(2σ²). As σ² → 0 with all xᵢ = μ, the NLL falls to −∞ (E2).

    Parameters
    ----------
    x : array_like
        Sample, real, shape (n,).
    mu : float
        μ, a number in the unit of x.
    sigma2 : float
        σ² > 0, a number in that unit squared.

    Returns
    -------
    nll, dmu, dsigma2 : float
        The NLL is in nats, summed over the sample (0 for n = 0).

    Raises
    ------
    ValueError
        If `x` is not one-dimensional, or `sigma2` is not positive and finite.
    TypeError
        If an argument is not made of real numbers, or `mu` or `sigma2` is not a single one.

    References
    ----------
    Lecture items F4–F8. The sample likelihood on the slides lacks the square root (E1).

    Examples
    --------
    >>> nll, dmu, dsigma2 = gaussian_nll([1.0, 3.0], mu=0.0, sigma2=2.0)
    >>> round(nll, 6), dmu, dsigma2
    (5.031024, -2.0, -0.75)
    """
    sample = real_vector(x, "x").astype(np.float64, copy=False)
    mu, sigma2 = real_number(mu, "mu"), positive_number(sigma2, "sigma2")
    n = sample.size
    with np.errstate(all="ignore"):
        # S/σ² = Σ(xᵢ − μ)²/σ²
        residual = sample - mu
        squares = float((residual * residual / sigma2).sum())
        # NLL = ½(n log(2πσ²) + S/σ²), ∂/∂μ = −Σ(xᵢ − μ)/σ², ∂/∂σ² = ½(n − S/σ²)/σ²
        nll = 0.5 * (n * (LOG_2_PI + math.log(sigma2)) + squares)
        return nll, -float(residual.sum()) / sigma2, 0.5 * (n - squares) / sigma2


def gaussian_mle(x: ArrayLike) -> tuple[float, float]:
    """Maximum likelihood estimates of a normal distribution: mean and mean squared deviation.

    μ̂ = Σxᵢ/n, σ̂² = Σ(xᵢ − μ̂)²/n. The second is biased, E[σ̂²] = (n − 1)/n·σ² (E2).

    Parameters
    ----------
    x : array_like
        Sample, real, shape (n,), n ≥ 1.

    Returns
    -------
    mu, sigma2 : float
        σ̂² is 0 if all numbers are equal, and NaN if one is infinite or NaN.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional.
    TypeError
        If it is not made of real numbers.

    Notes
    -----
    Computed by the corrected two-pass algorithm: with residuals rᵢ = xᵢ − c from a rounded mean c,
    μ̂ = c + r̄ and σ̂² = mean(r²) − r̄². The textbook's E[x²] − E[x]² loses all digits, and may turn
    negative, where the mean is far larger than the deviations.

    References
    ----------
    Lecture items F3, F7, F8; T. F. Chan, G. H. Golub and R. J. LeVeque, Algorithms for computing
    the sample variance, The American Statistician 37 (1983) 242–247.

    Examples
    --------
    >>> gaussian_mle([1.0, 2.0, 6.0])
    (3.0, 4.666666666666667)
    >>> gaussian_mle([1e9, 1e9 + 2])
    (1000000001.0, 1.0)
    """
    sample = sample_array(x, "x").astype(np.float64, copy=False)
    n = sample.size
    with np.errstate(all="ignore"):
        centre = float(sample.sum()) / n
        if not math.isfinite(centre):
            centre = float((sample / n).sum())  # divided first, the sum cannot overflow
        if not math.isfinite(centre):
            return centre, math.nan
        # With rᵢ = xᵢ − c, μ̂ = c + r̄ and σ̂² = mean(r²) − r̄².
        residual = sample - centre
        correction = float(residual.sum()) / n
        return centre + correction, float((residual * residual).sum()) / n - correction**2


def bernoulli_nll(x: ArrayLike, logit: float) -> tuple[float, float]:
    """Negative log-likelihood of coin flips with P(x = 1) = σ(θ), and its derivative in θ.

    NLL = −Σ [xᵢ log σ(θ) + (1 − xᵢ) log σ(−θ)] with derivative n·σ(θ) − Σxᵢ. The logit
    θ = log(p/(1 − p)) may be any number, so that there is no bound to run into.

    Parameters
    ----------
    x : array_like
        Outcomes 0 or 1 (or booleans), shape (n,).
    logit : float
        θ, a number.

    Returns
    -------
    nll, dlogit : float
        The NLL is in nats, summed over the sample (0 for n = 0).

    Raises
    ------
    ValueError
        If `x` is not one-dimensional or holds something else than 0 and 1.
    TypeError
        If `x` or `logit` is not made of real numbers, or `logit` is not a single one.

    References
    ----------
    Lecture items F5, F25.

    Examples
    --------
    >>> nll, dlogit = bernoulli_nll([1, 1, 0], logit=0.0)
    >>> round(nll, 6), dlogit
    (2.079442, -0.5)
    """
    ones, zeros = bernoulli_counts(x)
    logit = real_number(logit, "logit")
    # NLL = −Σ [xᵢ log σ(θ) + (1 − xᵢ) log σ(−θ)], where 0·∞ = 0
    cost_of_1, cost_of_0 = -float(log_sigmoid(logit)), -float(log_sigmoid(-logit))
    nll = (ones * cost_of_1 if ones else 0.0) + (zeros * cost_of_0 if zeros else 0.0)
    # n·σ(θ) − Σxᵢ, written zeros·σ(θ) − ones·σ(−θ): nothing cancels when σ(θ) is near 1
    return nll, zeros * float(sigmoid(logit)) - ones * float(sigmoid(-logit))


def bernoulli_mle(x: ArrayLike) -> float:
    """Maximum likelihood estimate of P(x = 1): the share of ones, p̂ = Σxᵢ/n.

    Parameters
    ----------
    x : array_like
        Outcomes 0 or 1 (or booleans), shape (n,), n ≥ 1.

    Returns
    -------
    float
        p̂, from 0 to 1.

    Raises
    ------
    ValueError
        If `x` is empty, not one-dimensional, or holds something else than 0 and 1.
    TypeError
        If `x` is not made of real numbers.

    References
    ----------
    Lecture item F5.

    Examples
    --------
    >>> bernoulli_mle([1, 0, 0, 0])
    0.25
    """
    sample_array(x, "x")
    ones, zeros = bernoulli_counts(x)
    return ones / (ones + zeros)


def categorical_mle(labels: ArrayLike, k: int) -> NDArray[np.float64]:
    """Maximum likelihood estimate of class probabilities: p̂ⱼ = (number of labels j)/n.

    Parameters
    ----------
    labels : array_like
        Integers in 0 … k − 1, shape (n,), n ≥ 1.
    k : int
        Number of classes.

    Returns
    -------
    ndarray
        p̂, float64, shape (k,). A class that never occurs gets probability 0.

    Raises
    ------
    IndexError
        If a label lies outside 0 … k − 1.
    ValueError
        If `labels` is empty or not one-dimensional, or k < 1.
    TypeError
        If `labels` or `k` is not made of integers.

    References
    ----------
    Lecture items F5, F38 (letter frequencies).

    Examples
    --------
    >>> categorical_mle([0, 2, 2, 2], k=3).tolist()
    [0.25, 0.0, 0.75]
    """
    k = positive_integer(k, "k")
    y = class_labels(labels, k)
    if y.ndim != 1 or y.size == 0:
        raise ValueError(f"labels must have shape (n,) with n >= 1, got shape {y.shape}")
    return np.bincount(y, minlength=k) / y.size


def laplace_mle(x: ArrayLike) -> tuple[float, float]:
    """Maximum likelihood estimates of a Laplace distribution: median and mean deviation from it.

    Its density exp(−|x − μ|/b)/(2b) makes the L1 loss the negative log-likelihood; μ̂ is the median,
    b̂ = Σ|xᵢ − μ̂|/n. For even n every number between the two middle ones is a minimum; this function
    returns their middle.

    Parameters
    ----------
    x : array_like
        Sample, real, shape (n,), n ≥ 1.

    Returns
    -------
    mu, b : float
        NaN if any number is NaN.

    Raises
    ------
    ValueError
        If `x` is empty or not one-dimensional.
    TypeError
        If it is not made of real numbers.

    References
    ----------
    Lecture items F21, F22.

    Examples
    --------
    >>> laplace_mle([1.0, 2.0, 9.0])
    (2.0, 2.6666666666666665)
    """
    sample = sample_array(x, "x").astype(np.float64)
    if np.isnan(sample).any():
        return math.nan, math.nan
    low, high = (sample.size - 1) // 2, sample.size // 2
    middle = np.partition(sample, (low, high))
    with np.errstate(all="ignore"):
        # Halved before they are added, the middle two cannot overflow.
        mu = float(middle[low] / 2 + middle[high] / 2 if low < high else middle[low])
        return mu, float(np.abs(sample - mu).mean())


def bernoulli_counts(x: ArrayLike) -> tuple[int, int]:
    """Count the ones and the zeros of a sample of outcomes.

    Raises
    ------
    ValueError
        If `x` is not one-dimensional, or holds something else than 0 and 1.
    TypeError
        If `x` is not made of real numbers.
    """
    outcomes = real_vector(x, "x")
    wrong = np.flatnonzero((outcomes != 0) & (outcomes != 1))
    if wrong.size:
        raise ValueError(
            f"x must hold 0 and 1 only, got {outcomes[wrong[0]]:g} at index {wrong[0]}"
        )
    ones = int(np.count_nonzero(outcomes))
    return ones, outcomes.size - ones
