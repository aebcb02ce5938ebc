"""Downhill step by step: gradient descent on all examples, or on a few at a time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from course_lib.arguments import (
    RealArray,
    check_callable,
    finite,
    positive_integer,
    positive_number,
    real_array,
    real_number,
)

Weights = NDArray[np.float64]
LearningRate = float | Callable[[int], float]


def gradient_descent(
    function: Callable[[Weights], tuple[float, ArrayLike]],
    start: ArrayLike,
    learning_rate: LearningRate,
    steps: int,
) -> tuple[Weights, Weights]:
    """Gradient descent wₜ₊₁ = wₜ − ηₜ∇l(wₜ).

    On a loss whose second derivatives lie between 0 and L it converges for every η < 2/L.

    Parameters
    ----------
    function : callable
        l, takes weights, returns (loss, gradient).
    start : array_like
        w₀, real, finite, any shape.
    learning_rate : float or callable
        η > 0, or a function of the step number t = 0, 1, … that returns ηₜ.
    steps : int
        Number of steps, at least 1.

    Returns
    -------
    w : ndarray
        Weights after the last step, float64, in the shape of `start`.
    losses : ndarray
        l(w₀) … l(w_{steps−1}), shape (steps,): the loss before each step.

    Raises
    ------
    ValueError
        If `start` is not finite, a learning rate not positive, `steps` < 1, or the gradient has
        another shape than the weights.
    TypeError
        If an argument is of the wrong type.

    References
    ----------
    Lecture item F18.

    Examples
    --------
    >>> w, losses = gradient_descent(lambda w: (float(w @ w) / 2, w), [8.0], 0.5, steps=3)
    >>> w.tolist(), losses.tolist()
    ([1.0], [32.0, 8.0, 2.0])
    """
    check_callable(function, "function")
    steps = positive_integer(steps, "steps")
    w = _start(start)
    losses = np.empty(steps)
    for t in range(steps):
        rate = _rate(learning_rate, t)
        with np.errstate(all="ignore"):  # a rate too large makes weights grow beyond all bounds
            losses[t], gradient = _loss_and_gradient(function(w.copy()), w.shape)
            # wₜ₊₁ = wₜ − ηₜ∇l(wₜ)
            w = w - rate * gradient
    return w, losses


def stochastic_gradient_descent(
    function: Callable[[Weights, NDArray[np.intp]], tuple[float, ArrayLike]],
    start: ArrayLike,
    learning_rate: LearningRate,
    *,
    n: int,
    batch_size: int,
    epochs: int,
    rng: np.random.Generator,
) -> tuple[Weights, Weights]:
    """Minibatch SGD: each step goes downhill on a few examples drawn without replacement.

    Every epoch goes through all examples once, in a new random order. With a constant η the weights
    end up near the minimum and keep trembling there; ηₜ ∝ 1/t lets them settle.

    Parameters
    ----------
    function : callable
        Takes weights and an array of indices into the examples, returns the mean loss over those
        examples and its gradient.
    start : array_like
        w₀, real, finite, any shape.
    learning_rate : float or callable
        η > 0, or a function of the step number t = 0, 1, … that returns ηₜ.
    n : int
        Number of examples.
    batch_size : int
        Examples per step; the last batch of an epoch may be smaller.
    epochs : int
        Passes over the data.
    rng : Generator
        Source of the random order.

    Returns
    -------
    w : ndarray
        Weights after the last step, float64, in the shape of `start`.
    losses : ndarray
        Loss of each step's batch before the step, shape (epochs·⌈n/batch_size⌉,).

    Raises
    ------
    ValueError, TypeError
        As for `gradient_descent`, for `n`, `batch_size` and `epochs` too.

    References
    ----------
    Lecture item F18; H. Robbins and S. Monro, A stochastic approximation method, Annals of
    Mathematical Statistics 22 (1951) 400–407.

    Examples
    --------
    >>> x = np.array([1.0, 2.0, 3.0, 6.0])
    >>> def half_squared_distance(w, batch):
    ...     residual = w - x[batch]
    ...     return np.mean(residual**2) / 2, np.mean(residual, keepdims=True)
    >>> w, losses = stochastic_gradient_descent(
    ...     half_squared_distance, [0.0], lambda t: 1 / (t + 1),
    ...     n=4, batch_size=1, epochs=1, rng=np.random.default_rng(0),
    ... )
    >>> w.round(12).tolist()  # the mean, as the average of all that was seen
    [3.0]
    """
    check_callable(function, "function")
    n, batch_size = positive_integer(n, "n"), positive_integer(batch_size, "batch_size")
    epochs = positive_integer(epochs, "epochs")
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng must be a NumPy random Generator, got {type(rng).__name__}")
    w = _start(start)
    cuts = np.arange(batch_size, n, batch_size)
    batches = [batch for _ in range(epochs) for batch in np.split(rng.permutation(n), cuts)]
    losses = np.empty(len(batches))
    for t, batch in enumerate(batches):
        rate = _rate(learning_rate, t)
        with np.errstate(all="ignore"):  # as in gradient_descent
            losses[t], gradient = _loss_and_gradient(function(w.copy(), batch), w.shape)
            # wₜ₊₁ = wₜ − ηₜ∇l(wₜ), l on this batch
            w = w - rate * gradient
    return w, losses


def _start(start: ArrayLike) -> Weights:
    """Weights to start from: finite, and a copy."""
    return finite(real_array(start, "start"), "start").astype(np.float64)


def _rate(learning_rate: LearningRate, t: int) -> float:
    """The learning rate of step t."""
    rate = learning_rate(t) if callable(learning_rate) else learning_rate
    return positive_number(rate, "learning_rate")


def _loss_and_gradient(result: object, shape: tuple[int, ...]) -> tuple[float, RealArray]:
    """Check what the function has returned for weights of this shape."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"function must return two results: loss, gradient; got {type(result).__name__}"
        )
    loss = real_number(result[0], "the loss from function")
    gradient = real_array(result[1], "its gradient")
    if gradient.shape != shape:
        raise ValueError(
            f"function must return a gradient in the shape of its weights, {shape}; "
            f"got {gradient.shape}"
        )
    return loss, gradient
