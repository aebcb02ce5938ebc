"""What the figures of codes show."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.information import huffman_code, kl_divergence
from tests.course_lib.figures.codes import ENGLISH, FIGURES, SMOOTH, SYMBOLS, WEATHER
from tests.course_lib.figures.drawing import draw


def test_every_leaf_of_the_tree_is_as_deep_as_its_word_is_long() -> None:
    axes = draw(FIGURES["tree"]).axes[0]
    leaves = [line.get_xdata()[0] for line in axes.lines if line.get_marker() == "o"]
    assert leaves == [len(word) for word in huffman_code(WEATHER)]


def test_branches_of_the_tree_are_its_bits() -> None:
    axes = draw(FIGURES["tree"]).axes[0]
    bits = [text.get_text() for text in axes.texts if len(text.get_text()) == 1]
    assert sorted(bits) == ["0"] * 3 + ["1"] * 3


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("code space", "Σ 2⁻ˡ = 1: there is room"),
        ("code space, unused", "Σ 2⁻ˡ = 0.1875: there is room"),
        ("code space, no room", "Σ 2⁻ˡ = 1.25: no room: no such code"),
    ],
)
def test_words_take_their_share_of_the_code_space(name: str, title: str) -> None:
    axes = draw(FIGURES[name]).axes[0]
    assert axes.get_title() == title
    (last,) = (bar.get_x() + bar.get_width() for bar in axes.patches[-1:])
    assert title.startswith(f"Σ 2⁻ˡ = {last:g}:")


def test_word_of_the_arithmetic_code_stays_inside_of_the_interval() -> None:
    axes = draw(FIGURES["arithmetic code"]).axes[0]
    *_, last, box = axes.patches[:-1]  # the last patch is the pale strip
    chosen = [0.5 * 0.5 + 0.15 * 0.5, 0.5 * 0.3 * 0.3]
    assert box.get_width() == 2**-6
    assert axes.get_title() == "“abb”: width 0.045, −log₂ of it 4.47 bits"
    assert chosen[0] <= box.get_x()
    assert box.get_x() + box.get_width() <= sum(chosen)
    assert last.get_width() == pytest.approx(0.5 * 0.3 * 0.2)


def test_symbols_are_sorted_by_their_information() -> None:
    axes = draw(FIGURES["lengths"]).axes[0]
    information = axes.lines[0].get_ydata()
    assert (np.diff(information) >= 0).all()
    assert [label.get_text() for label in axes.get_xticklabels()][:3] == ["␣", "e", "t"]
    heights = [bar.get_height() for bar in axes.patches]
    assert heights[0] == len(huffman_code(ENGLISH)[0])


def test_best_codes_lie_between_their_bounds() -> None:
    upper, code, lower = draw(FIGURES["blocks"]).axes[0].lines
    assert (np.asarray(code.get_ydata()) <= np.asarray(upper.get_ydata())).all()
    assert (np.asarray(code.get_ydata()) >= lower.get_ydata()[0]).all()


def test_wasted_bits_sum_to_the_divergence() -> None:
    bottom = draw(FIGURES["code tables"]).axes[1]
    wasted = sum(bar.get_height() for bar in bottom.patches)
    assert wasted == pytest.approx(kl_divergence(ENGLISH, SMOOTH, base=2))
    assert bottom.get_title() == f"all bars together: D(p‖q) = {wasted:.3f} bits per symbol"


def test_impossible_letters_cost_infinitely_many_bits() -> None:
    bottom = draw(FIGURES["code tables, impossible letters"]).axes[1]
    marked = {SYMBOLS[int(text.get_position()[0])] for text in bottom.texts}
    assert marked == {"j", "q", "x", "y"}
    assert "= ∞ bits" in bottom.get_title()
