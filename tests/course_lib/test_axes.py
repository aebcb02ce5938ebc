"""How many axes the input may have, and what more of them mean."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.course_lib.edges.expected import assert_same
from tests.course_lib.ordinary import ARGUMENTS, call, parts
from tests.course_lib.public import FUNCTIONS

ELEMENTWISE, ROWS, TOGETHER, FIXED = "each number", "each row", "all together", "fixed"
AXES: dict[str, tuple[str, list[str]]] = {
    "exponential_families.log_partition": (FIXED, ["theta", "statistics"]),
    "exponential_families.maximum_entropy": (FIXED, ["statistics", "mean"]),
    "exponential_families.mean_parameters": (FIXED, ["theta", "statistics"]),
    "gradients.central_difference": (ELEMENTWISE, ["x"]),
    "gradients.check_gradient": (TOGETHER, ["x"]),
    "gradients.complex_step": (ELEMENTWISE, ["x"]),
    "information.conditional_entropy": (FIXED, ["p_xy"]),
    "information.cross_entropy": (ROWS, ["p", "q"]),
    "information.entropy": (ROWS, ["p"]),
    "information.entropy_with_logits": (ROWS, ["logits"]),
    "information.huffman_code": (FIXED, ["p"]),
    "information.jensen_gap": (FIXED, ["x", "p"]),
    "information.joint_entropy": (FIXED, ["p_xy"]),
    "information.kl_divergence": (ROWS, ["p", "q"]),
    "information.kl_with_logits": (ROWS, ["q", "logits"]),
    "information.mutual_information": (FIXED, ["p_xy"]),
    "information.perplexity": (ROWS, ["p"]),
    "likelihood.bernoulli_mle": (FIXED, ["x"]),
    "likelihood.bernoulli_nll": (FIXED, ["x"]),
    "likelihood.categorical_mle": (FIXED, ["labels"]),
    "likelihood.gaussian_log_pdf": (ELEMENTWISE, ["x"]),
    "likelihood.gaussian_mle": (FIXED, ["x"]),
    "likelihood.gaussian_nll": (FIXED, ["x"]),
    "likelihood.laplace_mle": (FIXED, ["x"]),
    "losses.absolute_loss": (ELEMENTWISE, ["y_true", "y_pred"]),
    "losses.huber_location": (FIXED, ["x"]),
    "losses.huber_loss": (ELEMENTWISE, ["y_true", "y_pred"]),
    "losses.influence": (ELEMENTWISE, ["outlier"]),
    "losses.squared_loss": (ELEMENTWISE, ["y_true", "y_pred"]),
    "losses.trimmed_mean": (FIXED, ["x"]),
    "map_estimation.beta_bernoulli_map": (FIXED, ["x"]),
    "map_estimation.gaussian_neg_log_prior": (TOGETHER, ["w"]),
    "map_estimation.gradient_descent": (TOGETHER, ["start"]),
    "map_estimation.map_discrete": (FIXED, ["log_likelihood", "log_prior"]),
    "map_estimation.posterior_discrete": (FIXED, ["log_likelihood", "log_prior"]),
    "map_estimation.ridge_fit": (FIXED, ["X", "y"]),
    "map_estimation.ridge_loss": (FIXED, ["w", "X", "y"]),
    "map_estimation.ridge_path": (FIXED, ["X", "y"]),
    "map_estimation.ridge_strength": (FIXED, []),
    "map_estimation.stochastic_gradient_descent": (TOGETHER, ["start"]),
    "softmax.binary_cross_entropy_with_logits": (TOGETHER, ["logits", "targets"]),
    "softmax.log_sigmoid": (ELEMENTWISE, ["x"]),
    "softmax.log_softmax": (ROWS, ["logits"]),
    "softmax.logsumexp": (ROWS, ["x"]),
    "softmax.multiclass_hinge_loss": (TOGETHER, ["logits", "labels"]),
    "softmax.one_hot": (ELEMENTWISE, ["labels"]),
    "softmax.one_hot_squared_loss": (TOGETHER, ["logits", "labels"]),
    "softmax.reliability": (FIXED, ["probabilities", "labels"]),
    "softmax.sigmoid": (ELEMENTWISE, ["x"]),
    "softmax.soft_cross_entropy": (TOGETHER, ["logits", "targets"]),
    "softmax.softmax": (ROWS, ["logits"]),
    "softmax.softmax_cross_entropy": (TOGETHER, ["logits", "labels"]),
    "softmax.softmax_regression_fit": (FIXED, ["X", "labels"]),
    "softmax.softmax_regression_loss": (FIXED, ["X", "labels"]),
}


def test_every_exported_function_is_in_the_table_of_axes() -> None:
    assert set(AXES) == set(FUNCTIONS)


def with_axes(name: str, copies: tuple[int, ...]) -> dict[str, Any]:
    """The data repeated along new leading axes."""
    _, data = AXES[name]
    arrays = {argument: np.asarray(ARGUMENTS[name][argument]) for argument in data}
    return {a: np.tile(v, (*copies, *[1] * v.ndim)) for a, v in arrays.items()}


@pytest.mark.parametrize("copies", [(2,), (2, 3)])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_more_axes(name: str, copies: tuple[int, ...]) -> None:
    """They repeat the result, or are more examples, or are refused."""
    axes, data = AXES[name]
    if axes in {ELEMENTWISE, ROWS}:
        for part, alone in zip(
            parts(call(name, with_axes(name, copies))), parts(call(name)), strict=True
        ):
            assert_same(part, np.tile(alone, (*copies, *[1] * np.ndim(alone))))
    elif axes == TOGETHER:
        call(name, with_axes(name, copies))
    elif data:
        with pytest.raises(ValueError, match="|".join(data)):
            call(name, with_axes(name, copies))


@pytest.mark.parametrize("name", [name for name in AXES if AXES[name][0] == ELEMENTWISE])
def test_one_number(name: str) -> None:
    """What works on each number works on a single one."""
    first = {argument: ARGUMENTS[name][argument][0] for argument in AXES[name][1]}
    for part, several in zip(parts(call(name, first)), parts(call(name)), strict=True):
        assert_same(part, several[0])


@pytest.mark.parametrize("name", [name for name in AXES if AXES[name][0] == ROWS])
def test_one_row(name: str) -> None:
    """What works on each row works on a single one."""
    first = {argument: ARGUMENTS[name][argument][0] for argument in AXES[name][1]}
    for part, several in zip(parts(call(name, first)), parts(call(name)), strict=True):
        assert_same(part, several[0])
