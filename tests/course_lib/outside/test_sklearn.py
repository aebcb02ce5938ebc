"""scikit-learn's own table of losses at specific values, run against ours.

The table holds loss objects. Each is replaced by one that calls our function in its place; a loss
that the course does not have is listed. We have no second derivatives: only the sigmoid's is
compared, as σ(o)·σ(−o).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from course_lib import losses, softmax
from tests.course_lib.outside.tables import Case, Counted, cases_of, installed_module

Function = Callable[[Any, Any], Any]


@dataclass(frozen=True)
class Ours:
    """A scikit-learn loss with our function inside: (y_true, raw_prediction) → loss, gradient."""

    function: Counted
    second_derivative: Counted | None = None

    def __call__(self, y_true: Any, raw_prediction: Any) -> Any:
        return self.function(y_true, raw_prediction)[0]

    def gradient(self, y_true: Any, raw_prediction: Any) -> Any:
        return self.function(y_true, raw_prediction)[1]

    def loss_gradient(self, y_true: Any, raw_prediction: Any) -> Any:
        return self.function(y_true, raw_prediction)

    def gradient_hessian(self, y_true: Any, raw_prediction: Any) -> Any:
        gradient = self.gradient(y_true, raw_prediction)
        return gradient, self.second_derivative and self.second_derivative(raw_prediction)


def halved_absolute(y_true: Any, y_pred: Any) -> Any:
    """The pinball loss for the median is half the absolute loss."""
    return tuple(part / 2 for part in losses.absolute_loss(y_true, y_pred))


def binomial(y_true: Any, raw: Any) -> Any:
    return softmax.binary_cross_entropy_with_logits(raw, y_true)


def multinomial(y_true: Any, raw: Any) -> Any:
    """Labels are floats in scikit-learn."""
    return softmax.softmax_cross_entropy(raw, y_true.astype(int))


def slope_of_sigmoid(raw: Any) -> Any:
    return softmax.sigmoid(raw) * softmax.sigmoid(-raw)


def ours(theirs: Any) -> Ours | None:
    """Our loss in place of scikit-learn's; None where the course has none."""
    name = type(theirs).__name__
    if name == "HuberLoss":
        delta = theirs.closs.delta
        return Ours(Counted(lambda y, raw: losses.huber_loss(y, raw, delta)))
    if name == "PinballLoss":
        return Ours(Counted(halved_absolute)) if theirs.closs.quantile == 0.5 else None
    if name == "HalfBinomialLoss":
        return Ours(Counted(binomial), Counted(slope_of_sigmoid))
    known: dict[str, Function] = {
        "HalfSquaredError": losses.squared_loss,
        "AbsoluteError": losses.absolute_loss,
        "HalfMultinomialLoss": multinomial,
    }
    return Ours(Counted(known[name])) if name in known else None


LEFT_OUT = {"PinballLoss", "HalfPoissonLoss", "HalfGammaLoss", "HalfTweedieLoss"} | {
    "HalfTweedieLossIdentity"
}
"""Losses of the table that the course does not have: of other quantiles, of other distributions."""

TABLE: Any = installed_module("sklearn._loss.tests.test_loss").test_loss_on_specific_values


def applicable() -> list[Case]:
    found = []
    for case in cases_of(TABLE):
        values: dict[str, Any] = case.test.keywords
        loss = ours(values["loss"])
        if loss is not None:
            hessian = values["hessian_true"] if loss.second_derivative else None
            test = functools.partial(TABLE, **values | {"loss": loss, "hessian_true": hessian})
            found.append(Case(case.name, test, (loss.function,)))
    return found


CASES = applicable()


@pytest.mark.parametrize("case", CASES, ids=range(len(CASES)))
def test_ours_pass_what_scikit_learn_asks_of_its_own(case: Case) -> None:
    assert case.run() >= 4, "the test did not call our function for each of its four results"


def test_the_table_has_not_shrunk() -> None:
    assert len(CASES) >= 29


def test_what_is_left_out_is_listed() -> None:
    losses_of_table = [case.test.keywords["loss"] for case in cases_of(TABLE)]
    assert {type(loss).__name__ for loss in losses_of_table if ours(loss) is None} == LEFT_OUT
