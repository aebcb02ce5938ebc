"""What the figures of letters show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from matplotlib.patches import StepPatch

from tests.course_lib.figures.codes import ENGLISH, SYMBOLS
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.symbols import FIGURES, JOINT, following


def test_frequencies_are_bars_in_the_alphabet_s_order() -> None:
    axes = draw(FIGURES["frequencies"]).axes[0]
    assert [bar.get_height() for bar in axes.patches] == pytest.approx(ENGLISH)


def test_bits_are_written_beside_their_bars() -> None:
    texts = [text.get_text() for text in draw(FIGURES["bits"]).axes[0].texts]
    assert texts == ["4.755", "4.092", "3.309"]


def test_pairs_that_never_occur_stay_white() -> None:
    shown = draw(FIGURES["pairs"]).axes[0].images[0].get_array()
    assert shown is not None
    assert np.array_equal(np.ma.getmaskarray(shown), JOINT == 0)


def test_bars_are_the_conditional_distribution() -> None:
    axes = draw(partial(following, given="t")).axes[0]
    (bars,) = axes.patches
    assert isinstance(bars, StepPatch)
    heights = bars.get_data()[0]
    assert heights.sum() == pytest.approx(1)
    assert SYMBOLS[int(heights.argmax())] == "h"


def test_nothing_is_uncertain_after_q() -> None:
    title = draw(FIGURES["after q"]).axes[0].get_title()
    assert title.startswith("uncertainty 0.000 bits after 'q'")


def test_chance_is_a_band() -> None:
    axes = draw(FIGURES["by distance"]).axes[0]
    band = axes.patches[0].get_extents().transformed(axes.transData.inverted())
    assert (band.y0, band.y1) == pytest.approx((0.015, 0.017))
