"""Sliders move a figure: it is drawn anew, in its place, and no figure stays open."""

from __future__ import annotations

import base64
import gc
from typing import Any

import matplotlib.pyplot as plt
import nbformat
import pytest
from ipywidgets import Dropdown, FloatSlider, fixed
from matplotlib.figure import Figure
from nbclient import NotebookClient

from course_lib.figures.live import common_boxes, interact, png


def plot(*, top: float, title: str = "", colour: str = "black") -> None:
    _, axes = plt.subplots(figsize=(3, 2), layout="constrained")
    axes.plot([0, top], color=colour)
    axes.set(title=title, ylabel="height")


@pytest.fixture
def moved() -> Any:
    return interact(
        plot,
        top=FloatSlider(value=1.0, min=0.0, max=9000.0),
        colour=Dropdown(options=["black", "red"]),
        title=fixed("a line"),
    )


def test_a_picture_is_there_before_anything_is_moved(moved: Any) -> None:
    *controls, picture = moved.children
    assert [type(control).__name__ for control in controls] == ["FloatSlider", "Dropdown"]
    assert bytes(picture.value[:4]) == b"\x89PNG"


def test_moving_a_control_draws_it_again(moved: Any) -> None:
    slider, dropdown, picture = moved.children
    pictures = [bytes(picture.value)]
    slider.value = 2000.0
    pictures.append(bytes(picture.value))
    dropdown.value = "red"
    pictures.append(bytes(picture.value))
    assert len(set(pictures)) == 3
    slider.value, dropdown.value = 1.0, "black"
    assert picture.value == pictures[0]


def test_where_no_widget_can_be_shown_its_first_picture_is(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shown: list[dict[str, Any]] = []
    monkeypatch.setattr("IPython.display.display", lambda forms, raw: shown.append(forms))
    *_, picture = interact(plot, top=FloatSlider(value=1.0, max=2.0)).children
    (forms,) = shown
    assert "application/vnd.jupyter.widget-view+json" in forms
    assert base64.b64decode(forms["image/png"]) == bytes(picture.value)


def test_no_figure_stays_open(moved: Any) -> None:
    moved.children[0].value = 5.0
    assert plt.get_fignums() == []


def test_no_figure_waits_for_the_collector(moved: Any) -> None:
    """It would come ten figures later, and take as long as three of them."""
    gc.collect()
    moved.children[0].value = 5.0
    assert [each for each in gc.get_objects(generation=0) if type(each) is Figure] == []
    assert gc.isenabled()


def test_there_is_room_for_the_widest_labels() -> None:
    narrow, wide = ({"top": top, "title": "a line"} for top in (1.0, 9000.0))
    (left, *_), (further, *_) = (common_boxes(plot, [call])[0] for call in (narrow, wide))
    assert left < further
    assert common_boxes(plot, [narrow, wide])[0][0] == further


def test_axes_stay_where_they_are_told() -> None:
    boxes = [[0.3, 0.3, 0.5, 0.5]]
    assert png(plot, {"top": 1.0}, boxes) != png(plot, {"top": 1.0}, [[0.2, 0.3, 0.6, 0.5]])


def test_sliders_are_wide_enough_to_hit(moved: Any) -> None:
    assert [control.layout.width for control in moved.children[:-1]] == ["90%", "90%"]


def test_a_notebook_shows_the_figures_after_one_that_moves(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("MPLBACKEND", raising=False)  # the kernel would inherit it
    moving = """
from ipywidgets import FloatSlider
from course_lib import figures
from course_lib.figures.live import interact
interact(lambda p: figures.plot_surprise({"a coin": p}), p=FloatSlider(value=0.5, min=0.1, max=1));
"""
    still = 'figures.plot_surprise({"a coin": 0.5});'
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(each) for each in (moving, still)]
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3").execute()
    for cell in notebook.cells:
        (output,) = cell.outputs
        assert "image/png" in output.data
