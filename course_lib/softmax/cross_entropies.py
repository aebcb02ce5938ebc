"""Negative log-likelihoods of classes, given logits; each with its gradient."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import (
    LabelArray,
    RealArray,
    distributions,
    probabilities,
    real_array,
)
from course_lib.softmax.rows import exponentials
from course_lib.softmax.scores import labelled_rows, mean_over_examples, rows_of_logits
from course_lib.tiling import over_row_tiles


def softmax_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, RealArray]:
    """Softmax cross-entropy: the mean over examples of −log p_y = logsumexp(o) − o_y.

    Gradient (p − y)/n, with p = softmax(o) and y one-hot: what the model says less what is so. Its
    rows sum to 0. Where p_y is near 1, p_y − 1 is computed as expm1(log p_y): at a lead of 40 both
    loss and gradient are ±4.248e-18, not 0.

    Parameters
    ----------
    logits : o, real, shape (n, k) or (..., k).
    labels : right classes, integers in 0 … k − 1, shape (n,) or (...).

    Returns
    -------
    loss : float, in nats, mean over the examples; ∞ if a right class has probability 0, NaN over no
        examples.
    gradient : of that mean, in the shape of `logits`.

    Raises
    ------
    IndexError : a label lies outside 0 … k − 1.
    ValueError : the shapes do not fit, or `logits` is a single number.
    TypeError : `logits` holds something else than real numbers, or `labels` than integers.

    Source: lecture items F34, F36.

    >>> loss, gradient = softmax_cross_entropy([[0.0, np.log(3)], [0.0, 0.0]], [1, 0])
    >>> round(loss, 6), gradient.round(6).tolist()
    (0.490415, [[0.125, -0.125], [-0.25, 0.25]])
    """
    o, y = labelled_rows(logits, labels)
    n = len(o)

    def formula(o: RealArray, y: LabelArray) -> tuple[RealArray, ...]:
        largest, powers, rest = exponentials(o)
        right = np.arange(len(o)), y
        loss = np.log1p(rest[:, 0]) - (o[right] - largest[:, 0])
        gradient = powers
        gradient *= 1 / ((1 + rest) * n)
        gradient[right] = np.expm1(-loss) / n
        return loss, gradient

    with np.errstate(all="ignore"):
        losses, gradient = over_row_tiles(formula, o, y)
    return mean_over_examples(losses), gradient.reshape(np.shape(logits))


def soft_cross_entropy(
    logits: ArrayLike, targets: ArrayLike, *, check: bool = True
) -> tuple[float, RealArray]:
    """Cross-entropy with label distributions: the mean over examples of −Σᵢ yᵢ log pᵢ.

    For Σᵢ yᵢ = 1 this is logsumexp(o) − yᵀo, with gradient (p − y)/n. Otherwise the slide's formula
    is no cross-entropy (E11): the gradient of the sum above is ((Σᵢ yᵢ)·p − y)/n, and that is what
    ``check=False`` returns for targets that do not sum to 1. 0·log 0 counts as 0.

    Parameters
    ----------
    logits : o, real, shape (n, k) or (..., k).
    targets : y, real, the same shape; each row non-negative, with sum 1.
    check : False skips the check of the targets' values.

    Returns
    -------
    loss : float, in nats, mean over the examples; NaN over none.
    gradient : of that mean, in the shape of `logits`.

    Raises
    ------
    ValueError : the shapes differ, or a row of `targets` is negative or does not sum to 1.
    TypeError : an argument holds something else than real numbers.

    Source: lecture items F35, F36.

    >>> loss, gradient = soft_cross_entropy([[0.0, 0.0]], [[0.25, 0.75]])
    >>> round(loss, 6), gradient.tolist()
    (0.693147, [[0.25, -0.25]])
    """
    o = rows_of_logits(logits)
    y = distributions(targets, "targets") if check else real_array(targets, "targets")
    if y.shape != o.shape:
        raise ValueError(
            f"logits and targets must have the same shape, got {o.shape} and {y.shape}; "
            f"for integer labels use softmax_cross_entropy"
        )
    *others, k = o.shape
    n = int(np.prod(others))

    def formula(o: RealArray, y: RealArray) -> tuple[RealArray, ...]:
        largest, powers, rest = exponentials(o)
        total = y.sum(axis=-1, keepdims=True)
        log_p = (o - largest) - np.log1p(rest)
        loss = -np.where(y == 0, 0, y * log_p).sum(axis=-1)
        p = powers / (1 + rest)
        not_p = np.where(powers == 1, rest / (1 + rest), 1 - p)  # 1 − p without cancellation
        # = (Σy)·p − y, and exact where a confident p meets a one-hot y
        gradient = p * (total - y) - y * not_p
        return loss, gradient / n

    with np.errstate(all="ignore"):
        losses, gradient = over_row_tiles(
            formula, o.reshape(n, k), y.astype(o.dtype, copy=False).reshape(n, k)
        )
    return mean_over_examples(losses), gradient.reshape(o.shape)


def binary_cross_entropy_with_logits(
    logits: ArrayLike, targets: ArrayLike, *, check: bool = True
) -> tuple[float, RealArray]:
    """Binary cross-entropy −t log σ(o) − (1 − t) log σ(−o), and its gradient σ(o) − t.

    One sigmoid per label: right for two classes, and for examples that carry several labels at once
    (E8), where it sums over the labels of an example. The mean is over the examples.

    Parameters
    ----------
    logits : o, real, shape (n,), or (n, labels).
    targets : t, probability that the label is set, in [0, 1], the same shape.
    check : False skips the check of the targets' values.

    Returns
    -------
    loss : float, in nats: sum over all but the first axis, mean over the first; NaN over none.
    gradient : of that loss, in the shape of `logits`.

    Raises
    ------
    ValueError : the shapes differ, or a target lies outside [0, 1].
    TypeError : an argument holds something else than real numbers.

    Source: lecture items F25, F27–F29. PyTorch divides by the number of labels as well.

    >>> loss, gradient = binary_cross_entropy_with_logits([0.0, np.log(3)], [1, 0])
    >>> round(loss, 6), gradient.tolist()
    (1.039721, [-0.25, 0.375])
    """
    o, t = real_array(logits, "logits"), real_array(targets, "targets")
    if o.shape != t.shape:
        raise ValueError(
            f"logits and targets must have the same shape, got {o.shape} and {t.shape}"
        )
    if check:
        probabilities(t, "targets")
    t = t.astype(o.dtype, copy=False)
    n = o.shape[0] if o.ndim else 1
    with np.errstate(all="ignore"):
        small = np.exp(-np.abs(o))
        rest = np.log1p(small)  # −log σ(|o|)
        cost_of_1, cost_of_0 = np.maximum(-o, 0) + rest, np.maximum(o, 0) + rest
        losses = np.where(t == 0, 0, t * cost_of_1) + np.where(t == 1, 0, (1 - t) * cost_of_0)
        p, not_p = (
            np.where(o >= 0, 1, small) / (1 + small),
            np.where(o >= 0, small, 1) / (1 + small),
        )
        gradient = ((1 - t) * p - t * not_p) / n  # = (σ(o) − t)/n without cancellation
        return float(losses.sum(dtype=np.float64) / np.float64(n)), np.asarray(gradient)
