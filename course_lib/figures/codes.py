"""Figures of codes: the tree of a code, the lengths of its words, and codes for a wrong model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from numpy.typing import ArrayLike

from course_lib.figures.style import (
    BLACK,
    BLUE,
    GREY,
    SKY_BLUE,
    VERMILLION,
    WIDTH,
    course_style,
    line_style,
)


def _heights(words: Sequence[str]) -> dict[str, float]:
    """Height of every node of a prefix code's tree: leaves in order, a parent between its two."""
    heights = {word: -float(row) for row, word in enumerate(sorted(words))}
    inner = {word[:depth] for word in words for depth in range(len(word))}
    for node in sorted(inner, key=len, reverse=True):
        heights[node] = (heights[node + "0"] + heights[node + "1"]) / 2
    return heights


@course_style
def plot_code_tree(symbols: Sequence[str], p: ArrayLike, words: Sequence[str]) -> None:
    """The tree of a complete binary prefix code: a branch is a bit, a leaf is a symbol.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p : array_like
        Probabilities.
    words : sequence of str
        Words of '0' and '1', one for each symbol.
    """
    heights = _heights(words)
    depth = max(len(word) for word in words)

    _, axes = plt.subplots(figsize=(WIDTH, 0.42 * len(words) + 0.9))
    for node, height in heights.items():
        if node:
            x, parent = len(node), heights[node[:-1]]
            axes.plot([x - 1, x - 0.72, x], [parent, height, height], color=GREY, linewidth=1.5)
            colour = BLUE if node[-1] == "0" else VERMILLION
            axes.text(x - 0.4, height + 0.12, node[-1], color=colour, ha="center", weight="bold")
    for symbol, probability, word in zip(symbols, np.asarray(p).tolist(), words, strict=True):
        x, height = len(word), heights[word]
        axes.plot(x, height, "o", color=BLACK, markersize=6)
        label = f"{symbol}: p = {probability:g}, word {word}"
        axes.text(x + 0.12, height, label, va="center")
    axes.set(xlim=(-0.1, depth + 1.6), xticks=range(depth + 1), yticks=[])
    axes.set(xlabel="length of the word (bits)", ylim=(-len(words) + 0.4, 0.8))
    axes.spines["left"].set_visible(False)


@course_style
def plot_code_space(lengths: Mapping[str, int]) -> None:
    """The space below the root of a code's tree, and the share of it that each word takes.

    Words are laid side by side, the shortest first. Where they take more than there is, no code
    has these lengths.

    Parameters
    ----------
    lengths : mapping
        Name of an outcome → length of its word in bits.
    """
    deepest = max(lengths.values())
    start = 0.0

    _, axes = plt.subplots(figsize=(WIDTH, 3.0))
    for index, (name, length) in enumerate(sorted(lengths.items(), key=lambda each: each[1])):
        share = 0.5**length
        fits = start + share <= 1
        colour = (BLUE if index % 2 else SKY_BLUE) if fits else VERMILLION
        hatch = "" if fits else "//"
        axes.bar(start, 1, share, length - 1, align="edge", color=colour, hatch=hatch)
        axes.bar(start, deepest - length, share, length, align="edge", color=colour, alpha=0.3)
        if share >= 1 / 16:
            ink = "white" if colour == BLUE else BLACK
            place = start + share / 2, length - 0.5
            axes.text(*place, name, color=ink, ha="center", va="center")
        start += share
    for depth in range(1, deepest + 1):
        edges = np.arange(2**depth + 1) / 2**depth
        axes.vlines(edges, depth - 1, depth, color=GREY, linewidth=0.5)
    axes.axvline(1, color=BLACK, linewidth=1.5)
    verdict = "there is room" if start <= 1 else "no room: no such code"
    axes.set_title(f"Σ 2⁻ˡ = {start:g}: {verdict}")
    axes.set(xlabel="share of the code space", ylabel="length of the word (bits)")
    axes.set(xlim=(0, max(1.02, start)), ylim=(deepest, 0), yticks=np.arange(deepest) + 0.5)
    axes.set_yticklabels([str(depth + 1) for depth in range(deepest)])


@course_style
def plot_arithmetic_code(p: Mapping[str, float], message: str) -> None:
    """The interval of a message: each letter takes its share of the interval of those before it.

    The word is the shortest of its kind that names a number inside: whatever digits follow, the
    number stays in the interval.

    Parameters
    ----------
    p : mapping
        Name of a letter → its probability; they sum to 1.
    message : str
        Some of these letters.
    """
    low, width = 0.0, 1.0

    _, axes = plt.subplots(figsize=(WIDTH, 0.5 * len(message) + 1.7))
    for row, letter in enumerate(message):
        start, inside = low, low
        for name, share in p.items():
            colour = SKY_BLUE if name == letter else "white"
            axes.bar(start, 0.9, share * width, row, align="edge", color=colour, edgecolor=GREY)
            if share * width > 0.03:
                axes.text(start + share * width / 2, row + 0.45, name, ha="center", va="center")
            inside = start if name == letter else inside
            start += share * width
        low, width = inside, width * p[letter]
    length = math.ceil(-math.log2(width)) + 1
    number = math.ceil(low * 2**length)
    axes.bar(number / 2**length, 0.9, 0.5**length, len(message), align="edge", color=VERMILLION)
    word = f"word {number:0{length}b}: {length} bits"
    axes.text(low + width + 0.01, len(message) + 0.45, word, va="center")
    axes.axvspan(low, low + width, color=SKY_BLUE, alpha=0.3, zorder=0)
    axes.set_title(f"“{message}”: width {width:.3g}, −log₂ of it {-math.log2(width):.2f} bits")
    axes.set(xlim=(0, 1), ylim=(len(message) + 1, 0), xlabel="the line from 0 to 1")
    rows = [f"letter {row + 1}" for row in range(len(message))]
    axes.set_yticks(np.arange(len(message) + 1) + 0.45, [*rows, "the word"])


@course_style
def plot_code_lengths(symbols: Sequence[str], p: ArrayLike, words: Sequence[str]) -> None:
    """Length of each symbol's word beside its information −log₂ p, the most probable first.

    A symbol that never occurs has infinite information and is left out.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p : array_like
        Probabilities.
    words : sequence of str
        Words of '0' and '1', one for each symbol.
    """
    probabilities = np.asarray(p, dtype=np.float64)
    order = np.argsort(-probabilities, kind="stable")[: int((probabilities > 0).sum())]
    rank = np.arange(order.size)
    lengths = np.array([len(words[j]) for j in order])

    _, axes = plt.subplots(figsize=(WIDTH, 3.3))
    axes.bar(rank, lengths, color=BLUE, alpha=0.35, width=0.8, label="bits of the word")
    information = -np.log2(probabilities[order])
    axes.plot(rank, information, "D", color=BLACK, markersize=4.5, label="information −log₂ p")
    axes.set_xticks(rank, [symbols[j] for j in order])
    axes.set(xlabel="symbol, the most probable first", ylabel="bits")
    axes.legend(loc="upper left")


@course_style
def plot_block_codes(lengths: ArrayLike, bits: ArrayLike, *, entropy: float) -> None:
    """Bits per symbol of the best codes for blocks of n symbols, between H and H + 1/n.

    Parameters
    ----------
    lengths : array_like
        n, symbols in a block.
    bits : array_like
        Bits per symbol of the best code for each n.
    entropy : float
        H, in bits per symbol.
    """
    n = np.asarray(lengths, dtype=np.float64)

    _, axes = plt.subplots(figsize=(WIDTH, 3.3))
    axes.plot(n, entropy + 1 / n, **line_style(1), label="H + 1/n")
    axes.plot(n, np.asarray(bits), "o", **line_style(0) | {"linestyle": "-"}, label="best code")
    axes.axhline(entropy, **line_style(2), label=f"entropy H = {entropy:.3f}")
    axes.set(xlabel="symbols in a block, n", ylabel="bits per symbol", ylim=(0, None))
    axes.set_xticks(n)
    axes.legend(loc="upper right")


@course_style
def plot_code_tables(
    symbols: Sequence[str], p: ArrayLike, q: ArrayLike, *, truth: str, model: str
) -> None:
    """Symbols drawn from p and coded for q: bits of either code, and the bits wasted on each.

    Where q = 0 < p a word would be infinitely long: such a symbol is marked with ∞.

    Parameters
    ----------
    symbols : sequence of str
        Names of the symbols, in the order of p.
    p : array_like
        Probabilities.
    q : array_like
        Probabilities of the model.
    truth : str
        Name of p.
    model : str
        Name of q.
    """
    p, q = np.asarray(p, dtype=np.float64), np.asarray(q, dtype=np.float64)
    rows = np.arange(p.size)
    with np.errstate(divide="ignore"):
        optimal, inefficient = -np.log2(p), -np.log2(q)
    wasted = np.where(p > 0, p * (inefficient - optimal), 0.0)
    finite = np.isfinite(wasted)

    _, (top, bottom) = plt.subplots(2, 1, figsize=(WIDTH, 4.8), sharex=True)
    both = np.isfinite(optimal) & np.isfinite(inefficient)
    top.vlines(rows[both], optimal[both], inefficient[both], color=GREY, linewidth=1)
    top.plot(rows, optimal, "o", color=BLUE, label=f"optimal for {truth}: −log₂ p")
    top.plot(rows, inefficient, "s", color=VERMILLION, label=f"made for {model}: −log₂ q")
    top.set(ylabel="bits per symbol")
    top.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, fontsize=9)
    colours = np.where(wasted > 0, VERMILLION, BLUE)
    bottom.bar(rows[finite], wasted[finite], color=colours[finite], width=0.7)
    bottom.axhline(0, color=BLACK, linewidth=1)
    for row in rows[~finite]:
        bottom.text(row, 0, "∞", ha="center", va="bottom", fontsize=12, color=VERMILLION)
    bottom.set(ylabel="p · (−log₂ q + log₂ p)\n(bits wasted)", xlabel="symbol")
    total = f"{wasted.sum():.3f}" if finite.all() else "∞"
    bottom.set_title(f"all bars together: D(p‖q) = {total} bits per symbol")
    bottom.set_xticks(rows, list(symbols))
