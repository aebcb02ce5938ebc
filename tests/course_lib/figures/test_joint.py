"""What the figures of two variables show."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from course_lib import figures
from course_lib.information import conditional_entropy, entropy
from tests.course_lib.figures.drawing import draw
from tests.course_lib.figures.joint import channel


def test_parts_of_the_diagram_add_up() -> None:
    bars = (
        draw(partial(figures.plot_information_diagram, h_x=2.0, h_y=1.5, information=0.5))
        .axes[0]
        .patches
    )
    joint, h_x, h_y, *parts = [bar.get_width() for bar in bars]
    assert (joint, h_x, h_y) == (3.0, 2.0, 1.5)
    assert parts == [1.5, 0.5, 1.0]
    starts = [bar.get_x() for bar in bars[3:]]
    assert starts == [0.0, 1.5, 2.0]


def test_channel_leaves_the_noise_s_entropy() -> None:
    table, diagram = draw(partial(channel, ones=0.5, flip=0.1)).axes
    p_xy = np.array([float(text.get_text()) for text in table.texts]).reshape(2, 2)
    assert diagram.patches[-1].get_width() == pytest.approx(conditional_entropy(p_xy, base=2))
    assert diagram.patches[-1].get_width() == pytest.approx(entropy([0.1, 0.9], base=2))
    assert diagram.get_title() == "I(X;Y) = 0.531 bits"
