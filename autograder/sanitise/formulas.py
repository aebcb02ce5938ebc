"""TeX formulas as MathML, which browsers lay out themselves: nothing of it runs or loads anything.

What comes of a formula is written here element by element, from a list of what may be there. Inside
is nothing but such elements and escaped text, so a browser that parses it finds what was written.
A formula that is long, defines macros or needs anything else stays as its TeX.
"""

from __future__ import annotations

import re
import unicodedata
from html import escape, unescape
from xml.etree.ElementTree import Element

from autograder.sanitise.room import Room
from autograder.sanitise.text import undeceptive

LONGEST = 2_000  # characters of TeX; the longest of ours has 300
DEEPEST = 25  # braces in each other, and elements

#: Macros may double in size each time that they are used.
_MACROS = re.compile(r"\\(?:def|let|gdef|edef|(?:re)?new|provide|Declare)")
_TAGS = {
    "math", "mrow", "mi", "mn", "mo", "mtext", "mspace", "mstyle", "mfrac", "msqrt", "mroot",
    "msub", "msup", "msubsup", "munder", "mover", "munderover", "mmultiscripts",
    "mtable", "mtr", "mtd", "menclose",
}  # fmt: skip
_WORD = re.compile(r"true|false|[01]|prefix|infix|postfix|left|center|right|box|normal|block")
#: No length moves anything over another part of the page.
_LENGTH = re.compile(r"[0-3](?:\.\d{1,4})?em|0")
_ATTRIBUTES = {
    **dict.fromkeys(("accent", "accentunder", "fence", "form", "separator", "stretchy"), _WORD),
    **dict.fromkeys(("largeop", "movablelimits", "displaystyle", "scriptlevel"), _WORD),
    **dict.fromkeys(("columnalign", "notation", "display"), _WORD),
    **dict.fromkeys(("width", "minsize", "maxsize", "lspace", "rspace", "linethickness"), _LENGTH),
}
#: How Unicode calls what `mathvariant` means, of which browsers know "normal" only.
_ALPHABETS = {
    "bold": "BOLD",
    "italic": "ITALIC",
    "bold-italic": "BOLD ITALIC",
    "script": "SCRIPT",
    "bold-script": "BOLD SCRIPT",
    "double-struck": "DOUBLE-STRUCK",
    "fraktur": "FRAKTUR",
    "sans-serif": "SANS-SERIF",
    "monospace": "MONOSPACE",
}


class _NotAllowedError(Exception):
    """A formula needs what is not on the lists."""


def mathml(tex: str, room: Room, *, display: bool = False) -> str | None:
    r"""A formula as safe MathML, or None if it has to stay as it is.

    >>> mathml("x^2", Room())
    '<math><mrow><msup><mi>x</mi><mn>2</mn></msup></mrow></math>'
    >>> mathml(r"\def\a{\a\a}\a", Room()) is None
    True
    """
    if len(tex) > LONGEST or _MACROS.search(tex) or _depth(tex) > DEEPEST:
        return None
    # It reads a table of symbols, which takes a while.
    from latex2mathml.converter import convert_to_element

    try:
        made = convert_to_element(tex)
        parts = list(_written(made, 0))
    except Exception:  # whatever it raises of TeX that is none, or that it does not know
        return None
    html = "".join(parts)
    if display:
        html = html.replace("<math>", '<math display="block">', 1)
    return html if room.take(characters=len(html), elements=len(parts) // 2) else None


def _depth(tex: str) -> int:
    deepest = depth = 0
    for character in tex:
        depth += (character == "{") - (character == "}")
        deepest = max(deepest, depth)
    return deepest


def _written(element: Element, depth: int) -> list[str]:
    """The element's HTML, in pieces."""
    if element.tag not in _TAGS or depth > DEEPEST or (element.tail or "").strip():
        raise _NotAllowedError
    text = unescape(element.text or "")
    if text and len(element):
        raise _NotAllowedError
    attributes = dict(element.attrib)
    variant = attributes.pop("mathvariant", "")
    if variant in _ALPHABETS:
        text = "".join(_lettered(each, _ALPHABETS[variant]) for each in text)
    kept = {
        name: value
        for name, value in attributes.items()
        if name in _ATTRIBUTES and _ATTRIBUTES[name].fullmatch(value) and value != "inline"
    }
    if variant == "normal":
        kept["mathvariant"] = variant
    written = "".join(f' {name}="{escape(value)}"' for name, value in kept.items())
    parts = [f"<{element.tag}{written}>", escape(undeceptive(text), quote=False)]
    for child in element:
        parts += _written(child, depth + 1)
    return [*parts, f"</{element.tag}>"]


def _lettered(character: str, alphabet: str) -> str:
    """A letter or digit in one of Unicode's mathematical alphabets; another as it is.

    >>> _lettered("N", "SCRIPT"), _lettered("R", "DOUBLE-STRUCK"), _lettered("+", "BOLD")
    ('𝒩', 'ℝ', '+')
    """
    if not character.isascii() or not character.isalnum():
        return character
    size = "DIGIT" if character.isdigit() else "CAPITAL" if character.isupper() else "SMALL"
    name = unicodedata.name(character).rpartition(" ")[2]
    other = alphabet.replace("FRAKTUR", "BLACK-LETTER")
    for known in (f"MATHEMATICAL {alphabet} {size} {name}", f"{other} {size} {name}"):
        try:
            return unicodedata.lookup(known)
        except KeyError:
            continue
    return character
