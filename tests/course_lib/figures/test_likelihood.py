"""What the figures of lecture 01 show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib.likelihood import gaussian_log_pdf, gaussian_nll
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.likelihood import (
    CANDIDATES,
    FIGURES,
    LIGHT,
    MU,
    SIGMA,
    density,
    fit,
    interval,
)


def test_density_has_its_top_at_mu() -> None:
    axes = draw(partial(density, mu=2.0, sigma=0.5)).axes[0]
    assert axes.get_title().endswith(f"{1 / (0.5 * np.sqrt(2 * np.pi)):.3f}")
    curve = axes.lines[1]
    assert curve.get_xdata()[np.argmax(curve.get_ydata())] == pytest.approx(2.0)


def test_every_reading_has_a_stem_as_high_as_its_density() -> None:
    for axes, (mu, sigma) in zip(
        draw(FIGURES["candidates"]).axes, CANDIDATES.values(), strict=True
    ):
        heights = [segment[1, 1] for segment in axes.collections[0].get_segments()]
        assert heights == pytest.approx(np.exp(gaussian_log_pdf(LIGHT, mu, sigma**2)))


def test_rug_is_as_deep_as_readings_repeat() -> None:
    rug = draw(FIGURES["candidates"]).axes[0].collections[1].get_segments()
    values, counts = np.unique(LIGHT, return_counts=True)
    depths = np.array([-segment[0, 1] for segment in rug])
    assert [segment[0, 0] for segment in rug] == values.tolist()
    assert depths / depths.min() == pytest.approx(counts)


def test_candidates_are_compared_by_their_log_likelihood() -> None:
    titles = [axes.get_title() for axes in draw(FIGURES["candidates"]).axes]
    assert titles[-1] == "best: μ = 26.2, σ = 10.7; log-likelihood −249.9"


def test_prices_add_up_to_the_nll() -> None:
    prices = draw(partial(fit, mu=20.0, sigma=15.0)).axes[1]
    nll, *_ = gaussian_nll(LIGHT, 20.0, 15.0**2)
    assert prices.get_title().startswith(f"NLL = {nll:.2f} nats")
    assert prices.get_title().endswith("for the reading −44")
    stems = prices.collections[0].get_segments()
    assert sum(stem[1, 1] for stem in stems) == pytest.approx(nll)
    assert len({stem[0, 0] for stem in stems}) == len(stems), "no stem hides another"
    assert len(prices.lines[1].get_xdata()) == LIGHT.size, "a square for each reading"


def test_contours_meet_the_valleys_at_the_minimum() -> None:
    axes = draw(FIGURES["contours"]).axes[0]
    star = next(line for line in axes.lines if line.get_marker() == "*")
    assert (star.get_xdata()[0], star.get_ydata()[0]) == (MU, SIGMA)
    assert axes.get_yscale() == "log"


def test_dice_are_held_against_the_bell_of_their_mean_and_variance() -> None:
    one, two, *_ = draw(FIGURES["dice"]).axes
    assert one.get_title() == "1 die: largest gap 8.7 points"
    assert [bar.get_height() for bar in one.patches] == pytest.approx([100 / 6] * 6)
    assert two.get_title() == "2 dice: largest gap 1.4 points"


@pytest.mark.parametrize(("n", "k"), [(45, 18), (100, 90)])
def test_interval_ends_where_the_nll_has_risen_by_1_92(n: int, k: int) -> None:
    axes = draw(partial(interval, n=n, k=k)).axes[0]
    bars = [line for line in axes.lines if len(set(line.get_ydata())) == 1 < len(line.get_xdata())]
    low, high = next(line for line in bars if line.get_ydata()[0] < 0).get_xdata()
    for p in (low, high):
        above = k * np.log(k / n / p) + (n - k) * np.log((1 - k / n) / (1 - p))
        assert above == pytest.approx(1.92, abs=0.03)
    assert f"NLL {low:.3f} to {high:.3f}" in axes.get_title()


def test_three_of_three_have_no_parabola() -> None:
    axes = draw(partial(interval, n=3, k=3)).axes[0]
    assert [line.get_label() for line in axes.lines if line.get_label()[0] != "_"] == [
        "NLL",
        "p̂ = 1",
    ]
    assert axes.get_title() == "3 of 3: NLL 0.527 to 1.000; p̂ ± 1.96 s: 1.000 to 1.000"


def test_shares_lie_under_their_bell() -> None:
    for axes in draw(FIGURES["shares"]).axes:
        assert sum(bar.get_height() for bar in axes.patches) == pytest.approx(100)
        bell = max(axes.lines[0].get_ydata())
        assert max(bar.get_height() for bar in axes.patches) == pytest.approx(bell, rel=0.25)


def test_variance_estimates_are_drawn_with_mean_and_expectation() -> None:
    axes = draw(FIGURES["variance estimates"]).axes
    assert [each.get_title() for each in axes] == [
        "n = 2: (n − 1)/n · σ² = 0.500",
        "n = 5: (n − 1)/n · σ² = 0.800",
        "n = 20: (n − 1)/n · σ² = 0.950",
    ]
    for each in axes:
        assert sum(bar.get_height() for bar in each.patches) == pytest.approx(100)


def test_only_the_outlier_is_labelled_with_its_z() -> None:
    axes = draw(FIGURES["normal quantiles"]).axes[0]
    assert [text.get_text() for text in axes.texts] == ["z = −6.6"]
