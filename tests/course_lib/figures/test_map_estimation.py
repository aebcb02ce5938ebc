"""What the figures of lecture 02 show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures.ridge import spread
from course_lib.map_estimation import beta_bernoulli_map
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.map_estimation import (
    BATTERS,
    FIGURES,
    PRIOR,
    SERUM,
    coin,
    penalised_fit,
    predict,
)


def test_explanations_are_bars_with_their_probability() -> None:
    likelihood, prior, posterior = draw(FIGURES["explanations"]).axes
    assert [bar.get_width() for bar in prior.patches] == PRIOR.tolist()
    assert [text.get_text() for text in posterior.texts] == ["0.8", "0.19", "0.0099", "0.0001"]
    assert {bar.get_alpha() for bar in likelihood.patches} == {1.0}, "a tie has no winner"
    assert [bar.get_alpha() == 1 for bar in prior.patches] == [True, False, False, False]


@pytest.mark.parametrize(("ones", "strength"), [(18, 100.0), (18, 0.0), (45, 7.5)])
def test_coin_shows_mle_and_map(ones: int, strength: float) -> None:
    title = (
        draw(partial(coin, n=45, share=ones / 45, prior_mode=0.25, strength=strength))
        .axes[0]
        .get_title()
    )
    outcomes = np.repeat([1, 0], [ones, 45 - ones])
    expected = beta_bernoulli_map(outcomes, 1 + strength / 4, 1 + strength * 3 / 4)
    assert title == f"MLE {ones / 45:.3f} (dotted), MAP {expected:.3f}"


def test_penalty_and_loss_add_up_to_the_objective() -> None:
    axes = draw(FIGURES["coin"]).axes[1]
    prior, likelihood, posterior = (line.get_ydata() for line in axes.lines[:3])
    assert np.ptp(prior + likelihood - posterior) == pytest.approx(0, abs=1e-9)


def test_densities_have_area_one() -> None:
    for line in draw(FIGURES["coin"]).axes[0].lines[:3]:
        assert np.trapezoid(line.get_ydata(), line.get_xdata()) == pytest.approx(1)


def test_shrinkage_marks_who_came_closer() -> None:
    axes = draw(FIGURES["shrinkage"]).axes[0]
    labels = [label.get_text() for label in axes.get_yticklabels()]
    assert [label[:-2] for label in labels] == list(BATTERS.name)
    assert sum(label.endswith("✓") for label in labels) == 14
    legend = [text.get_text() for text in axes.get_legend().get_texts()]
    assert legend[0] == "share so far (MLE): squared error 0.0753"


def test_ridge_path_names_every_curve() -> None:
    top = draw(FIGURES["ridge path"]).axes[0]
    assert [text.get_text() for text in top.texts] == SERUM


def test_names_are_spread_apart_in_their_order() -> None:
    positions = np.array([5.0, 0.0, 0.1, 0.2, -7.0])
    placed = spread(positions, gap=1.0)
    assert np.diff(np.sort(placed)).min() >= 1 - 1e-12
    assert np.argsort(placed).tolist() == np.argsort(positions).tolist()
    assert placed[[0, 4]].tolist() == [5.0, -7.0], "nobody is near, so they stay"


def test_penalised_fit_draws_the_prediction() -> None:
    axes = draw(partial(penalised_fit, log10_lam=-2.0)).axes[0]
    fit = axes.lines[-1]
    assert fit.get_ydata() == pytest.approx(predict(fit.get_xdata(), 0.01))


def test_penalty_strength_marks_the_lowest_error() -> None:
    lams = np.geomspace(0.01, 1, 21)
    error = 1 + np.log(lams / lams[5]) ** 2
    plot = partial(
        figures.plot_penalty_strength, lams, {"n = 9": error}, {"n = 9": 0.05}, ylabel="error"
    )
    axes = draw(plot).axes[0]
    marked = next(line for line in axes.lines if line.get_marker() == "o")
    assert marked.get_xdata() == [lams[5]]


def test_descent_draws_one_point_an_epoch() -> None:
    right = draw(FIGURES["descent"]).axes[1]
    assert [line.get_ydata().size for line in right.lines] == [40, 20]
    assert all(np.all(np.diff(line.get_ydata()) < 0) for line in right.lines)


def test_residuals_are_drawn_over_the_fitted_values() -> None:
    plot = FIGURES["residuals, few and with a name"]
    left, right = draw(plot).axes
    points = left.lines[1]
    assert points.get_xdata() == pytest.approx(plot.args[0])
    assert points.get_ydata() == pytest.approx(plot.args[1])
    scores = np.asarray(right.lines[-1].get_ydata())
    assert np.mean(scores**2) == pytest.approx(1)
    assert np.all(np.diff(scores) >= 0)


def test_ridge_path_shows_every_error() -> None:
    bottom = draw(FIGURES["ridge path"]).axes[1]
    assert [line.get_label() for line in bottom.lines[:2]] == ["the others", "those fitted"]


def test_no_two_weights_of_the_ridge_path_look_alike() -> None:
    curves = draw(FIGURES["ridge path"]).axes[0].lines[: len(SERUM)]
    looks = {(line.get_color(), line.get_marker()) for line in curves}
    assert len(looks) == len(SERUM)


def test_both_scales_have_area_1_and_shade_the_same_share() -> None:
    for axes in draw(FIGURES["two scales"]).axes:
        curve = axes.lines[0]
        assert np.trapezoid(curve.get_ydata(), curve.get_xdata()) == pytest.approx(1, abs=1e-3)
        outline = axes.collections[0].get_paths()[0].vertices
        x, y = outline[:, 0], outline[:, 1]
        area = abs(np.sum(x[1:] * y[:-1] - x[:-1] * y[1:])) / 2
        assert area == pytest.approx(1 - 0.8**4, abs=0.005)
    titles = [axes.get_title() for axes in draw(FIGURES["two scales"]).axes]
    assert titles == ["over w: mode at w = 1", "over the logit: mode at w = 0.8"]


def test_band_marks_the_middle_and_the_end_of_the_data() -> None:
    bottom = draw(FIGURES["band"]).axes[1]
    marks = [line for line in bottom.lines if line.get_marker() == "s"]
    assert [line.get_xdata()[0] for line in marks] == [0.5, 1.0]


def test_named_weights_stand_out() -> None:
    for axes in draw(FIGURES["two paths"]).axes:
        named = [line.get_label() for line in axes.lines if line.get_label()[0] != "_"]
        assert named == ["BMI", "triglycerides"]
        assert len(axes.lines) == len(SERUM) + 1


@pytest.mark.parametrize("name", ["circle and diamond", "circle and diamond, least"])
def test_the_fit_lies_on_the_contour_of_its_penalty(name: str) -> None:
    for axes, order in zip(draw(FIGURES[name]).axes, (2, 1), strict=True):
        (fit,) = (line for line in axes.lines if line.get_marker() == "s")
        w = np.array([fit.get_xdata()[0], fit.get_ydata()[0]])
        ball = np.array(axes.lines[0].get_data())
        sizes = np.linalg.norm(ball, order, axis=0)
        assert sizes == pytest.approx(np.linalg.norm(w, order))
