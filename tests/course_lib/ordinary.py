"""Ordinary arguments for every exported function, and what kind of thing each of them is.

Tests of what must hold for all functions (forms of the input, errors) start from these. Numbers are
whole, so that an integer array holds the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from tests.course_lib.edges.expected import plain
from tests.course_lib.public import FUNCTIONS

LOGITS = np.array([[3.0, -1.0, 2.0], [0.0, 4.0, -2.0], [1.0, 1.0, 5.0], [2.0, -3.0, 0.0]])
LABELS = np.array([0, 1, 2, 1])
P = np.array([[0.5, 0.25, 0.25], [0.125, 0.75, 0.125], [0.25, 0.25, 0.5], [1.0, 0.0, 0.0]])
Q = np.array([[0.25, 0.5, 0.25], [0.5, 0.25, 0.25], [0.125, 0.125, 0.75], [0.5, 0.25, 0.25]])
TABLE = np.array([[0.25, 0.125, 0.0], [0.125, 0.25, 0.25]])
X = np.array([[1.0, 2.0], [3.0, -1.0], [0.0, 4.0], [2.0, 2.0]])
Y, PREDICTED = np.array([3.0, -1.0, 4.0, 1.0]), np.array([1.0, -2.0, 9.0, 1.0])
SAMPLE = np.array([3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0])
OUTCOMES = np.array([1.0, 0.0, 0.0, 1.0, 1.0])
W, BIAS = np.array([[1.0, 0.0, -2.0], [3.0, 1.0, 0.0]]), np.array([1.0, 0.0, -1.0])
STATISTICS = np.array([[1.0, 0.0], [0.0, 2.0], [-1.0, -1.0], [2.0, 1.0]])


def square(x: Any) -> Any:
    return x**2


def half_square(w: Any, *_: Any) -> Any:
    return (w**2).sum() / 2, w


ARGUMENTS: dict[str, dict[str, Any]] = {
    "exponential_families.log_partition": {
        "theta": np.array([1.0, -1.0]),
        "statistics": STATISTICS,
    },
    "exponential_families.mean_parameters": {
        "theta": np.array([1.0, -1.0]),
        "statistics": STATISTICS,
    },
    "exponential_families.maximum_entropy": {
        "statistics": STATISTICS,
        "mean": np.array([0.0, 0.0]),
    },
    "gradients.central_difference": {"function": square, "x": SAMPLE, "step": 1e-5},
    "gradients.check_gradient": {"function": half_square, "x": SAMPLE, "rtol": 1e-6, "step": 1e-5},
    "gradients.complex_step": {"function": square, "x": SAMPLE, "step": 1e-20},
    "information.conditional_entropy": {"p_xy": TABLE, "base": 2.0},
    "information.cross_entropy": {"p": P, "q": Q, "base": 2.0, "axis": -1},
    "information.entropy": {"p": P, "base": 2.0, "axis": -1},
    "information.entropy_with_logits": {"logits": LOGITS},
    "information.huffman_code": {"p": P[0]},
    "information.jensen_gap": {"psi": square, "x": np.array([1.0, 2.0, 4.0]), "p": P[0]},
    "information.joint_entropy": {"p_xy": TABLE, "base": 2.0},
    "information.kl_divergence": {"p": P, "q": Q, "base": 2.0, "axis": -1},
    "information.kl_with_logits": {"q": P, "logits": LOGITS},
    "information.mutual_information": {"p_xy": TABLE, "base": 2.0},
    "information.perplexity": {"p": P, "axis": -1},
    "likelihood.bernoulli_mle": {"x": OUTCOMES},
    "likelihood.bernoulli_nll": {"x": OUTCOMES, "logit": 0.5},
    "likelihood.categorical_mle": {"labels": LABELS, "k": 3},
    "likelihood.gaussian_log_pdf": {"x": SAMPLE, "mu": 2.0, "sigma2": 3.0},
    "likelihood.gaussian_mle": {"x": SAMPLE},
    "likelihood.gaussian_nll": {"x": SAMPLE, "mu": 2.0, "sigma2": 3.0},
    "likelihood.laplace_mle": {"x": SAMPLE},
    "losses.absolute_loss": {"y_true": Y, "y_pred": PREDICTED},
    "losses.huber_location": {"x": SAMPLE, "delta": 1.5},
    "losses.huber_loss": {"y_true": Y, "y_pred": PREDICTED, "delta": 1.5},
    "losses.influence": {"estimator": np.median, "x": SAMPLE, "outlier": np.array([0.0, 99.0])},
    "losses.squared_loss": {"y_true": Y, "y_pred": PREDICTED},
    "losses.trimmed_mean": {"x": SAMPLE, "alpha": 0.25},
    "map_estimation.beta_bernoulli_map": {"x": OUTCOMES, "a": 2.0, "b": 3.0},
    "map_estimation.gaussian_neg_log_prior": {"w": SAMPLE, "sigma2": 2.0},
    "map_estimation.gradient_descent": {
        "function": half_square,
        "start": SAMPLE,
        "learning_rate": 0.5,
        "steps": 2,
    },
    "map_estimation.map_discrete": {
        "log_likelihood": np.array([-1.0, -2.0, 0.0]),
        "log_prior": np.array([0.0, -1.0, -3.0]),
    },
    "map_estimation.posterior_discrete": {
        "log_likelihood": np.array([-1.0, -2.0, 0.0]),
        "log_prior": np.array([0.0, -1.0, -3.0]),
    },
    "map_estimation.ridge_fit": {"X": X, "y": Y, "lam": 0.5},
    "map_estimation.ridge_loss": {"w": np.array([1.0, -2.0]), "X": X, "y": Y, "lam": 0.5},
    "map_estimation.ridge_path": {"X": X, "y": Y, "lams": np.array([0.0, 1.0])},
    "map_estimation.ridge_strength": {"sigma2": 2.0, "prior_sigma2": 3.0, "n": 5},
    "map_estimation.stochastic_gradient_descent": {
        "function": half_square,
        "start": SAMPLE,
        "learning_rate": 0.5,
        "n": 4,
        "batch_size": 2,
        "epochs": 2,
        "rng": np.random.default_rng(0),
    },
    "softmax.binary_cross_entropy_with_logits": {
        "logits": LOGITS[0],
        "targets": np.array([1.0, 0.0, 1.0]),
        "check": True,
    },
    "softmax.log_sigmoid": {"x": SAMPLE},
    "softmax.log_softmax": {"logits": LOGITS, "axis": -1},
    "softmax.logsumexp": {"x": LOGITS, "axis": -1, "keepdims": False},
    "softmax.multiclass_hinge_loss": {
        "logits": LOGITS,
        "labels": LABELS,
        "margin": np.array([[0.0, 1.0, 2.0], [1.0, 0.0, 3.0], [2.0, 1.0, 0.0]]),
    },
    "softmax.one_hot": {"labels": LABELS, "k": 3},
    "softmax.one_hot_squared_loss": {"logits": LOGITS, "labels": LABELS},
    "softmax.reliability": {"probabilities": P, "labels": LABELS, "bins": 2},
    "softmax.sigmoid": {"x": SAMPLE},
    "softmax.soft_cross_entropy": {"logits": LOGITS, "targets": P, "check": True},
    "softmax.softmax": {"logits": LOGITS, "axis": -1},
    "softmax.softmax_cross_entropy": {"logits": LOGITS, "labels": LABELS},
    "softmax.softmax_regression_fit": {"X": X, "labels": LABELS, "lam": 0.5},
    "softmax.softmax_regression_loss": {
        "W": W,
        "b": BIAS,
        "X": X,
        "labels": LABELS,
        "lam": 0.5,
    },
}

SAME_EVERYWHERE = {
    "W": "reals",
    "X": "matrix",
    "alpha": "number",
    "axis": "axis",
    "b": "reals",
    "base": "number",
    "batch_size": "count",
    "bins": "count",
    "check": "flag",
    "delta": "positive",
    "epochs": "count",
    "estimator": "function",
    "function": "function",
    "k": "count",
    "keepdims": "flag",
    "labels": "labels",
    "lam": "nonnegative",
    "lams": "vector",
    "learning_rate": "positive",
    "log_likelihood": "vector",
    "log_prior": "vector",
    "logit": "number",
    "logits": "reals",
    "margin": "reals",
    "mean": "reals",
    "mu": "number",
    "n": "count",
    "outlier": "reals",
    "p": "distribution",
    "p_xy": "distribution",
    "prior_sigma2": "positive",
    "probabilities": "distribution",
    "psi": "function",
    "q": "distribution",
    "rng": "generator",
    "rtol": "positive",
    "sigma2": "positive",
    "start": "reals",
    "statistics": "reals",
    "step": "positive",
    "steps": "count",
    "theta": "reals",
    "w": "reals",
    "x": "reals",
    "y": "vector",
    "y_pred": "reals",
    "y_true": "reals",
}
ONE_SAMPLE = {"gaussian_mle", "laplace_mle", "bernoulli_mle", "trimmed_mean", "huber_location"}


def kind(function: str, argument: str) -> str:
    """What an argument is made of; names mean the same nearly everywhere."""
    name = function.rpartition(".")[2]
    if argument == "x" and (name in ONE_SAMPLE or name == "influence"):
        return "sample"
    if argument == "x" and name in {"gaussian_nll", "bernoulli_nll", "beta_bernoulli_map"}:
        return "vector"
    if argument == "w" and name == "ridge_loss":
        return "vector"
    if argument == "labels" and name == "softmax_regression_fit":
        return "labels of all classes"
    if argument == "targets":
        return "distribution" if name == "soft_cross_entropy" else "probability"
    if argument in {"a", "b"} and name == "beta_bernoulli_map":
        return "positive"
    return SAME_EVERYWHERE[argument]


ARRAYS = {"reals", "matrix", "vector", "sample", "distribution", "probability"} | {
    "labels",
    "labels of all classes",
}


def call(name: str, changed: dict[str, Any] | None = None) -> Any:
    """The result for the ordinary arguments, some of them changed; a report as a tuple."""
    arguments = ARGUMENTS[name] | (changed or {})
    if "rng" in arguments:
        arguments["rng"] = np.random.default_rng(0)
    return plain(FUNCTIONS[name](**arguments))


def parts(result: Any) -> Iterator[Any]:
    """The arrays and numbers in a result, one after the other."""
    if isinstance(result, tuple):
        for part in result:
            yield from parts(part)
    else:
        yield result
