"""Figures of two variables, at both ends of every slider as well as at its start."""

from __future__ import annotations

from functools import partial

from course_lib import figures
from course_lib.information import entropy, mutual_information
from tests.course_lib.figures.drawing import Figures

diagram = figures.plot_information_diagram
channel = partial(figures.plot_channel, entropy, mutual_information)

FIGURES: Figures = {
    "diagram": partial(diagram, h_x=4.092, h_y=4.092, information=0.782),
    "diagram, independent": partial(diagram, h_x=1.0, h_y=2.0, information=0.0),
    "diagram, the same": partial(diagram, h_x=1.0, h_y=1.0, information=1.0),
    "diagram, a function": partial(diagram, h_x=2.5, h_y=1.0, information=1.0),
    "channel": partial(channel, ones=0.5, flip=0.1),
    "channel, pure noise": partial(channel, ones=0.5, flip=0.5),
    "channel, no noise": partial(channel, ones=0.9, flip=0.0),
    "channel, always flipped": partial(channel, ones=0.9, flip=1.0),
    "channel, nothing to say": partial(channel, ones=0.0, flip=0.0),
    "channel, noise alone": partial(channel, ones=1.0, flip=0.2),
}
