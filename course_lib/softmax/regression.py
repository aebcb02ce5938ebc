"""Softmax regression, which with two classes is logistic regression."""

from __future__ import annotations

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
from course_lib.softmax.classification_losses import softmax_cross_entropy
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

    Parameters
    ----------
    W : array_like
        Weights, shape (d, k).
    b : array_like
        Biases, shape (k,). They are not penalised: they only say how frequent the classes are.
    X : array_like
        Features, shape (n, d).
    labels : array_like of int
        Right classes in 0 … k − 1, shape (n,).
    lam : float
        λ ≥ 0.

    Returns
    -------
    loss : float
        In nats; NaN over no examples.
    dW, db : ndarray
        Its gradients, in the shapes of `W` and `b`. With G the gradient with respect to the logits,
        dW = XᵀG + λW and db = Σᵢ Gᵢ.

    Raises
    ------
    ValueError
        If the shapes do not fit, or λ is negative or not finite.
    IndexError
        If a label lies outside 0 … k − 1.
    TypeError
        If an argument holds something else than real numbers, or `labels` than integers.

    References
    ----------
    Lecture items F18, F34, F36. scikit-learn's C is 1/(nλ).

    Examples
    --------
    >>> X, labels = [[1.0, 0.0], [0.0, 1.0]], [0, 1]
    >>> loss, dW, db = softmax_regression_loss(np.zeros((2, 2)), [0.0, 0.0], X, labels, lam=0.1)
    >>> round(loss, 6), dW.tolist(), db.tolist()
    (0.693147, [[-0.25, 0.25], [0.25, -0.25]], [0.0, 0.0])
    """
    W, b, X = real_array(W, "W"), real_array(b, "b"), real_matrix(X, "X")
    lam = nonnegative_number(lam, "lam")
    if b.ndim != 1 or W.shape != (X.shape[1], b.size):
        raise ValueError(
            f"W must have shape (d, k) for X of shape (n, d) and b of shape (k,); "
            f"got W {W.shape}, X {X.shape}, b {b.shape}"
        )
    with np.errstate(all="ignore"):
        loss, G = softmax_cross_entropy(X @ W + b, labels)
        dW = X.T @ G
        if lam:  # else infinite weights would turn 0·∞ into NaN
            loss += lam / 2 * float(np.square(W, dtype=np.float64).sum())
            dW += lam * W
        return loss, dW, G.sum(axis=0)


def softmax_regression_fit(
    X: ArrayLike, labels: ArrayLike, lam: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Weights and biases that minimise `softmax_regression_loss`.

    Parameters
    ----------
    X : array_like
        Features, shape (n, d), finite.
    labels : array_like of int
        Right classes 0 … k − 1, shape (n,), each class at least once; k is the largest + 1.
    lam : float
        λ > 0. With λ = 0 there is no minimum for classes that a plane separates: the weights grow
        without end.

    Returns
    -------
    W : ndarray
        float64, shape (d, k).
    b : ndarray
        float64, shape (k,). Adding a constant to all biases changes nothing; here Σ b = 0.

    Raises
    ------
    ValueError
        If shapes do not fit, `X` is not finite, λ is not positive, there are no examples, or a
        class has none.
    TypeError, IndexError
        As for `softmax_regression_loss`.
    ArithmeticError
        If there is no convergence, with X or λ at the limits of float64.

    Notes
    -----
    The loss is convex, so Newton's method finds its one minimum from anywhere. Each step solves
    Hδ = −g by conjugate gradients, which need products with the Hessian alone, and is halved until
    the loss falls enough. The method stops when the gradient is 1e-10 of what it was at the start.

    References
    ----------
    Lecture items F26, F34; J. Nocedal and S. J. Wright, Numerical Optimization (2nd ed., Springer
    2006), §7.1.

    Examples
    --------
    >>> W, b = softmax_regression_fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1], lam=0.1)
    >>> (np.array([[1.4], [1.6]]) @ W + b).argmax(axis=1).tolist()
    [0, 1]
    """
    X = finite(real_matrix(X, "X"), "X").astype(np.float64)
    lam = positive_number(lam, "lam")
    y = _labels_of_all_classes(labels, len(X))
    design = np.column_stack([X, np.ones(len(X))])  # the last column is for the biases
    theta = np.zeros((design.shape[1], int(y.max()) + 1))
    loss, gradient = _loss_and_gradient(theta, X, y, lam)
    enough = TOLERANCE * np.linalg.norm(gradient)
    for _ in range(MOST_STEPS):
        if np.linalg.norm(gradient) <= enough:
            return theta[:-1], theta[-1] - theta[-1].mean()
        step = _newton_step(gradient, softmax(design @ theta), design, lam)
        slope, length, before = float(np.vdot(gradient, step)), 1.0, loss
        loss, gradient = _loss_and_gradient(theta + step, X, y, lam)
        # Near the minimum the loss is flat to rounding, 1e-14; a full step is right there.
        while loss > before + 1e-4 * length * slope + 1e-14:
            length /= 2
            loss, gradient = _loss_and_gradient(theta + length * step, X, y, lam)
        theta = theta + length * step
    raise ArithmeticError(
        f"no minimum found in {MOST_STEPS} Newton steps for lam = {lam:g}: "
        f"scale the columns of X to a common size, or use a larger lam"
    )


def _labels_of_all_classes(labels: ArrayLike, n: int) -> NDArray[np.intp]:
    """Check that there is a label for each example, and an example of each class."""
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


def _loss_and_gradient(
    theta: Parameters, X: RealArray, y: NDArray[np.intp], lam: float
) -> tuple[float, Parameters]:
    """The loss at weights and biases in one array, and its gradient in such an array."""
    loss, dW, db = softmax_regression_loss(theta[:-1], theta[-1], X, y, lam)
    return loss, np.vstack([dW, db])


def _hessian_product(
    direction: Parameters, p: RealArray, design: RealArray, lam: float
) -> Parameters:
    """H times a direction: how the gradient changes when the parameters move in it."""
    change = design @ direction
    # The derivative of softmax: dpᵢ = pᵢ(doᵢ − Σⱼ pⱼ doⱼ).
    change_of_p = p * (change - (p * change).sum(axis=1, keepdims=True))
    product = design.T @ change_of_p / len(design)
    product[:-1] += lam * direction[:-1]
    return np.asarray(product)


def _newton_step(gradient: Parameters, p: RealArray, design: RealArray, lam: float) -> Parameters:
    """Solve Hδ = −gradient by conjugate gradients, as exactly as Newton's method needs."""
    size = np.linalg.norm(gradient)
    enough = min(0.01, float(size)) * size
    step, residual = np.zeros_like(gradient), -gradient
    direction, squared = residual.copy(), float(np.vdot(residual, residual))
    for _ in range(2 * gradient.size):
        image = _hessian_product(direction, p, design, lam)
        curvature = float(np.vdot(direction, image))
        if squared <= enough**2 or curvature <= 0:
            break
        length = squared / curvature
        step += length * direction
        residual -= length * image
        before, squared = squared, float(np.vdot(residual, residual))
        direction = residual + squared / before * direction
    return step
