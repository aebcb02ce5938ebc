"""What the figures of the divergence show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib.information import jensen_gap, kl_divergence, kl_with_logits
from course_lib.softmax import softmax
from tests.course_lib.figures.divergences import FIGURES, HUMPS, TARGET, X, fit, jensen, minus_log
from tests.course_lib.figures.drawing import draw


@pytest.mark.parametrize(("location", "scale"), [(0.0, 2.0), (-4.0, 0.4), (4.0, 3.0)])
def test_terms_of_both_directions_sum_to_the_divergences(location: float, scale: float) -> None:
    bottom = draw(partial(fit, location=location, scale=scale)).axes[1]
    q = softmax(-(((X - location) / scale) ** 2) / 2)
    forward, reverse = bottom.lines[0].get_ydata(), bottom.lines[1].get_ydata()
    assert np.sum(forward) == pytest.approx(kl_divergence(HUMPS, q, base=2))
    assert np.sum(reverse) == pytest.approx(kl_divergence(q, HUMPS, base=2))


def test_gap_of_jensen() -> None:
    axes = draw(partial(jensen, weight=0.4)).axes[0]
    gap = jensen_gap(minus_log, [0.25, 4.0], [0.6, 0.4])
    assert axes.get_title() == f"E[X] = 1.750; gap {gap:.3f}"


def test_bars_end_at_the_cross_entropy() -> None:
    axes = draw(FIGURES["cross-entropy"]).axes[0]
    ends = [bar.get_x() + bar.get_width() for bar in axes.patches[3:]]
    assert ends == pytest.approx([1.585, 1.381, 1.361])


def test_gradient_is_the_slope_of_the_tangent() -> None:
    left, right = draw(FIGURES["logits"]).axes
    divergence, gradient = kl_with_logits(TARGET, [0.0, 1.0, -1.0])
    tangent = right.lines[1]
    rise, run = np.ptp(tangent.get_ydata()), np.ptp(tangent.get_xdata())
    assert -rise / run == pytest.approx(gradient[1])
    assert right.lines[2].get_ydata()[0] == pytest.approx(divergence)
    assert [text.get_text() for text in left.texts] == ["+0.24", "−0.23", "−0.01"]
