"""What the figures of exponential families show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib.exponential_families import log_partition, mean_parameters
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.exponential_families import FACES, FIGURES, die, matching, partition


@pytest.mark.parametrize("theta", [-3.0, 0.5])
def test_tangent_of_the_log_partition_function_has_the_mean_as_slope(theta: float) -> None:
    left, right = draw(partial(partition, FACES, theta=theta)).axes
    mean = float(mean_parameters(theta, FACES))
    tangent = left.lines[1]
    assert np.ptp(tangent.get_ydata()) / np.ptp(tangent.get_xdata()) == pytest.approx(mean)
    assert left.lines[2].get_ydata()[0] == pytest.approx(log_partition(theta, FACES))
    assert right.lines[-1].get_ydata()[0] == pytest.approx(mean)


def test_jaynes_die() -> None:
    left, right = draw(partial(die, mean=4.5)).axes
    heights = [bar.get_height() for bar in left.patches]
    assert np.dot(heights, FACES) == pytest.approx(4.5)
    assert left.get_title() == "mean 4.50: H = 2.328 of 2.585 bits"
    assert right.get_title() == "θ = 0.3710"


def test_dice_are_titled_by_mean_and_entropy() -> None:
    titles = [axes.get_title() for axes in draw(FIGURES["dice"]).axes]
    assert titles == [
        "fours and fives\nmean 4.50, 1.000 bits",
        "ones and sixes\nmean 4.50, 0.881 bits",
        "maximum entropy\nmean 4.50, 2.328 bits",
    ]


def test_likelihood_is_flat_where_the_moments_match() -> None:
    path = np.linspace(-1, 1, 2001)
    means = [float(mean_parameters(theta, FACES - 3.5)) for theta in path]
    matched = float(np.interp(0.0983, means, path))
    top, bottom = draw(partial(matching, theta=matched)).axes
    assert top.get_title().endswith("slope +0.000")
    assert bottom.lines[-1].get_ydata()[0] == pytest.approx(0.0983, abs=1e-6)
    likelihood = np.asarray(top.lines[0].get_ydata())
    assert top.lines[2].get_ydata()[0] >= likelihood.max()


def test_densities_carry_their_entropies() -> None:
    texts = draw(FIGURES["densities"]).axes[0].get_legend().get_texts()
    assert [text.get_text() for text in texts] == ["normal: 1.419 nats", "flat: 2.079 nats"]


def test_each_model_has_a_marker_for_each_face() -> None:
    axes = draw(FIGURES["fits"]).axes[0]
    fair = next(line for line in axes.lines if line.get_label() == "fair")
    assert fair.get_ydata() == pytest.approx(np.full(6, 1 / 6))
