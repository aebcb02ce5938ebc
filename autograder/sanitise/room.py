"""How much of one notebook is shown: what a browser, or a server, opens within three seconds."""

from __future__ import annotations

from dataclasses import dataclass

#: Characters that one of Markdown counts for besides those of its HTML: parsing it takes longer.
MARKDOWN_COST = 8


@dataclass
class Room:
    """What is left for the cells of a notebook that are still to be shown.

    An honest notebook needs a tenth of it. Where a cell finds no room, a sentence says so.

    Attributes
    ----------
    characters
        Of sources, text and HTML.
    elements
        Of HTML, in outputs and in highlighted sources: a browser's layout takes time for each of
        them, and formgrader's server more.
    image_characters
        Of images in base64.
    pixels
        Of images when drawn.
    formulas
        In Markdown, counted by the marks around them, entries of matrices, and length; formgrader
        typesets each.
    plain
        Whether everything has to be shown as plain text: what takes a parser has failed.
    """

    characters: int = 1_000_000
    elements: int = 20_000
    image_characters: int = 12_000_000
    pixels: int = 100_000_000
    formulas: int = 1_000
    plain: bool = False

    def take(
        self,
        *,
        characters: int = 0,
        elements: int = 0,
        image_characters: int = 0,
        pixels: int = 0,
        formulas: int = 0,
    ) -> bool:
        """Take that much of each, or nothing at all if there is not enough of one of them.

        >>> room = Room(pixels=10)
        >>> room.take(pixels=7), room.take(pixels=7), room.pixels
        (True, False, 3)
        """
        wanted = {
            "characters": characters,
            "elements": elements,
            "image_characters": image_characters,
            "pixels": pixels,
            "formulas": formulas,
        }
        if any(getattr(self, name) < amount for name, amount in wanted.items()):
            return False
        for name, amount in wanted.items():
            setattr(self, name, getattr(self, name) - amount)
        return True
