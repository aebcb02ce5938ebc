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
    function : l, takes weights, returns (loss, gradient).
    start : w₀, real, finite, any shape.
    learning_rate : η > 0, or a function of the step number t = 0, 1, … that returns ηₜ.
    steps : number of steps, at least 1.

    Returns
    -------
    w : weights after the last step, float64, in the shape of `start`.
    losses : l(w₀) … l(w_{steps−1}), shape (steps,): the loss before each step.

    Raises
    ------
    ValueError : `start` is not finite, a learning rate not positive, `steps` < 1, or the gradient
        has another shape than the weights.
    TypeError : an argument is of the wrong type.

    Source: lecture item F18.

    >>> w, losses = gradient_descent(lambda w: (float(w @ w) / 2, w), [8.0], 0.5, steps=3)
    >>> w.tolist(), losses.tolist()
    ([1.0], [32.0, 8.0, 2.0])
    """
    check_callable(function, "function")
    return _descend(
        lambda w, _: function(w), start, learning_rate, positive_integer(steps, "steps")
    )


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
    function : takes weights and an array of indices into the examples, returns the mean loss over
        those examples and its gradient.
    start, learning_rate : as for `gradient_descent`.
    n : number of examples.
    batch_size : examples per step; the last batch of an epoch may be smaller.
    epochs : passes over the data.
    rng : source of the random order.

    Returns
    -------
    w : weights after the last step, float64, in the shape of `start`.
    losses : loss of each step's batch before the step, shape (epochs·⌈n/batch_size⌉,).

    Raises
    ------
    ValueError, TypeError : as `gradient_descent`, for `n`, `batch_size` and `epochs` too.

    Source: lecture item F18; H. Robbins and S. Monro, A stochastic approximation method, Annals of
    Mathematical Statistics 22 (1951) 400–407.

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
    cuts = np.arange(batch_size, n, batch_size)
    batches = [batch for _ in range(epochs) for batch in np.split(rng.permutation(n), cuts)]
    return _descend(lambda w, t: function(w, batches[t]), start, learning_rate, len(batches))


def _descend(
    function: Callable[[Weights, int], tuple[float, ArrayLike]],
    start: ArrayLike,
    learning_rate: LearningRate,
    steps: int,
) -> tuple[Weights, Weights]:
    w = finite(real_array(start, "start"), "start").astype(np.float64)
    losses = np.empty(steps)
    for t in range(steps):
        rate = learning_rate(t) if callable(learning_rate) else learning_rate
        rate = positive_number(rate, "learning_rate")
        with np.errstate(all="ignore"):  # a rate too large makes weights grow beyond all bounds
            loss, gradient = _loss_and_gradient(function(w.copy(), t))
            losses[t] = loss
            if gradient.shape != w.shape:
                raise ValueError(
                    f"function must return a gradient in the shape of its weights, {w.shape}; "
                    f"got {gradient.shape}"
                )
            w = w - rate * gradient
    return w, losses


def _loss_and_gradient(result: object) -> tuple[float, RealArray]:
    if not isinstance(result, tuple | list) or len(result) != 2:
        raise TypeError(
            f"function must return two results: loss, gradient; got {type(result).__name__}"
        )
    return real_number(result[0], "the loss from function"), real_array(result[1], "its gradient")
