"""What the figures of lecture 03 show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib import figures
from course_lib.figures import style
from course_lib.losses import absolute_loss, huber_loss, squared_loss
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.losses import FIGURES, TEN, forces, movable_outlier, triptych


def test_triptych_shows_loss_gradient_and_density() -> None:
    loss, gradient, density = draw(partial(triptych, delta=2.0)).axes
    r = np.linspace(-4, 4, 801)
    expected_loss, expected_gradient = huber_loss(np.zeros_like(r), r, 2.0)
    curves = [
        next(
            line for line in axes.lines if line.get_color() == style.GREEN and line.get_ls() == "-."
        )
        for axes in (loss, gradient, density)
    ]
    assert curves[0].get_ydata() == pytest.approx(expected_loss)
    assert curves[1].get_ydata() == pytest.approx(expected_gradient)
    assert curves[2].get_ydata() == pytest.approx(np.exp(-expected_loss))


def test_triptych_breaks_the_curve_where_the_gradient_jumps() -> None:
    gradient = draw(partial(figures.plot_loss_triptych, absolute_loss, name="L1")).axes[1]
    assert any(np.isnan(np.asarray(line.get_ydata(), dtype=float)).any() for line in gradient.lines)


def test_pulls_balance_at_the_mean() -> None:
    pulls = draw(partial(forces, location=float(TEN.mean()))).axes[1]
    assert pulls.get_title() == "← 84.60 left   |   right 84.60 →"


def test_pulls_are_minus_the_gradient() -> None:
    bars = draw(partial(forces, location=20.0)).axes[1].patches
    assert [bar.get_width() for bar in bars] == pytest.approx(np.sort(TEN) - 20.0)


def test_springs_hang_between_the_bar_and_the_readings() -> None:
    top, bottom = draw(FIGURES["springs, half-way"]).axes
    theta = top.lines[-1].get_xdata()[0]
    springs = top.collections[0].get_segments()
    assert [spring[0][0] for spring in springs] == pytest.approx([theta] * 10)
    assert [spring[-1][0] for spring in springs] == pytest.approx(np.sort(TEN))
    assert bottom.lines[-1].get_xdata()[0] == theta
    assert len(bottom.lines[0].get_xdata()) == 21
    price = squared_loss(TEN, np.full(10, theta))[0].mean()
    assert top.get_title().endswith(f"mean loss {price:.2f}")


def test_total_loss_is_marked_at_its_minimum() -> None:
    axes = draw(partial(figures.plot_total_loss, TEN, {"L2": squared_loss})).axes[0]
    assert axes.lines[1].get_xdata()[0] == pytest.approx(TEN.mean(), abs=0.2)


def test_clipped_points_pull_and_cut_points_do_not() -> None:
    huber, trimmed = draw(FIGURES["clip or cut"]).axes
    pulls = [bar.get_width() for bar in huber.patches]
    assert sum(pulls) == pytest.approx(0)
    assert [pulls[0], pulls[1], pulls[-1]] == pytest.approx([-10, -10, 10])
    kept = [bar.get_width() for bar in trimmed.patches]
    assert sum(kept) == pytest.approx(0)
    assert kept[:2] == kept[-2:] == [0, 0]


def test_moved_point_moves_the_mean() -> None:
    def legend(outlier: float) -> str:
        moved = draw(partial(movable_outlier, outlier=outlier)).axes[1]
        return moved.get_legend().get_texts()[0].get_text()

    assert legend(-44.0) == f"mean: {(TEN.sum() - 44) / 11:.2f}"
    assert legend(100.0) == f"mean: {(TEN.sum() + 100) / 11:.2f}"


def test_lines_are_drawn_with_their_slope_in_the_legend() -> None:
    texts = [text.get_text() for text in draw(FIGURES["lines"]).axes[0].get_legend().get_texts()]
    assert "least squares: slope 5.04" in texts


def test_sample_is_not_changed() -> None:
    sample = np.array([3.0, 1.0, 2.0])
    sample.setflags(write=False)
    figures.plot_forces(sample, squared_loss, location=2.0, name="L2")
    assert sample.tolist() == [3.0, 1.0, 2.0]
