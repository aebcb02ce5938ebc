"""Arguments that are right one by one and wrong together: an error that names them."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from tests.course_lib.ordinary import ARGUMENTS, X
from tests.course_lib.public import FUNCTIONS

INF, NAN = np.inf, np.nan
ONE, TWO, SQUARE = [1.0], [1.0, 2.0], np.ones((2, 2))
DEPENDENT = np.array([[1.0, 2.0], [2.0, 4.0], [3.0, 6.0], [0.0, 0.0]])

MISFITS: dict[str, list[tuple[dict[str, Any], type[Exception], str]]] = {
    "exponential_families.log_partition": [
        ({"theta": 1.0}, ValueError, r"theta .* \(2,\) .* \(\)"),
        ({"theta": ONE}, ValueError, r"theta .* \(2,\) .* \(1,\)"),
        ({"statistics": 1.0}, ValueError, "statistics must have"),
    ],
    "exponential_families.mean_parameters": [
        ({"theta": SQUARE}, ValueError, r"theta .* \(2, 2\)"),
    ],
    "exponential_families.maximum_entropy": [
        ({"mean": ONE}, ValueError, r"mean .* got shape \(1,\)"),
        ({"mean": [9.0, 0.0]}, ValueError, "mean .*convex hull"),
    ],
    "information.conditional_entropy": [
        ({"p_xy": ONE}, ValueError, r"p_xy .* table .* \(1,\)"),
    ],
    "information.joint_entropy": [
        ({"p_xy": ONE}, ValueError, r"p_xy .* table .* \(1,\)"),
    ],
    "information.mutual_information": [
        ({"p_xy": ONE}, ValueError, r"p_xy .* table .* \(1,\)"),
    ],
    "information.cross_entropy": [
        ({"q": ONE}, ValueError, r"p and q .* \(1,\)"),
    ],
    "information.kl_divergence": [
        ({"q": ONE}, ValueError, r"p and q must .* \(4, 3\) and \(1,\)"),
    ],
    "information.kl_with_logits": [
        ({"logits": ONE}, ValueError, r"q and logits must .* \(1,\)"),
    ],
    "information.entropy_with_logits": [
        ({"logits": 1.0}, ValueError, "logits must .* number 1"),
    ],
    "information.jensen_gap": [
        ({"x": TWO}, ValueError, r"x and p must .* \(2,\) and \(3,\)"),
        ({"psi": np.sum}, ValueError, r"psi must .* returned \(\)"),
        ({"psi": str}, TypeError, r"psi\(x\) must hold real numbers"),
    ],
    "information.huffman_code": [
        ({"p": [ONE]}, ValueError, r"p must be one .* got \(1, 1\)"),
    ],
    "information.entropy": [
        ({"base": 1}, ValueError, "base must .* greater than 1 .* got 1"),
        ({"base": 0.5}, ValueError, "base must .* greater than 1 .* got 0.5"),
        ({"base": INF}, ValueError, "base must .* got inf"),
    ],
    "likelihood.bernoulli_mle": [
        ({"x": TWO}, ValueError, "x must hold 0 and 1 only, got 2 at index"),
    ],
    "likelihood.bernoulli_nll": [
        ({"x": [-1]}, ValueError, "x must hold 0 and 1 only, got -1"),
    ],
    "likelihood.categorical_mle": [
        ({"labels": [[0]]}, ValueError, r"labels must .* got shape \(1, 1\)"),
        ({"k": 2}, IndexError, "labels must lie in 0 .* 1 .* got 2 at"),
    ],
    "losses.absolute_loss": [
        ({"y_pred": ONE}, ValueError, r"y_true and y_pred .* \(4,\) and \(1,\)"),
    ],
    "losses.huber_loss": [
        ({"y_true": SQUARE}, ValueError, r"y_true and y_pred .* \(2, 2\) and"),
    ],
    "losses.squared_loss": [
        ({"y_pred": TWO}, ValueError, r"y_true and y_pred .* \(4,\) and \(2,\)"),
    ],
    "losses.influence": [
        ({"estimator": lambda x: x}, TypeError, "result of estimator must be a single .* got"),
    ],
    "losses.trimmed_mean": [
        ({"alpha": 0.5}, ValueError, "alpha .* 0 <= alpha < 0.5; got 0.5"),
        ({"alpha": -0.1}, ValueError, "alpha .* must .* got -0.1"),
        ({"alpha": NAN}, ValueError, "alpha .* must .* got nan"),
    ],
    "map_estimation.beta_bernoulli_map": [
        ({"x": TWO}, ValueError, "x must hold 0 and 1 only, got 2"),
        ({"x": [], "a": 1, "b": 1}, ValueError, "a and b must .* single mode; .* has none"),
    ],
    "map_estimation.map_discrete": [
        ({"log_prior": ONE}, ValueError, r"\(3,\) and \(1,\)"),
        ({"log_prior": [INF] * 3}, ValueError, "log_prior must .* got inf"),
    ],
    "map_estimation.posterior_discrete": [
        ({"log_likelihood": ONE}, ValueError, r"\(1,\) and \(3,\)"),
        (
            {"log_prior": [-INF] * 3},
            ValueError,
            "log_likelihood \\+ log_prior .* every hypothesis is impossible",
        ),
    ],
    "map_estimation.ridge_loss": [
        ({"w": ONE}, ValueError, r"w must .* \(2,\) .* got \(1,\)"),
        ({"y": TWO}, ValueError, r"X and y must .* \(4, 2\) and \(2,\)"),
    ],
    "map_estimation.ridge_fit": [
        ({"y": TWO}, ValueError, r"X and y must .* \(4, 2\) and \(2,\)"),
        ({"X": DEPENDENT, "lam": 0}, ValueError, "X must .* 2 columns of rank 1"),
        ({"X": X[:1], "y": ONE, "lam": 0}, ValueError, "X must .* rank 1"),
        ({"X": 0 * X, "lam": 0}, ValueError, "X must .* rank 0 .* raise lam"),
    ],
    "map_estimation.ridge_path": [
        ({"X": DEPENDENT}, ValueError, "X must .* 2 columns of rank 1"),
        ({"lams": [-1.0]}, ValueError, "lams must .* got -1"),
    ],
    "map_estimation.gradient_descent": [
        (
            {"function": lambda w: (0.0, w[:1])},
            ValueError,
            r"function must return a gradient .* \(8,\); got \(1,\)",
        ),
        ({"function": lambda w: w}, TypeError, "function must return .* loss, gradient; got"),
        ({"function": lambda w: (w, w)}, TypeError, "the loss from function must be .* got"),
        ({"learning_rate": lambda t: -1.0}, ValueError, "learning_rate must be positive .* got -1"),
    ],
    "map_estimation.stochastic_gradient_descent": [
        (
            {"function": lambda w, batch: None},
            TypeError,
            "function must return .* loss, gradient; got",
        ),
    ],
    "softmax.binary_cross_entropy_with_logits": [
        ({"logits": ONE}, ValueError, r"logits and targets must .* \(1,\) and \(3,\)"),
    ],
    "softmax.soft_cross_entropy": [
        ({"logits": ONE}, ValueError, r"\(1,\) and \(4, 3\); for integer"),
    ],
    "softmax.softmax_cross_entropy": [
        ({"labels": [0]}, ValueError, r"labels must .* \(4,\); got \(1,\)"),
        ({"logits": 1.0}, ValueError, "logits must .* single number"),
    ],
    "softmax.one_hot_squared_loss": [
        ({"labels": 0}, ValueError, r"labels must .* got \(\)"),
    ],
    "softmax.multiclass_hinge_loss": [
        ({"labels": [0]}, ValueError, r"labels must .* got \(1,\)"),
        ({"margin": SQUARE}, ValueError, r"margin .* \(3, 3\) .* \(2, 2\)"),
        ({"margin": NAN}, ValueError, "margin must be finite, got nan"),
        ({"margin": INF}, ValueError, "margin must be finite, got inf"),
    ],
    "softmax.reliability": [
        ({"labels": [0]}, ValueError, r"labels must .* \(4,\).* got \(1,\)"),
        ({"probabilities": ONE}, ValueError, r"probabilities must .* got \(1,\)"),
    ],
    "softmax.softmax_regression_loss": [
        ({"b": ONE}, ValueError, r"W must have .* b \(1,\)"),
        ({"W": SQUARE}, ValueError, r"W must have .* got W \(2, 2\)"),
        ({"labels": [0]}, ValueError, r"labels must .* got \(1,\)"),
    ],
    "softmax.softmax_regression_fit": [
        ({"labels": [0]}, ValueError, r"labels must .* shape \(1,\)"),
        ({"X": [[NAN]] * 4}, ValueError, "X must be finite, got nan"),
    ],
    "gradients.check_gradient": [
        ({"function": lambda w: w}, TypeError, "must return .* got"),
    ],
    "gradients.central_difference": [
        ({"function": lambda x: "a"}, TypeError, "loss is text"),
    ],
    "gradients.complex_step": [
        ({"function": lambda x: x.real}, TypeError, "must return complex"),
    ],
}
EACH = [(name, *misfit) for name, misfits in MISFITS.items() for misfit in misfits]


@pytest.mark.parametrize(("name", "changed", "error", "words"), EACH)
def test_arguments_that_do_not_fit_are_named(
    name: str, changed: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error) as caught:
        FUNCTIONS[name](**ARGUMENTS[name] | changed)
    assert re.search(words, str(caught.value))


def test_every_function_of_two_arrays_is_in_the_table() -> None:
    """Their shapes may not fit each other."""
    of_two = {
        name
        for name, arguments in ARGUMENTS.items()
        if sum(isinstance(value, np.ndarray) for value in arguments.values()) > 1
    }
    # An outlier may have any shape.
    assert of_two - set(MISFITS) == set()
