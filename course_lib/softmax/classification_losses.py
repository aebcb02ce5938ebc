"""Losses for classification; each with its gradient with respect to the logits.

Cross-entropies are negative log-likelihoods of the right classes. Squared and hinge loss treat
scores as they come, and give no probabilities.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    LabelArray,
    RealArray,
    class_labels,
    distributions,
    finite,
    positive_integer,
    probabilities,
    real_array,
)
from course_lib.softmax.probabilities import log_sigmoid, log_softmax, sigmoid


def softmax_cross_entropy(logits: ArrayLike, labels: ArrayLike) -> tuple[float, RealArray]:
    """Softmax cross-entropy: the mean over examples of −log p_y = logsumexp(o) − o_y.

    Parameters
    ----------
    logits : array_like
        o, real, shape (n, k) or (..., k).
    labels : array_like of int
        Right classes in 0 … k − 1, shape (n,) or (...).

    Returns
    -------
    loss : float
        In nats, mean over the examples; ∞ if a right class has probability 0, NaN over no examples.
    gradient : ndarray
        Of that mean, in the shape of `logits`: (p − y)/n with p = softmax(o) and y one-hot. It is
        what the model says less what is so, and its rows sum to 0.

    Raises
    ------
    IndexError
        If a label lies outside 0 … k − 1.
    ValueError
        If the shapes do not fit, or `logits` is a single number.
    TypeError
        If `logits` holds something else than real numbers, or `labels` than integers.

    Notes
    -----
    At a lead of 40 loss and gradient are ±4.248e-18, where p_y − 1 rounds to 0.

    References
    ----------
    Lecture items F34, F36.

    Examples
    --------
    >>> loss, gradient = softmax_cross_entropy([[0.0, np.log(3)], [0.0, 0.0]], [1, 0])
    >>> round(loss, 6), gradient.round(6).tolist()
    (0.490415, [[0.125, -0.125], [-0.25, 0.25]])
    """
    o, y = _labelled_rows(logits, labels)
    right = np.arange(len(o)), y
    log_p = log_softmax(o)
    with np.errstate(all="ignore"):
        # loss −log p_y, gradient p − y
        loss = _mean(-log_p[right])
        gradient = np.exp(log_p)
        gradient[right] = np.expm1(log_p[right])  # p_y − 1, without cancellation near p_y = 1
        gradient /= len(o)
    return loss, gradient.reshape(np.shape(logits))


def soft_cross_entropy(
    logits: ArrayLike, targets: ArrayLike, *, check: bool = True
) -> tuple[float, RealArray]:
    """Cross-entropy with label distributions: the mean over examples of −Σᵢ yᵢ log pᵢ.

    Parameters
    ----------
    logits : array_like
        o, real, shape (n, k) or (..., k).
    targets : array_like
        y, real, the same shape; each row non-negative, with sum 1.
    check : bool, default True
        False skips the check of the targets' values.

    Returns
    -------
    loss : float
        In nats, mean over the examples; NaN over none.
    gradient : ndarray
        Of that mean, in the shape of `logits`: (p − y)/n.

    Raises
    ------
    ValueError
        If the shapes differ, or a row of `targets` is negative or does not sum to 1.
    TypeError
        If an argument holds something else than real numbers.

    Notes
    -----
    0·log 0 counts as 0. For Σᵢ yᵢ = 1 the loss is logsumexp(o) − yᵀo. Otherwise the slide's formula
    is no cross-entropy (E11): the gradient of the sum above is ((Σᵢ yᵢ)·p − y)/n, and that is what
    ``check=False`` returns for targets that do not sum to 1.

    References
    ----------
    Lecture items F35, F36.

    Examples
    --------
    >>> loss, gradient = soft_cross_entropy([[0.0, 0.0]], [[0.25, 0.75]])
    >>> round(loss, 6), gradient.tolist()
    (0.693147, [[0.25, -0.25]])
    """
    o = _logits(logits)
    y = distributions(targets, "targets") if check else real_array(targets, "targets")
    if y.shape != o.shape:
        raise ValueError(
            f"logits and targets must have the same shape, got {o.shape} and {y.shape}; "
            f"for integer labels use softmax_cross_entropy"
        )
    y = y.astype(o.dtype, copy=False)
    log_p = log_softmax(o)
    with np.errstate(all="ignore"):
        # loss −Σᵢ yᵢ log pᵢ
        losses = -np.where(y == 0, 0, y * log_p).sum(axis=-1)
        # gradient (Σy)·p − y, written p(Σy − y) + y(p − 1) to be exact for a confident p, one-hot y
        total = y.sum(axis=-1, keepdims=True)
        gradient = np.exp(log_p) * (total - y) + y * np.expm1(log_p)
        return _mean(losses), gradient / losses.size


def binary_cross_entropy_with_logits(
    logits: ArrayLike, targets: ArrayLike, *, check: bool = True
) -> tuple[float, RealArray]:
    """Binary cross-entropy −t log σ(o) − (1 − t) log σ(−o), with gradient σ(o) − t.

    One sigmoid per label: right for two classes, and for examples that carry several labels at once
    (E8), where it sums over the labels of an example. The mean is over the examples.

    Parameters
    ----------
    logits : array_like
        o, real, shape (n,), or (n, labels).
    targets : array_like
        t, probability that the label is set, in [0, 1], the same shape.
    check : bool, default True
        False skips the check of the targets' values.

    Returns
    -------
    loss : float
        In nats: sum over all but the first axis, mean over the first; NaN over none.
    gradient : ndarray
        Of that loss, in the shape of `logits`.

    Raises
    ------
    ValueError
        If the shapes differ, or a target lies outside [0, 1].
    TypeError
        If an argument holds something else than real numbers.

    References
    ----------
    Lecture items F25, F27–F29. PyTorch divides by the number of labels as well.

    Examples
    --------
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
    n = len(o) if o.ndim else 1
    with np.errstate(all="ignore"):
        # loss −t log σ(o) − (1 − t) log σ(−o), where 0·∞ = 0
        cost_of_1, cost_of_0 = -log_sigmoid(o), -log_sigmoid(-o)
        losses = np.where(t == 0, 0, t * cost_of_1) + np.where(t == 1, 0, (1 - t) * cost_of_0)
        # gradient σ(o) − t, written so that nothing cancels where both are near 1
        gradient = (1 - t) * sigmoid(o) - t * sigmoid(-o)
        return float(losses.sum(dtype=np.float64) / n), np.asarray(gradient / n)


def one_hot(labels: ArrayLike, k: int) -> NDArray[np.float64]:
    """One-hot vectors: yᵢ = 1 for i = label, 0 otherwise.

    Parameters
    ----------
    labels : array_like of int
        Classes in 0 … k − 1, any shape.
    k : int
        Number of classes.

    Returns
    -------
    ndarray
        float64, shape labels.shape + (k,).

    Raises
    ------
    IndexError
        If a label lies outside 0 … k − 1 (also −1, which would wrap around).
    TypeError
        If `labels` or `k` is not made of integers.
    ValueError
        If k < 1.

    References
    ----------
    Lecture item F30.

    Examples
    --------
    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    k = positive_integer(k, "k")
    # yᵢ = 1 for i = label, 0 otherwise
    return np.where(class_labels(labels, k)[..., np.newaxis] == np.arange(k), 1.0, 0.0)


def one_hot_squared_loss(logits: ArrayLike, labels: ArrayLike) -> tuple[float, RealArray]:
    """Squared loss on one-hot targets: the mean over examples of ½‖o − y‖².

    This is what least squares makes of classification. Outputs leave [0, 1] freely, and one that is
    right by more than asked for, o_y > 1, is punished as if it were wrong.

    Parameters
    ----------
    logits : array_like
        Scores o, real, shape (n, k) or (..., k).
    labels : array_like of int
        Right classes in 0 … k − 1, shape (n,) or (...).

    Returns
    -------
    loss : float
        Mean over the examples; NaN over none.
    gradient : ndarray
        Of that mean, in the shape of `logits`: (o − y)/n.

    Raises
    ------
    IndexError
        If a label lies outside 0 … k − 1.
    ValueError
        If the shapes do not fit, or `logits` is a single number.
    TypeError
        If `logits` holds something else than real numbers, or `labels` than integers.

    References
    ----------
    Lecture item F31.

    Examples
    --------
    >>> loss, gradient = one_hot_squared_loss([[0.5, 0.0], [0.0, 3.0]], [0, 1])
    >>> loss, gradient.tolist()
    (1.0625, [[-0.25, 0.0], [0.0, 1.0]])
    """
    o, y = _labelled_rows(logits, labels)
    with np.errstate(all="ignore"):
        # residual o − y with y one-hot; loss ½‖o − y‖²
        residual = o.copy()
        residual[np.arange(len(o)), y] -= 1
        loss = _mean((residual * residual).sum(axis=-1) / 2)
        return loss, (residual / len(o)).reshape(np.shape(logits))


def multiclass_hinge_loss(
    logits: ArrayLike, labels: ArrayLike, margin: ArrayLike
) -> tuple[float, RealArray]:
    """Multi-class hinge loss: the mean over examples of Σ_{i≠y} max(0, Δ(y, i) − (o_y − oᵢ)).

    It is 0 for an example whose right class leads every other class i by at least Δ(y, i). The sum
    leaves out i = y, where no margin is possible (E10).

    Parameters
    ----------
    logits : array_like
        Scores o, real, shape (n, k) or (..., k).
    labels : array_like of int
        Right classes in 0 … k − 1, shape (n,) or (...).
    margin : array_like
        Δ in the unit of the scores, finite: a number for all pairs, or a matrix Δ[y, i] of shape
        (k, k) whose diagonal is not used.

    Returns
    -------
    loss : float
        Mean over the examples; NaN over none.
    gradient : ndarray
        Of that mean, in the shape of `logits`. Per example it is 1 for each class i that violates
        its margin, and minus their number for y. Where a margin is met exactly there is a kink;
        this function counts it as met.

    Raises
    ------
    IndexError
        If a label lies outside 0 … k − 1.
    ValueError
        If the shapes do not fit, `logits` is a single number, or `margin` is not finite.
    TypeError
        If `logits` or `margin` holds something else than real numbers, or `labels` than integers.

    References
    ----------
    Lecture item F32; J. Weston and C. Watkins, Support vector machines for multi-class pattern
    recognition, ESANN 1999. Not divided by the number of classes, as PyTorch does. K. Crammer and
    Y. Singer (JMLR 2 (2001) 265–292) take the largest violation, not their sum.

    Examples
    --------
    >>> loss, gradient = multiclass_hinge_loss([[3.0, 2.5, 0.0]], [0], margin=1.0)
    >>> loss, gradient.tolist()
    (0.5, [[-1.0, 1.0, 0.0]])
    """
    o, y = _labelled_rows(logits, labels)
    right = np.arange(len(o)), y
    margins = _margins(margin, o.shape[1]).astype(o.dtype)
    with np.errstate(all="ignore"):
        # violation Δ(y, i) − (o_y − oᵢ), where it is positive; none for i = y
        violation = margins[y] - (o[right][:, np.newaxis] - o)
        violation[right] = 0
        loss = _mean(np.maximum(violation, 0).sum(axis=-1))
        gradient = (violation > 0).astype(o.dtype)
        gradient[np.isnan(violation)] = math.nan
        gradient[right] = -gradient.sum(axis=-1)
        gradient /= len(o)
    return loss, gradient.reshape(np.shape(logits))


def _logits(logits: ArrayLike) -> RealArray:
    """Check that logits have at least the axis of the classes."""
    o = real_array(logits, "logits")
    if o.ndim == 0:
        raise ValueError("logits must have shape (n, k) or (..., k), got a single number")
    return o


def _labelled_rows(logits: ArrayLike, labels: ArrayLike) -> tuple[RealArray, LabelArray]:
    """Check logits (..., k) and labels (...), and flatten them to (n, k) and (n,)."""
    o = _logits(logits)
    y = class_labels(labels, o.shape[-1])
    if y.shape != o.shape[:-1]:
        hint = "; labels.argmax(axis=-1) turns one-hot rows into labels"
        raise ValueError(
            f"labels must have one entry for each row of logits: logits have shape {o.shape}, so "
            f"labels need shape {o.shape[:-1]}; got {y.shape}{hint if y.ndim == o.ndim else ''}"
        )
    return o.reshape(y.size, o.shape[-1]), y.reshape(-1)


def _margins(margin: ArrayLike, k: int) -> RealArray:
    """The matrix Δ[y, i]; a single number stands for all pairs."""
    margins = real_array(margin, "margin")
    if margins.shape not in {(), (k, k)}:
        raise ValueError(
            f"margin must be a number or a matrix of shape ({k}, {k}) for k = {k} classes, "
            f"got shape {margins.shape}"
        )
    return np.broadcast_to(finite(margins, "margin"), (k, k))


def _mean(losses: RealArray) -> float:
    """Mean in float64; NaN over no examples, and without the sign of −0."""
    return float(losses.sum(dtype=np.float64) / losses.size) + 0.0
