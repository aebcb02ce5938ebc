"""The looks of every figure of every lecture: it fits the page, can be read, nothing overlaps.

A module beside this one that has a dictionary `FIGURES` contributes its figures.
"""

from __future__ import annotations

import itertools
from functools import partial
from importlib import import_module
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.axis import Axis
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend

from course_lib import figures
from tests.course_lib.figures.drawing import Figures, draw, shown_texts

pytestmark = pytest.mark.slow

LECTURES = sorted(
    path.stem
    for path in Path(__file__).parent.glob("*.py")
    if not path.name.startswith("test_") and "FIGURES: Figures = " in path.read_text("utf-8")
)


@pytest.fixture(scope="module", params=LECTURES)
def plots(request: pytest.FixtureRequest) -> Figures:
    """The figures of one lecture."""
    return figures_of(request.param)


@pytest.fixture(scope="module")
def drawn(plots: Figures) -> dict[str, Figure]:
    """Each of them drawn once: the tests only look."""
    return {name: rendered(plot) for name, plot in plots.items()}


def figures_of(lecture: str) -> Figures:
    figures: Figures = import_module(f"tests.course_lib.figures.{lecture}").FIGURES
    return figures


def rendered(plot: partial[None]) -> Figure:
    figure = draw(plot)
    plt.close(figure)  # pyplot warns of many open ones, and takes the canvas of those it closes
    FigureCanvasAgg(figure).draw()
    return figure


def test_every_exported_figure_is_looked_at() -> None:
    looked_at = {
        plot.func.__name__ for lecture in LECTURES for plot in figures_of(lecture).values()
    }
    assert set(figures.__all__) == looked_at


def test_no_text_is_cut_off(drawn: dict[str, Figure]) -> None:
    outside = [
        (name, text.get_text())
        for name, figure in drawn.items()
        for text in shown_texts(figure)
        if not all(
            figure.bbox.padded(1).contains(*corner)
            for corner in (text.get_window_extent().min, text.get_window_extent().max)
        )
    ]
    assert outside == []


def test_no_two_texts_overlap(drawn: dict[str, Figure]) -> None:
    overlapping = []
    for name, figure in drawn.items():
        boxes = [(text.get_text(), text.get_window_extent()) for text in shown_texts(figure)]
        boxes += [("a legend", legend.get_window_extent()) for legend in figure.findobj(Legend)]
        shrunk = [(text, box.padded(-1)) for text, box in boxes]
        overlapping += [
            (name, one, other)
            for (one, box), (other, other_box) in itertools.combinations(shrunk, 2)
            if box.overlaps(other_box)
        ]
    assert overlapping == []


def test_text_is_large_enough_to_read(drawn: dict[str, Figure]) -> None:
    small = [
        (name, text.get_text())
        for name, figure in drawn.items()
        for text in shown_texts(figure)
        if text.get_fontsize() < 8
    ]
    assert small == []


def test_axes_are_labelled(drawn: dict[str, Figure]) -> None:
    def shows_numbers(axis: Axis) -> bool:
        labels = [label for label in axis.get_ticklabels() if label.get_visible()]
        return axis.get_visible() and any(
            character.isdigit() for label in labels for character in label.get_text()
        )

    unlabelled = [
        (name, f"{direction} of axes {number}")
        for name, figure in drawn.items()
        for number, axes in enumerate(figure.axes)
        for direction, axis, others in (
            ("x", axes.xaxis, [figure.get_supxlabel()]),
            ("y", axes.yaxis, [figure.get_supylabel(), axes.get_title()]),
        )
        if shows_numbers(axis) and not any([axis.get_label_text(), *others])
    ]
    assert unlabelled == []


def test_figures_fit_a_narrow_notebook(drawn: dict[str, Figure]) -> None:
    widths = {name: figure.get_figwidth() * figure.dpi for name, figure in drawn.items()}
    assert {name: width for name, width in widths.items() if width > 700} == {}


def test_axes_fill_the_page(drawn: dict[str, Figure]) -> None:
    # The layout makes room for a legend that is too wide by shrinking the axes beside it.
    shares = {}
    for name, figure in drawn.items():
        boxes = [axes.get_position() for axes in figure.axes]
        width = max(box.x1 for box in boxes) - min(box.x0 for box in boxes)
        height = max(box.y1 for box in boxes) - min(box.y0 for box in boxes)
        shares[name] = (width, height)
    assert {name: share for name, share in shares.items() if share[0] <= 0.6} == {}
    assert {name: share for name, share in shares.items() if share[1] <= 0.4} == {}


def test_figures_are_opaque_for_dark_themes(drawn: dict[str, Figure]) -> None:
    colours = {name: figure.get_facecolor() for name, figure in drawn.items()}
    assert colours == dict.fromkeys(drawn, (1.0, 1.0, 1.0, 1.0))


def pixels(figure: Figure) -> memoryview:
    """What a figure looks like, which has been drawn."""
    canvas = figure.canvas
    assert isinstance(canvas, FigureCanvasAgg)
    return canvas.buffer_rgba()


def test_figures_are_the_same_every_time(plots: Figures, drawn: dict[str, Figure]) -> None:
    different = [
        name
        for name, plot in plots.items()
        if not np.array_equal(pixels(rendered(plot)), pixels(drawn[name]))
    ]
    assert different == []
