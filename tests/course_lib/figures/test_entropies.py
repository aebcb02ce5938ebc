"""What the figures of information and entropy show."""

from __future__ import annotations

from functools import partial

import pytest
from matplotlib.figure import Figure

from course_lib.information import entropy
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.entropies import FIGURES, chord, coin


def labels(figure: Figure) -> list[str]:
    return [text.get_text() for text in figure.axes[0].texts]


def test_surprise_is_minus_the_logarithm() -> None:
    assert labels(draw(FIGURES["surprise"])) == [
        "a coin: 1.000 bits",
        "a die: 2.585 bits",
        "a twenty-sided die: 4.322 bits",
    ]


def test_pictures_are_labelled_by_their_size() -> None:
    wall = draw(FIGURES["pictures"]).axes[0]
    assert wall.get_title() == "white wall\n129 bytes"
    assert wall.get_xlabel() == f"{129 * 8 / 600:.3f} bits per pixel"


@pytest.mark.parametrize("p", [0.5, 0.9])
def test_areas_of_the_coin_sum_to_its_entropy(p: float) -> None:
    left, right = draw(partial(coin, p=p)).axes
    area = sum(bar.get_width() * bar.get_height() for bar in left.patches)
    assert area == pytest.approx(entropy([p, 1 - p], base=2))
    assert right.get_title() == f"p = {p:.2f}: H = {area:.3f} bits"


def test_chord_lies_below_the_curve() -> None:
    axes = draw(partial(chord, p=0.1, q=0.6, weight=0.2)).axes[0]
    (below, above) = next(
        line.get_ydata() for line in axes.lines if line.get_linewidth() == pytest.approx(1.2)
    )
    assert above == pytest.approx(entropy([0.5, 0.5], base=2))
    parts = [entropy([0.1, 0.9], base=2), entropy([0.6, 0.4], base=2)]
    assert below == pytest.approx(0.2 * parts[0] + 0.8 * parts[1])


def test_surprise_per_toss_averages_to_the_entropy() -> None:
    axes = draw(FIGURES["typical"]).axes[0]
    mean = sum(bar.get_height() * (bar.get_x() + bar.get_width() / 2) for bar in axes.patches)
    assert mean == pytest.approx(entropy([0.9, 0.1], base=2))
    assert axes.lines[0].get_xdata()[0] == pytest.approx(mean)
