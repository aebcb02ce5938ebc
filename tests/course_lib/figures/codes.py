"""Figures of codes: small ones, and those for the letters of two texts."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib import figures
from course_lib.datasets import ALPHABET, frankenstein, letters, werther
from course_lib.information import entropy, huffman_code
from tests.course_lib.figures.drawing import Figures

SYMBOLS = list(ALPHABET.replace(" ", "␣"))
WEATHER = [0.5, 0.25, 0.125, 0.125]
ENGLISH, GERMAN = (
    np.bincount(letters(text), minlength=27) / letters(text).size
    for text in (frankenstein(), werther())
)
SMOOTH = 0.99 * GERMAN + 0.01 / 27

FIGURES: Figures = {
    "tree": partial(
        figures.plot_code_tree,
        ["sun", "cloud", "rain", "snow"],
        WEATHER,
        huffman_code(WEATHER),
    ),
    "tree of ten": partial(
        figures.plot_code_tree, list("abcdefghij"), [0.1] * 10, huffman_code([0.1] * 10)
    ),
    "code space": partial(figures.plot_code_space, {"sun": 1, "cloud": 2, "rain": 3, "snow": 3}),
    "code space, unused": partial(figures.plot_code_space, {"sun": 3, "cloud": 4}),
    "code space, no room": partial(figures.plot_code_space, {"sun": 1, "cloud": 1, "rain": 2}),
    "arithmetic code": partial(figures.plot_arithmetic_code, {"a": 0.5, "b": 0.3, "c": 0.2}, "abb"),
    "lengths": partial(figures.plot_code_lengths, SYMBOLS, ENGLISH, huffman_code(ENGLISH)),
    "blocks": partial(
        figures.plot_block_codes,
        [1, 2, 3, 4],
        [1, 0.645, 0.533, 0.493],
        entropy=entropy([0.9, 0.1], base=2),
    ),
    "code tables": partial(
        figures.plot_code_tables, SYMBOLS, ENGLISH, SMOOTH, truth="English", model="German"
    ),
    "code tables, impossible letters": partial(
        figures.plot_code_tables, SYMBOLS, ENGLISH, GERMAN, truth="English", model="German"
    ),
}
