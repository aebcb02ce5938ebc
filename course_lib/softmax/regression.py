"""Softmax regression, which with two classes is logistic regression."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    RealArray,
    class_labels,
    finite,
    nonnegative_number,
    positive_number,
    real_array,
    real_matrix,
)
from course_lib.softmax.cross_entropies import softmax_cross_entropy
from course_lib.softmax.probabilities import softmax

Parameters = NDArray[np.float64]
"""Weights and biases in one array of shape (d + 1, k), the biases in the last row."""

MOST_STEPS = 200
TOLERANCE = 1e-10
"""Of the gradient, relative to the gradient at zero weights."""


def softmax_regression_loss(
    W: ArrayLike, b: ArrayLike, X: ArrayLike, labels: ArrayLike, lam: float
) -> tuple[float, RealArray, RealArray]:
    """Regularised softmax regression: mean cross-entropy of the logits XW + b, plus ½λ‖W‖².

    With G the gradient with respect to the logits, dW = XᵀG + λW and db = Σᵢ Gᵢ. The bias is not
    penalised: it only says how frequent the classes are.

    Parameters
    ----------
    W : weights, shape (d, k).
    b : biases, shape (k,).
    X : features, shape (n, d).
    labels : right classes, integers in 0 … k − 1, shape (n,).
    lam : λ ≥ 0.

    Returns
    -------
    loss : float, in nats; NaN over no examples.
    dW, db : its gradients, in the shapes of `W` and `b`.

    Raises
    ------
    ValueError : the shapes do not fit, or λ is negative or not finite.
    IndexError : a label lies outside 0 … k − 1.
    TypeError : an argument holds something else than real numbers, or `labels` than integers.

    Source: lecture items F18, F34, F36. scikit-learn's C is 1/(nλ).

    >>> X, labels = [[1.0, 0.0], [0.0, 1.0]], [0, 1]
    >>> loss, dW, db = softmax_regression_loss(np.zeros((2, 2)), [0.0, 0.0], X, labels, lam=0.1)
    >>> round(loss, 6), dW.tolist(), db.tolist()
    (0.693147, [[-0.25, 0.25], [0.25, -0.25]], [0.0, 0.0])
    """
    weights, bias, features = real_array(W, "W"), real_array(b, "b"), real_matrix(X, "X")
    lam = nonnegative_number(lam, "lam")
    if bias.ndim != 1 or weights.shape != (features.shape[1], bias.size):
        raise ValueError(
            f"W must have shape (d, k) for X of shape (n, d) and b of shape (k,); "
            f"got W {weights.shape}, X {features.shape}, b {bias.shape}"
        )
    with np.errstate(all="ignore"):
        loss, G = softmax_cross_entropy(features @ weights + bias, labels)
        dW = features.T @ G
        if lam:  # else infinite weights would turn 0·∞ into NaN
            loss += lam / 2 * float(np.square(weights, dtype=np.float64).sum())
            dW += lam * weights
        return loss, dW, G.sum(axis=0)


def softmax_regression_fit(
    X: ArrayLike, labels: ArrayLike, lam: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and biases that minimise `softmax_regression_loss`.

    The loss is convex, so Newton's method finds its one minimum from anywhere: each step solves
    Hδ = −g by conjugate gradients, which needs products with the Hessian alone, and is halved until
    the loss falls enough. It stops when the gradient is 1e-10 of what it was at the start.

    Parameters
    ----------
    X : features, shape (n, d), finite.
    labels : right classes 0 … k − 1, shape (n,), each class at least once; k is the largest + 1.
    lam : λ > 0. With λ = 0 there is no minimum for classes that a plane separates: the weights grow
        without end.

    Returns
    -------
    W : float64, shape (d, k).
    b : float64, shape (k,). Adding a constant to all biases changes nothing; here Σ b = 0.

    Raises
    ------
    ValueError : shapes do not fit, `X` is not finite, λ is not positive, there are no examples, or
        a class has none.
    TypeError, IndexError : as `softmax_regression_loss`.
    ArithmeticError : no convergence, with X or λ at the limits of float64.

    Source: lecture items F26, F34; J. Nocedal and S. J. Wright, Numerical Optimization (2nd ed.,
    Springer 2006), §7.1.

    >>> W, b = softmax_regression_fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], lam=0.1)
    >>> (np.array([[1.4], [1.6]]) @ W + b).argmax(axis=1).tolist()
    [0, 1]
    """
    features = finite(real_matrix(X, "X"), "X").astype(np.float64)
    lam = positive_number(lam, "lam")
    y = _labels_of_all_classes(labels, len(features))
    weights_penalised = np.append(np.ones(features.shape[1]), 0)[:, np.newaxis]
    design = np.column_stack([features, np.ones(len(features))])

    def loss_and_gradient(theta: Parameters) -> tuple[float, Parameters]:
        loss, dW, db = softmax_regression_loss(theta[:-1], theta[-1], features, y, lam)
        return loss, np.vstack([dW, db])

    def hessian_product(theta: Parameters) -> Callable[[Parameters], Parameters]:
        p = softmax(design @ theta)

        def product(direction: Parameters) -> Parameters:
            change = design @ direction
            change_of_p = p * (change - (p * change).sum(axis=1, keepdims=True))
            curvature = design.T @ change_of_p / len(design)
            return np.asarray(curvature + lam * weights_penalised * direction)

        return product

    theta = np.zeros((design.shape[1], int(y.max()) + 1))
    loss, gradient = loss_and_gradient(theta)
    enough = TOLERANCE * np.linalg.norm(gradient)
    for _ in range(MOST_STEPS):
        if np.linalg.norm(gradient) <= enough:
            return theta[:-1], theta[-1] - theta[-1].mean()
        step = _conjugate_gradients(hessian_product(theta), -gradient)
        slope, length = float(np.vdot(gradient, step)), 1.0
        # Near the minimum the loss is flat to rounding; a full step is right there.
        while loss_and_gradient(theta + length * step)[0] > loss + 1e-4 * length * slope + 1e-14:
            length /= 2
        theta = theta + length * step
        loss, gradient = loss_and_gradient(theta)
    raise ArithmeticError(
        f"no minimum found in {MOST_STEPS} Newton steps for lam = {lam:g}: "
        f"scale the columns of X to a common size, or use a larger lam"
    )


def _labels_of_all_classes(labels: ArrayLike, n: int) -> NDArray[np.intp]:
    y = class_labels(labels)
    if n == 0 or y.shape != (n,):
        raise ValueError(
            f"labels must hold one label for each of n >= 1 examples, got X with {n} rows and "
            f"labels of shape {y.shape}"
        )
    missing = np.flatnonzero(np.bincount(y) == 0)
    if missing.size:
        raise ValueError(
            f"labels must hold every class from 0 to the largest, got none of class {missing[0]}: "
            f"its bias would fall without end"
        )
    return y


def _conjugate_gradients(
    product: Callable[[Parameters], Parameters], target: Parameters
) -> Parameters:
    """Solve Hx = target for a positive semi-definite H, as exactly as Newton's method needs."""
    size = np.linalg.norm(target)
    enough = min(0.01, float(size)) * size
    x, residual = np.zeros_like(target), target.copy()
    direction, squared = residual.copy(), float(np.vdot(residual, residual))
    for _ in range(2 * target.size):
        image = product(direction)
        curvature = float(np.vdot(direction, image))
        if squared <= enough**2 or curvature <= 0:
            break
        length = squared / curvature
        x += length * direction
        residual -= length * image
        before, squared = squared, float(np.vdot(residual, residual))
        direction = residual + squared / before * direction
    return x
