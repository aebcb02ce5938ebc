"""Labels as vectors, and the two losses that treat scores as they come, not as logits."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    LabelArray,
    RealArray,
    class_labels,
    finite,
    positive_integer,
    real_array,
)
from course_lib.tiling import over_row_tiles


def one_hot(labels: ArrayLike, k: int) -> NDArray[np.float64]:
    """One-hot vectors: yᵢ = 1 for i = label, 0 otherwise.

    Parameters
    ----------
    labels : integers in 0 … k − 1, any shape.
    k : number of classes.

    Returns
    -------
    float64 array of shape labels.shape + (k,).

    Raises
    ------
    IndexError : a label lies outside 0 … k − 1 (also −1, which would wrap around).
    TypeError : `labels` or `k` is not made of integers. ValueError : k < 1.

    Source: lecture item F30.

    >>> one_hot([2, 0], 3).tolist()
    [[0.0, 0.0, 1.0], [1.0, 0.0, 0.0]]
    """
    k = positive_integer(k, "k")
    checked = class_labels(labels, k)
    vectors = np.zeros((*checked.shape, k))
    np.put_along_axis(vectors, checked[..., np.newaxis], 1, axis=-1)
    return vectors


def one_hot_squared_loss(logits: ArrayLike, labels: ArrayLike) -> tuple[float, RealArray]:
    """Squared loss on one-hot targets: the mean over examples of ½‖o − y‖², gradient (o − y)/n.

    What least squares makes of classification. Outputs leave [0, 1] freely, and one that is right
    by more than asked for, o_y > 1, is punished as if it were wrong.

    Parameters
    ----------
    logits : scores o, real, shape (n, k) or (..., k).
    labels : right classes, integers in 0 … k − 1, shape (n,) or (...).

    Returns
    -------
    loss : float, mean over the examples; NaN over none.
    gradient : of that mean, in the shape of `logits`.

    Raises
    ------
    IndexError : a label lies outside 0 … k − 1.
    ValueError : the shapes do not fit, or `logits` is a single number.
    TypeError : `logits` holds something else than real numbers, or `labels` than integers.

    Source: lecture item F31.

    >>> loss, gradient = one_hot_squared_loss([[0.5, 0.0], [0.0, 3.0]], [0, 1])
    >>> loss, gradient.tolist()
    (1.0625, [[-0.25, 0.0], [0.0, 1.0]])
    """
    o, y = labelled_rows(logits, labels)
    n = len(o)

    def formula(o: RealArray, y: LabelArray) -> tuple[RealArray, ...]:
        residual = o.copy()
        residual[np.arange(len(o)), y] -= 1
        return (residual * residual).sum(axis=-1) / 2, residual / n

    with np.errstate(all="ignore"):
        losses, gradient = over_row_tiles(formula, o, y)
    return mean_over_examples(losses), gradient.reshape(np.shape(logits))


def multiclass_hinge_loss(
    logits: ArrayLike, labels: ArrayLike, margin: ArrayLike
) -> tuple[float, RealArray]:
    """Multi-class hinge loss: the mean over examples of Σ_{i≠y} max(0, Δ(y, i) − (o_y − oᵢ)).

    It is 0 for an example whose right class leads every other class i by at least Δ(y, i). The sum
    leaves out i = y, where no margin is possible (E10).

    Gradient per example: 1 for each class i that violates its margin, minus their number for y.
    Where a margin is met exactly there is a kink; this function counts it as met.

    Parameters
    ----------
    logits, labels : as for `one_hot_squared_loss`.
    margin : Δ, a number for all pairs, or a matrix Δ[y, i] of shape (k, k) whose diagonal is not
        used; finite. In the unit of the scores.

    Returns, errors: as for `one_hot_squared_loss`, and ValueError unless `margin` is of one of
    these shapes and finite.

    Source: lecture item F32; J. Weston and C. Watkins, Support vector machines for multi-class
    pattern recognition, ESANN 1999. Not divided by the number of classes, as PyTorch does;
    K. Crammer and Y. Singer (JMLR 2 (2001) 265–292) take the largest violation, not their sum.

    >>> loss, gradient = multiclass_hinge_loss([[3.0, 2.5, 0.0]], [0], margin=1.0)
    >>> loss, gradient.tolist()
    (0.5, [[-1.0, 1.0, 0.0]])
    """
    o, y = labelled_rows(logits, labels)
    n, k = o.shape
    margins = _margins(margin, k).astype(o.dtype)

    def formula(o: RealArray, y: LabelArray) -> tuple[RealArray, ...]:
        right = np.arange(len(o)), y
        violation = margins[y] - (o[right][:, np.newaxis] - o)
        violation[right] = 0
        gradient = (violation > 0).astype(o.dtype)
        gradient[np.isnan(violation)] = math.nan
        gradient[right] = -gradient.sum(axis=-1)
        return np.maximum(violation, 0).sum(axis=-1), gradient / n

    with np.errstate(all="ignore"):
        losses, gradient = over_row_tiles(formula, o, y)
    return mean_over_examples(losses), gradient.reshape(np.shape(logits))


def labelled_rows(logits: ArrayLike, labels: ArrayLike) -> tuple[RealArray, LabelArray]:
    """Check logits (..., k) and labels (...), and flatten them to (n, k) and (n,)."""
    o = rows_of_logits(logits)
    y = class_labels(labels, o.shape[-1])
    if y.shape != o.shape[:-1]:
        hint = "; labels.argmax(axis=-1) turns one-hot rows into labels"
        raise ValueError(
            f"labels must have one entry for each row of logits: logits have shape {o.shape}, so "
            f"labels need shape {o.shape[:-1]}; got {y.shape}{hint if y.ndim == o.ndim else ''}"
        )
    return o.reshape(y.size, o.shape[-1]), y.reshape(-1)


def rows_of_logits(logits: ArrayLike) -> RealArray:
    """Check that logits have at least the axis of the classes."""
    o = real_array(logits, "logits")
    if o.ndim == 0:
        raise ValueError("logits must have shape (n, k) or (..., k), got a single number")
    return o


def mean_over_examples(losses: RealArray) -> float:
    """Mean in float64, NaN over no examples."""
    with np.errstate(all="ignore"):
        return float(losses.sum(dtype=np.float64) / np.float64(losses.size))


def _margins(margin: ArrayLike, k: int) -> RealArray:
    margins = real_array(margin, "margin")
    if margins.shape not in {(), (k, k)}:
        raise ValueError(
            f"margin must be a number or a matrix of shape ({k}, {k}) for k = {k} classes, "
            f"got shape {margins.shape}"
        )
    return np.broadcast_to(finite(margins, "margin"), (k, k))
