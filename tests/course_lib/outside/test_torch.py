"""PyTorch as a second oracle, where it is right: values, and gradients by its autograd.

PyTorch is no dependency of the project; `make bench` has it, and runs this file. Inputs are
ordinary: at confident logits PyTorch's own cross-entropy is 0 where the truth is 4e-18.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numpy.testing import assert_allclose

from course_lib import exponential_families, information, likelihood, losses, map_estimation
from course_lib import softmax as s

torch: Any = pytest.importorskip("torch")
F = torch.nn.functional

rng = np.random.default_rng(0)
N, K, D = 7, 5, 3
y_true, y_pred = rng.normal(size=(2, N)) * 3
logits, labels = rng.normal(size=(N, K)) * 3, rng.integers(0, K, N)
binary = rng.integers(0, 2, N).astype(float)
targets, other = rng.dirichlet(np.ones(K), (2, N))
X, W, b = rng.normal(size=(N, D)), rng.normal(size=(D, K)), rng.normal(size=K)
statistics, theta = rng.normal(size=(K, D)), rng.normal(size=D)
DELTA, LAM, MU, SIGMA2 = 1.7, 0.3, 0.4, 2.3


def tensor(value: Any) -> Any:
    return torch.tensor(np.asarray(value))  # of a Python float PyTorch makes a float32


def normal(mu: Any, sigma2: float) -> Any:
    return torch.distributions.Normal(mu, tensor(sigma2).sqrt())


# ── Losses with a gradient: ours, PyTorch's, and the argument that is differentiated ──────────────


def per_example(name: str, **options: Any) -> Callable[[Any], Any]:
    function = getattr(F, name)
    return lambda p: function(p, tensor(y_true), reduction="none", **options)


def regression(parameters: Any) -> Any:
    w = parameters.reshape(D, K)
    cross_entropy = F.cross_entropy(tensor(X) @ w + tensor(b), tensor(labels))
    return cross_entropy + LAM / 2 * (w**2).sum()


def gaussian(mu: Any) -> Any:
    return -normal(mu, SIGMA2).log_prob(tensor(y_true)).sum()


def gaussian_in_variance(sigma2: Any) -> Any:
    return F.gaussian_nll_loss(
        tensor(np.full(N, MU)),
        tensor(y_true),
        sigma2.expand(N),
        full=True,
        reduction="sum",
    )


GRADIENTS: dict[str, tuple[Callable[[], Any], Callable[[Any], Any], Any]] = {
    "squared_loss": (
        lambda: losses.squared_loss(y_true, y_pred),
        lambda p: per_example("mse_loss")(p) / 2,
        y_pred,
    ),
    "absolute_loss": (
        lambda: losses.absolute_loss(y_true, y_pred),
        per_example("l1_loss"),
        y_pred,
    ),
    "huber_loss": (
        lambda: losses.huber_loss(y_true, y_pred, DELTA),
        per_example("huber_loss", delta=DELTA),
        y_pred,
    ),
    "softmax_cross_entropy": (
        lambda: s.softmax_cross_entropy(logits, labels),
        lambda o: F.cross_entropy(o, tensor(labels)),
        logits,
    ),
    "soft_cross_entropy": (
        lambda: s.soft_cross_entropy(logits, targets),
        lambda o: F.cross_entropy(o, tensor(targets)),
        logits,
    ),
    "binary_cross_entropy_with_logits": (
        lambda: s.binary_cross_entropy_with_logits(logits, targets),
        # PyTorch divides by the number of labels, too.
        lambda o: K * F.binary_cross_entropy_with_logits(o, tensor(targets)),
        logits,
    ),
    "multiclass_hinge_loss": (
        lambda: s.multiclass_hinge_loss(logits, labels, 1.5),
        # PyTorch divides by the number of classes.
        lambda o: K * F.multi_margin_loss(o, tensor(labels), margin=1.5),
        logits,
    ),
    "one_hot_squared_loss": (
        lambda: s.one_hot_squared_loss(logits, labels),
        lambda o: F.mse_loss(o, F.one_hot(tensor(labels), K).double(), reduction="sum") / (2 * N),
        logits,
    ),
    "softmax_regression_loss": (
        lambda: s.softmax_regression_loss(W, b, X, labels, LAM)[:2],
        regression,
        W,
    ),
    "ridge_loss": (
        lambda: map_estimation.ridge_loss(theta, X, y_true, LAM),
        lambda w: F.mse_loss(tensor(X) @ w, tensor(y_true)) / 2 + LAM / 2 * (w @ w),
        theta,
    ),
    "gaussian_neg_log_prior": (
        lambda: map_estimation.gaussian_neg_log_prior(theta, SIGMA2),
        lambda w: -normal(tensor(0.0), SIGMA2).log_prob(w).sum(),
        theta,
    ),
    "gaussian_nll in mu": (
        lambda: likelihood.gaussian_nll(y_true, MU, SIGMA2)[:2],
        gaussian,
        np.array(MU),
    ),
    "gaussian_nll in sigma2": (
        lambda: likelihood.gaussian_nll(y_true, MU, SIGMA2)[::2],
        gaussian_in_variance,
        np.array(SIGMA2),
    ),
    "bernoulli_nll": (
        lambda: likelihood.bernoulli_nll(binary, 0.7),
        lambda o: -torch.distributions.Bernoulli(logits=o).log_prob(tensor(binary)).sum(),
        np.array(0.7),
    ),
    "entropy_with_logits": (
        lambda: information.entropy_with_logits(logits),
        lambda o: torch.distributions.Categorical(logits=o).entropy(),
        logits,
    ),
    "kl_with_logits": (
        lambda: information.kl_with_logits(targets, logits),
        lambda o: F.kl_div(F.log_softmax(o, -1), tensor(targets), reduction="none").sum(-1),
        logits,
    ),
    "log_partition and its gradient": (
        lambda: (
            exponential_families.log_partition(theta, statistics),
            exponential_families.mean_parameters(theta, statistics),
        ),
        lambda t: torch.logsumexp(tensor(statistics) @ t, 0),
        theta,
    ),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_loss_and_gradient(name: str) -> None:
    ours, theirs, point = GRADIENTS[name]
    loss, gradient = ours()
    variable = torch.tensor(point, requires_grad=True)
    value = theirs(variable)
    value.sum().backward()
    assert_allclose(loss, value.detach().numpy(), rtol=1e-12, atol=1e-15)
    assert_allclose(gradient, variable.grad.numpy(), rtol=1e-11, atol=1e-15)


# ── Functions without a gradient of their own ─────────────────────────────────────────────────────

VALUES: dict[str, tuple[Callable[[], Any], Callable[[], Any]]] = {
    "sigmoid": (lambda: s.sigmoid(logits), lambda: torch.sigmoid(tensor(logits))),
    "log_sigmoid": (lambda: s.log_sigmoid(logits), lambda: F.logsigmoid(tensor(logits))),
    "softmax": (lambda: s.softmax(logits), lambda: F.softmax(tensor(logits), -1)),
    "softmax along axis 0": (
        lambda: s.softmax(logits, axis=0),
        lambda: F.softmax(tensor(logits), 0),
    ),
    "log_softmax": (lambda: s.log_softmax(logits), lambda: F.log_softmax(tensor(logits), -1)),
    "logsumexp": (lambda: s.logsumexp(logits), lambda: torch.logsumexp(tensor(logits), -1)),
    "one_hot": (lambda: s.one_hot(labels, K), lambda: F.one_hot(tensor(labels), K)),
    "gaussian_log_pdf": (
        lambda: likelihood.gaussian_log_pdf(y_true, MU, SIGMA2),
        lambda: normal(tensor(MU), SIGMA2).log_prob(tensor(y_true)),
    ),
    "gaussian_mle": (
        lambda: likelihood.gaussian_mle(y_true)[1],
        lambda: torch.var(tensor(y_true), correction=0),
    ),
    "entropy": (
        lambda: information.entropy(targets),
        lambda: torch.special.entr(tensor(targets)).sum(-1),
    ),
    "perplexity": (
        lambda: information.perplexity(targets),
        lambda: torch.distributions.Categorical(tensor(targets)).perplexity(),
    ),
    "cross_entropy": (
        lambda: information.cross_entropy(targets, other),
        lambda: -(tensor(targets) * tensor(other).log()).sum(-1),
    ),
    "kl_divergence": (
        lambda: information.kl_divergence(targets, other),
        # PyTorch takes the logarithm of the estimate first, then the truth.
        lambda: F.kl_div(tensor(other).log(), tensor(targets), reduction="none").sum(-1),
    ),
}


@pytest.mark.parametrize("name", VALUES)
def test_value(name: str) -> None:
    ours, theirs = VALUES[name]
    assert_allclose(ours(), theirs().numpy(), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_minimiser_of_the_regression_has_no_slope_for_autograd(dtype: Any) -> None:
    y = np.arange(N) % K
    weights, bias = s.softmax_regression_fit(X.astype(dtype), y, LAM)
    variables = [torch.tensor(part, requires_grad=True) for part in (weights, bias)]
    o = tensor(X.astype(dtype).astype(float)) @ variables[0] + variables[1]
    (F.cross_entropy(o, tensor(y)) + LAM / 2 * (variables[0] ** 2).sum()).backward()
    for variable in variables:
        assert_allclose(variable.grad.numpy(), 0, atol=1e-9)
