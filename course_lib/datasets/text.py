"""Prose in two languages, and its letters as symbols."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

ALPHABET = " abcdefghijklmnopqrstuvwxyz"
"""The 27 symbols of `letters`: the blank is 0, a is 1, z is 26."""


def frankenstein() -> str:
    """Walton's four letters, with which Mary Shelley's novel *Frankenstein* begins.

    They have 30 thousand characters, 7 % of the book; enough for the frequencies of letters and of
    pairs of letters. Paragraphs are separated by an empty line. In the public domain.

    Source: M. Shelley, Frankenstein; or, The Modern Prometheus (1818), in the revised text of 1831
    (Colburn and Bentley, London).

    >>> print(frankenstein().splitlines()[6][:62])
    You will rejoice to hear that no disaster has accompanied the
    """
    return _read("frankenstein.toml")


def werther() -> str:
    """The first letter of Goethe's *Werther*, in German: 1.4 thousand characters.

    Enough for the frequencies of letters, not of pairs; j, q, x and y do not occur at all.
    Frankenstein's creature learns about feelings from this book. In the public domain.

    Source: J. W. von Goethe, Die Leiden des jungen Werther (1774), letter of 4 May 1771.

    >>> print(werther()[:34])
    Wie froh bin ich, daß ich weg bin!
    """
    return _read("werther.toml")


def letters(text: str) -> NDArray[np.int64]:
    """Text as a sequence of 27 symbols: 0 for a blank, 1 … 26 for a … z.

    Case and accents are dropped; whatever stands between two words becomes one blank.

    >>> letters("Be, bé!").tolist()
    [2, 5, 0, 2, 5]
    >>> x = letters(frankenstein())
    >>> pairs = np.bincount(27 * x[:-1] + x[1:], minlength=27 * 27).reshape(27, 27)
    >>> x.size, ALPHABET[pairs[ALPHABET.index("q")].argmax()]
    (30235, 'u')
    """
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(character for character in decomposed if not unicodedata.combining(character))
    words = re.sub("[^a-z]+", " ", bare).strip()
    return np.array([ALPHABET.index(character) for character in words], dtype=np.int64)


def _read(name: str) -> str:
    """Text of a file, one line to a paragraph."""
    import tomllib  # only when a text is read

    content = (Path(__file__).parent / name).read_text(encoding="utf-8")
    text: str = tomllib.loads(content)["text"]
    paragraphs = text.strip().split("\n\n")
    return "\n\n".join(paragraph.replace("\n", " ") for paragraph in paragraphs)
