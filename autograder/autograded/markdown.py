"""Markdown of a student's as formgrader can show it: nothing active, nothing loaded, in no time.

What formgrader makes of a text is not for us to guess: parsers of Markdown differ in what they take
for code. So a text is tried as it was typed, then with everything taken apart that could act
outside of code, and then as one block of code. The first of these is written that nbconvert, which
renders formgrader's pages, makes safe HTML of.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape

from autograder.sanitise import (
    MARKDOWN_COST,
    Room,
    safe_data_uri,
    script_runs,
    truncated,
    undeceptive,
)

MARKDOWN_LIMIT = 20_000  # characters of a cell, its images apart
DEPTH_LIMIT = 25  # elements in each other
GROWTH_LIMIT = 20  # times as long as the text; a table's "|\n" becomes rows
_BRACKETS = 5_000_000  # characters that are read from all brackets to the ends of their lines
_REMEMBERED = 500  # texts: those of the instructor's that come with each submission

AS_TYPED = "*Shown as it was typed: formatted, it would load or do something, or be too long.*"
LEFT_OUT = (
    "*This text is not shown here: the page would be too long. The submitted notebook has it.*"
)

#: A width that moves what follows by a few letters.
_SMALL = r"[\s{]*(?:\d(?:\.\d*)?(?:em|cm)|\d{1,2}(?:\.\d*)?(?:ex|mm|mu|pt|px))"
#: MathJax commands that make links, set attributes, load others, or define new ones: definitions
#: can grow without end, and hold for everybody's formulas on the page. And those that draw
#: somewhere else, as over another cell.
_ACTIVE_TEX = re.compile(
    r"\\(?=(?:href|class|cssId|style|require|data|html|mmlToken|unicode|bbox|includegraphics"
    r"|[gex]?def|let|futurelet|(?:re)?new(?:command|environment)|providecommand"
    r"|DeclareMathOperator|Declare\w*"
    r"|raise(?:box)?|lower|move(?:left|right)|(?:math)?[clr]lap|smash|rule|space(?=\s*\{))\b"
    rf"|(?:[hmv]space\b\*?|m?kern|[hmv]skip)(?!{_SMALL})"
    r"|(?<=\\\\)\*?\s*\[\s*-)",
    re.IGNORECASE,
)
_TAG_START = re.compile(r"<(?=[A-Za-z/!?])")
_ACTIVE_URL = re.compile(r"(javascript|vbscript|data)(?=[\s\\]*:)", re.IGNORECASE)
#: Character references that a renderer decodes inside the address of a link.
_REFERENCE = re.compile(r"&(?=#|colon;|tab;|newline;)", re.IGNORECASE)
_WEB = r"(?!\s*<?(?:https?://|mailto:|#))"
_OTHER_LINK = re.compile(rf"\](?=\({_WEB})|\](?=:{_WEB})", re.IGNORECASE)
_DATA = r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+"
_DATA_URI = re.compile(_DATA, re.IGNORECASE)
#: A picture that may stay, with its address in the first group.
_PICTURE = rf"!\[[^\]\n]{{0,200}}\]\((attachment:[^\s()]+|{_DATA})(?:[ ]+\"[^\"\n]*\")?\)"
#: Code, in the second group: fenced, indented, or a span of it.
_CODE = (
    r"(^(?P<fence>`{3,}|~{3,})[^`\n]*\n(?s:.*?)^(?P=fence)[`~]*[ \t]*$"
    r"|(?:\A|(?<=\n\n))(?:(?:[ ]{4}|\t).*(?:\n|\Z))+"
    r"|(?<!`)(?P<ticks>`+)(?!`)[^\n]{0,1000}?(?<!`)(?P=ticks)(?!`))"
)
_KEPT = re.compile(f"{_PICTURE}|{_CODE}", re.MULTILINE | re.IGNORECASE)
#: What may be a link, a picture, a tag, code with a language, or deep: it has to be tried.
_TO_BE_TRIED = re.compile(
    r"<(?=[A-Za-z/!?])|&#?\w+;|\][ \t\n]*[(:\[]|!\[|://|www\.|mailto|~~|^[ \t]*`{3}|^[ \t]*:"
    r"|^(?:[ ]|\t){13}|^(?:[ \t]*(?:>|(?:[-*+]|\d+[.)])(?=[ \t]))){5}",
    re.MULTILINE | re.IGNORECASE,
)
#: What ends an entry of a matrix, and how many entries, or letters, count as much as a mark.
_ENTRY = re.compile(r"&|\\\\|\\cr\b")
_ENTRIES, _LETTERS = 4, 100
_MARKS = re.compile(r"[*_`]")
_MARKS_UNTRIED = 200  # of emphasis and code, which can be in each other
_NOT_IN_NAMES = re.compile(r"[^\w-]")
_FENCE_LANGUAGE = re.compile(r"^[>\s\-*+\d.)]*(?:`{3,}|~{3,})[ \t]*([^\s`]+)", re.MULTILINE)
#: Of other languages Pygments' lexers can take minutes.
_LANGUAGES = {"python", "python3", "py", "ipython", "ipython3", "text", "bash", "sh", "json"}


def markdown_for_formgrader(
    source: str, images: Mapping[str, Mapping[str, str]], room: Room, taken: Collection[str] = ()
) -> str:
    r"""The Markdown to write for a student's.

    Parameters
    ----------
    source
        What the student wrote.
    images
        Attached to the cell, and safe.
    room
        What is left for this notebook.
    taken
        Identifiers of elements on formgrader's page, which no heading may have.

    >>> markdown_for_formgrader("Is `a<b`?", {}, Room())
    'Is `a<b`?'
    """
    # Shown as plain text, a picture is one of letters.
    pictures = 0 if room.plain else sum(map(len, _DATA_URI.findall(source)))
    text = undeceptive(truncated(source, MARKDOWN_LIMIT + pictures))
    if room.plain:
        return _as_code(text) if room.take(characters=len(text)) else LEFT_OUT
    if not room.take(characters=MARKDOWN_COST * len(text), elements=script_runs(text)):
        return LEFT_OUT
    for needs in _tried(text, frozenset(images), frozenset(taken)):
        if needs.fit(room, images):
            return needs.text
    return LEFT_OUT


@dataclass(frozen=True)
class _Needs:
    """A text that is safe, and what showing it takes; ``pictures`` are the addresses of images."""

    text: str
    characters: int
    elements: int = 0
    formulas: int = 0
    pictures: tuple[str, ...] = ()

    def fit(self, room: Room, images: Mapping[str, Mapping[str, str]]) -> bool:
        """Take it from the room, if it is there."""
        if self.characters > GROWTH_LIMIT * len(self.text) + 1000:
            return False
        return room.take(
            characters=self.characters, elements=self.elements, formulas=self.formulas
        ) and all(_fits(address, room, images) for address in self.pictures)


def _fits(address: str, room: Room, images: Mapping[str, Mapping[str, str]]) -> bool:
    mime, _, data = address.partition(";base64,")
    if data.startswith(_PLACE):
        mime, data = next(iter(images[data.removeprefix(_PLACE)].items()))
        address = f"data:{mime};base64,{data}"
    return safe_data_uri(address, room) is not None


@lru_cache(_REMEMBERED)
def _tried(text: str, images: Collection[str], taken: Collection[str]) -> tuple[_Needs, ...]:
    """What can be written for a text, the best first."""
    if _is_harmless(text, taken):
        lines = text.count("\n") + 1
        elements = 2 * lines + text.count("|") + len(_MARKS.findall(text))
        return (_Needs(text, len(text), elements, _typeset(text)),)
    candidates = {_as_code(text): None}
    if _LANGUAGES.issuperset(map(str.lower, _FENCE_LANGUAGE.findall(text))):
        candidates = dict.fromkeys((text, _inert(text, images))) | candidates
    found = (_Trial(images, taken).needs(each) for each in candidates)
    return tuple(needs for needs in found if needs is not None)


def _is_harmless(text: str, taken: Collection[str]) -> bool:
    """Whether every parser makes the same of it, and nothing that acts."""
    return not (
        _TO_BE_TRIED.search(text)
        or _ACTIVE_TEX.search(text)
        or not _is_quick(text)
        or len(_MARKS.findall(text)) > _MARKS_UNTRIED
        or any(_NOT_IN_NAMES.sub("", line) in taken for line in text.split("\n"))
    )


def _typeset(text: str) -> int:
    """How many formulas' work MathJax has with a text: their marks, and what can be in one.

    A matrix takes time for each of its entries, a long formula for each of its letters.
    """
    marks = len(_FORMULA.findall(text))
    if not marks:
        return 0
    return marks + len(_ENTRY.findall(text)) // _ENTRIES + len(text) // _LETTERS


def _is_quick(text: str) -> bool:
    """Whether nbconvert soon sees which links lead to files: it reads on from each bracket."""
    return sum(line.count("[") * len(line) for line in text.split("\n")) < _BRACKETS


def _as_code(text: str) -> str:
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{AS_TYPED}\n\n{fence}\n{text}\n{fence}"


def _inert(markdown: str, images: Collection[str]) -> str:
    """Markdown of which, outside of code, no renderer makes tags, images or active formulas.

    A space is put in: it keeps everything readable and formulas what they are.

    >>> _inert("if $a<b$: <img src=x onerror=alert(1)> [x](javascript:alert(1)) `a<b`", ())
    'if $a< b$: < img src=x onerror=alert(1)> [x] (javascript :alert(1)) `a<b`'
    """
    parts, place = [], 0
    for match in _KEPT.finditer(markdown):
        kept = match[0]
        if (address := match[1]) and not _may_stay(address, images):
            kept = taken_apart(kept)
        parts += [taken_apart(markdown[place : match.start()]), kept]
        place = match.end()
    return "".join([*parts, taken_apart(markdown[place:])])


def _may_stay(address: str, images: Collection[str]) -> bool:
    kind, _, name = address.partition(":")
    return safe_data_uri(address) is not None if kind.lower() == "data" else name in images


def taken_apart(markdown: str) -> str:
    """Text that no renderer makes a tag, an image, a link elsewhere or an active formula of."""
    markdown = _TAG_START.sub("< ", markdown)
    markdown = _ACTIVE_TEX.sub(r"\\ ", markdown)
    markdown = _REFERENCE.sub("& ", markdown)
    markdown = markdown.replace("![", "! [")
    markdown = _OTHER_LINK.sub("] ", markdown)
    return _ACTIVE_URL.sub(r"\1 ", markdown)


# ── What nbconvert makes of it ────────────────────────────────────────────────────────────────────

_PLACE = "@"  # no character of base64: stands before the name of an attached image
_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9]*)((?: [a-z-]+(?:="[^"<>]*")?)*)[ ]?/?>|<|[^<]+')
_ATTRIBUTE = re.compile(r' ([a-z-]+)(?:="([^"]*)")?')
_FORMULA = re.compile(r"\$\$?|\\begin|\\[(\[]")  # a mark at its beginning or end
_EMPTY = {"br", "hr", "img", "input"}
_TAGS = frozenset(
    """
    a b blockquote br code dd del div dl dt em h1 h2 h3 h4 h5 h6 hr i img input li ol p pre s small
    span strong sub sup table tbody td th thead tr u ul
    """.split()  # noqa: SIM905 - forty lines would hide which are there
)
_VALUES: Mapping[tuple[str, str], str] = {
    ("a", "href"): r"(?:https?://|mailto:|#)[^\x00-\x20]*",
    ("a", "class"): "anchor-link",
    ("a", "title"): ".*",
    ("img", "alt"): ".*",
    ("img", "title"): ".*",
    ("img", "src"): f"(?i:{_DATA})|data:image/png;base64,{_PLACE}.*",
    ("div", "class"): "highlight",
    ("span", "class"): "[a-z][a-z0-9]?",
    ("code", "class"): r"language-\w+",
    ("ol", "start"): "[0-9]{1,6}",
    ("li", "class"): "task-list-item",
    ("input", "class"): "task-list-item-checkbox",
    ("input", "type"): "checkbox",
    ("input", "disabled"): "",
    ("input", "checked"): "",
    ("th", "style"): "text-align:(left|right|center)",
    ("td", "style"): "text-align:(left|right|center)",
} | {(f"h{level}", "id"): "[^ ]+" for level in range(1, 7)}


@dataclass
class _Trial:
    """Has nbconvert render a text, and sees whether that is safe."""

    images: Collection[str]
    taken: Collection[str]
    pictures: list[str] = field(default_factory=list)

    def needs(self, text: str) -> _Needs | None:
        """What showing it takes; None if it cannot be shown."""
        try:
            html = self._rendered(text)
        except Exception:  # formgrader would fail as well, and show nothing of the notebook
            return None
        if not _is_quick(html):
            return None
        open_tags: list[str] = []
        elements = formulas = 0
        for match in _TOKEN.finditer(html):
            end, tag, attributes = match.groups()
            if tag is None:
                if match[0] == "<":
                    return None
                if not {"code", "pre"} & set(open_tags):
                    shown = unescape(match[0])
                    if _ACTIVE_TEX.search(shown):
                        return None
                    formulas += _typeset(shown)
            elif end:
                if not open_tags or open_tags.pop() != tag:
                    return None
            else:
                elements += 1
                if not self._is_safe(tag, attributes) or len(open_tags) >= DEPTH_LIMIT:
                    return None
                if tag not in _EMPTY:
                    open_tags.append(tag)
        if open_tags:
            return None
        shown_characters = len(html) - sum(map(len, self.pictures))
        return _Needs(text, shown_characters, elements, formulas, tuple(self.pictures))

    def _rendered(self, text: str) -> str:
        from autograder.autograded.rendered import rendered  # few texts need it

        attachments = {name: {"image/png": f"{_PLACE}{name}"} for name in self.images}
        return rendered(text, attachments)

    def _is_safe(self, tag: str, attributes: str) -> bool:
        if tag not in _TAGS:
            return False
        for name, value in self._attributes(attributes):
            allowed = _VALUES.get((tag, name))
            if allowed is None or not re.fullmatch(allowed, value):
                return False
            # A heading of that name would take the place of formgrader's own field for a score.
            if name == "id" and value in self.taken:
                return False
            if name == "src":
                self.pictures.append(value)
        return True

    @staticmethod
    def _attributes(text: str) -> Iterator[tuple[str, str]]:
        for match in _ATTRIBUTE.finditer(text):
            yield match[1], unescape(match[2] or "")
