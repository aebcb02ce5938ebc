"""The looks of every figure of every lecture: it fits the page, can be read, nothing overlaps.

A module beside this one that has a dictionary `FIGURES` contributes its figures.
"""

from __future__ import annotations

import itertools
from functools import partial
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from course_lib import figures
from tests.course_lib.figures.drawing import draw, shown_texts

LECTURES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if not path.name.startswith("test_") and "FIGURES: Figures = " in path.read_text("utf-8")
)
FIGURES = {
    f"{lecture}: {name}": plot
    for lecture in LECTURES
    for name, plot in import_module(f"tests.course_lib.figures.{lecture}").FIGURES.items()
}


@pytest.fixture(params=FIGURES)
def plot(request: pytest.FixtureRequest) -> partial[None]:
    return FIGURES[request.param]


@pytest.fixture
def figure(plot: partial[None]) -> Figure:
    figure = draw(plot)
    figure.canvas.draw()
    return figure


def test_every_exported_figure_is_looked_at() -> None:
    looked_at = {plot.func.__name__ for plot in FIGURES.values()}
    assert set(figures.__all__) == looked_at


def test_no_text_is_cut_off(figure: Figure) -> None:
    page = figure.bbox.padded(1)
    outside = [
        text.get_text()
        for text in shown_texts(figure)
        if not (
            page.contains(*text.get_window_extent().min)
            and page.contains(*text.get_window_extent().max)
        )
    ]
    assert outside == []


def test_no_two_texts_overlap(figure: Figure) -> None:
    boxes = [(text.get_text(), text.get_window_extent()) for text in shown_texts(figure)]
    boxes += [("a legend", legend.get_window_extent()) for legend in figure.findobj(Legend)]
    overlapping = [
        (one, other)
        for (one, box), (other, other_box) in itertools.combinations(boxes, 2)
        if box.padded(-1).overlaps(other_box.padded(-1))
    ]
    assert overlapping == []


def test_text_is_large_enough_to_read(figure: Figure) -> None:
    assert [text.get_text() for text in shown_texts(figure) if text.get_fontsize() < 8] == []


def test_axes_are_labelled(figure: Figure) -> None:
    def shows_numbers(axis: Axis) -> bool:
        labels = [label for label in axis.get_ticklabels() if label.get_visible()]
        return axis.get_visible() and any(
            character.isdigit() for label in labels for character in label.get_text()
        )

    unlabelled = [
        f"{name} of axes {number}"
        for number, axes in enumerate(figure.axes)
        for name, axis, others in (
            ("x", axes.xaxis, [figure.get_supxlabel()]),
            ("y", axes.yaxis, [figure.get_supylabel(), axes.get_title()]),
        )
        if shows_numbers(axis) and not any([axis.get_label_text(), *others])
    ]
    assert unlabelled == []


def test_figure_fits_a_narrow_notebook(figure: Figure) -> None:
    assert figure.get_figwidth() * figure.dpi <= 700


def test_axes_fill_the_page(figure: Figure) -> None:
    # The layout makes room for a legend that is too wide by shrinking the axes beside it.
    boxes = [axes.get_position() for axes in figure.axes]
    assert max(box.x1 for box in boxes) - min(box.x0 for box in boxes) > 0.6
    assert max(box.y1 for box in boxes) - min(box.y0 for box in boxes) > 0.4


def test_figure_is_opaque_for_dark_themes(figure: Figure) -> None:
    assert figure.get_facecolor() == (1.0, 1.0, 1.0, 1.0)


def test_figure_is_the_same_every_time(plot: partial[None]) -> None:
    one, other = (draw(plot) for _ in range(2))
    one.canvas.draw()
    other.canvas.draw()
    assert np.array_equal(one.canvas.buffer_rgba(), other.canvas.buffer_rgba())
