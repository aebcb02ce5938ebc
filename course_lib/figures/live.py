"""Figures that move: sliders for a plot function, redrawn quickly enough to be dragged."""

from __future__ import annotations

import base64
import gc
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.transforms import Bbox

Boxes = Sequence[Sequence[float]]
"""Left, bottom, width and height of the axes of a figure, in shares of it."""


def interact(plot: Callable[..., None], **controls: Any) -> Any:
    """Controls for a plot function, and its figure below them, drawn again whenever one is moved.

    It is called like the function of that name in ipywidgets, and redraws in half of the time:
    where the axes go is found out once, and each picture takes the place of the one before. Where
    no widget can be shown, on the study site for instance, the first picture stands in its place.

    Parameters
    ----------
    plot : callable
        Draws one pyplot figure from keyword arguments.
    **controls : Widget or object
        An ipywidgets widget for each argument; `fixed(value)`, or the value itself, where it stays.

    Returns
    -------
    VBox
        The sliders and the picture; it is displayed already.
    """
    import ipywidgets as widgets

    moved = {name: each for name, each in controls.items() if isinstance(each, widgets.Widget)}
    constant = {
        name: each.value if isinstance(each, widgets.fixed) else each
        for name, each in controls.items()
        if name not in moved
    }
    start = {name: each.value for name, each in moved.items()}
    boxes = common_boxes(plot, [constant | start | end for end in _ends(moved)])
    picture = widgets.Image(format="png", layout={"align_self": "flex-start", "max_width": "100%"})

    def redraw(_: object = None) -> None:
        values = {name: each.value for name, each in moved.items()}
        with _collected_afterwards():
            picture.value = png(plot, constant | values, boxes)

    for each in moved.values():
        each.layout.width = "90%"  # a target wide enough to hit
        each.observe(redraw, "value")
    redraw()
    shown = widgets.VBox([*moved.values(), picture])
    _display(shown, bytes(picture.value))
    return shown


@contextmanager
def _collected_afterwards() -> Iterator[None]:
    """Collect what was made inside, and nothing else.

    A figure is full of cycles. Left to itself, Python's collector runs while it is drawn, finds it
    in use, and comes back ten figures later, for a quarter of a second.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.collect(0)
        if enabled:
            gc.enable()


def _display(widget: Any, picture: bytes) -> None:
    """Show a widget; whoever cannot, shows the picture."""
    from IPython.display import display

    forms = widget._repr_mimebundle_() | {"image/png": base64.b64encode(picture).decode("ascii")}
    display(forms, raw=True)


def common_boxes(plot: Callable[..., None], calls: Sequence[Mapping[str, Any]]) -> Boxes:
    """For each axes the largest box for which there is room in the figures of all these calls.

    Parameters
    ----------
    plot : callable
        Draws one pyplot figure.
    calls : sequence of mapping
        Keyword arguments; the figures must have equally many axes.

    Returns
    -------
    sequence of list
        Left, bottom, width and height, in shares of the figure.
    """
    corners = []
    for arguments in calls:
        figure = drawn(plot, arguments)
        figure.draw_without_rendering()
        corners.append([axes.get_position().extents for axes in figure.axes])
        plt.close(figure)
    low = np.max(corners, axis=0)[:, :2]
    high = np.min(corners, axis=0)[:, 2:]
    boxes: Boxes = np.hstack([low, high - low]).tolist()
    return boxes


def png(plot: Callable[..., None], arguments: Mapping[str, Any], boxes: Boxes) -> bytes:
    """A figure as a picture, its axes in these boxes.

    Parameters
    ----------
    plot : callable
        Draws one pyplot figure.
    arguments : mapping
        Its keyword arguments.
    boxes : sequence of list
        As from `common_boxes`.

    Returns
    -------
    bytes
        The picture, a PNG.
    """
    figure = drawn(plot, arguments)
    figure.set_layout_engine("none")  # it takes as long as everything else
    for axes, box in zip(figure.axes, boxes, strict=True):
        axes.set_position(Bbox.from_bounds(*box))
    file = io.BytesIO()
    # savefig draws once more before it draws; and what is seen for a moment need not be small.
    FigureCanvasAgg(figure).print_png(file, pil_kwargs={"compress_level": 1})
    plt.close(figure)
    return file.getvalue()


def drawn(plot: Callable[..., None], arguments: Mapping[str, Any]) -> Figure:
    """The figure that a call draws, without showing it."""
    # A notebook's backend switches to interactive mode when it is loaded. Loaded inside the
    # context, that would be undone at its end, and no later figure of the notebook would show.
    plt.draw_if_interactive()
    with plt.ioff():
        plot(**arguments)
    return plt.gcf()


def _ends(controls: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """No change, and each slider alone at either end."""
    yield {}
    for name, control in controls.items():
        for end in ("min", "max"):
            if hasattr(control, end):
                yield {name: getattr(control, end)}
