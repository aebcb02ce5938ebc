"""HTML reduced to text, tables, links to web pages and embedded PNG and JPEG images.

It is cleaned in two steps. The first closes whatever is open where it has to be closed, and drops
what is nested too deeply: parsers of HTML open an element that was not closed again and again, in
every paragraph that follows, which makes megabytes of kilobytes. The second is nh3's. It decides
what is safe, and does not rely on the first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from html import escape
from html.parser import HTMLParser

import nh3

from autograder.sanitise.images import safe_data_uri
from autograder.sanitise.room import Room
from autograder.sanitise.text import script_runs, undeceptive

HTML_LIMIT = 200_000  # characters of one output's HTML, its images apart
LENGTH_LIMIT = 5_000_000  # the same with its images
TAG_LIMIT = 5_000
DEPTH_LIMIT = 30  # elements in each other
TABLE_DEPTH_LIMIT = 3  # browsers lay out a table in a table several times
GROWTH_LIMIT = 12  # times as long as it was; "\u202e" is written as "[U+202E]"
_PLACE_ELEMENTS = 4  # that a place which a cell covers takes as long as
NOT_SHOWN = "<p>This output is too long to be shown.</p>"

# nh3's own list has no elements that load or run anything, and neither SVG nor MathML: inside those
# the parser of HTML follows other rules, which is how markup that looked harmless when it was
# cleaned comes alive when a browser parses it again. Landmarks belong to the page around the
# output; image maps and elements that set the direction of text have no honest use in an output.
_TAGS = nh3.ALLOWED_TAGS - {
    "area",
    "article",
    "aside",
    "bdi",
    "bdo",
    "footer",
    "header",
    "hgroup",
    "map",
    "nav",
}
# No style, no id, and no class but our own: with these, an output could look like the page's own
# verdict, or lie over it.
_ATTRIBUTES = {
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_OWN_CLASSES = {"math", "math display", "not-shown"}  # those that our Markdown renderer writes
_LINK = re.compile(r"(https?://|mailto:|#)", re.IGNORECASE)
_NUMBER = re.compile(r"[1-9][0-9]{0,3}")

#: What is looked at one by one: spans, pictures, numbers, references, and a "<" that begins no tag.
_ODD = re.compile(r"span|<img|<ol|&#|<(?!/?[a-z][a-z0-9]*(?:\s[^<>]*)?>)")
_ANY_TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)")
_EMPTY = {"br", "col", "hr", "img", "wbr"}
_UNSEEN = {"script", "style"}
_HEADINGS = {f"h{level}" for level in range(1, 7)}
_BLOCKS = _HEADINGS | frozenset(
    """
    blockquote center dd details div dl dt figcaption figure hr li ol p pre summary table ul
    """.split()  # noqa: SIM905 - twenty lines would hide which are there
)
_CELLS = {"td", "th"}
_ROWS = {"tbody", "thead"}
#: What may stand in the parts of a table, text not being among it.
_CHILDREN = {
    "table": {"caption", "col", "colgroup", "tr"} | _ROWS | _CELLS,
    "tbody": {"tr"} | _CELLS,
    "thead": {"tr"} | _CELLS,
    "tr": _CELLS,
    "colgroup": {"col"},
}
_IN_TABLES = {"caption", "col", "colgroup", "tr"} | _ROWS | _CELLS
#: What the start of an element ends, where its author has not.
_ENDS: Mapping[str, Collection[str]] = (
    {block: {"p"} for block in _BLOCKS}
    | {heading: {"p"} | _HEADINGS for heading in _HEADINGS}
    | {"li": {"p", "li"}, "dt": {"p", "dt", "dd"}, "dd": {"p", "dt", "dd"}, "a": {"a"}}
    | {"caption": {"caption", "colgroup"}, "colgroup": {"caption", "colgroup"}}
    | {"td": _CELLS, "th": _CELLS}
    | {"tr": {"caption", "colgroup", "tr"}}
    | {rows: {"caption", "colgroup", "tr"} | _ROWS for rows in _ROWS}
)
_ITEMS = {"li", "dt", "dd"}
_LISTS = {"ul", "ol", "dl"}


def safe_html(html: str, room: Room | None = None) -> str:
    """HTML that is safe, and whose length and work for a browser is bounded.

    >>> safe_html('<b onclick="steal()">bold</b><script>steal()</script><img src="//x.org/i.png">')
    '<b>bold</b><img>'
    >>> safe_html("<p><b>1<p>2<p>3")
    '<p><b>1</b></p><p>2</p><p>3</p>'
    """
    room = room or Room()
    tags = html.count("<")
    elements = tags - html.count("</")
    if len(html) > LENGTH_LIMIT or tags > TAG_LIMIT or not room.take(elements=elements):
        return NOT_SHOWN
    balanced, text = html, len(html)
    if not _is_balanced(html):
        try:
            balancer = _Balancer(room)
            balanced = balancer.balanced(html)
        except AssertionError:  # as html.parser says that it knows no such declaration
            return NOT_SHOWN
        text = len(balanced) - balancer.image_characters
    if text > HTML_LIMIT or not room.take(characters=text, elements=script_runs(balanced)):
        return NOT_SHOWN
    made = cleaned(balanced)
    return made if len(made) <= GROWTH_LIMIT * len(html) + 200 else NOT_SHOWN


def cleaned(html: str) -> str:
    """Safe HTML of what was written here, and so is balanced.

    nh3 binds ammonia, which parses as browsers do and writes a new document from what it has
    understood. Expressions that look for dangerous text would have to foresee every way in which
    browsers mend broken markup.
    """
    return nh3.clean(
        undeceptive(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "data"},  # "data" only where the filter lets it
        link_rel="noopener noreferrer",
    )


def _safe_attribute(tag: str, attribute: str, value: str) -> str | None:
    """The value to keep, or None to drop the attribute."""
    if (tag, attribute) == ("img", "src"):
        # An image from elsewhere would tell its server who reads the page, and when.
        return safe_data_uri(value)
    if (tag, attribute) == ("a", "href"):
        return value if _LINK.match(value) else None
    if attribute == "class":
        return value if value in _OWN_CLASSES else None
    return value


def _is_balanced(html: str) -> bool:
    """Whether it is as plain as the tables of pandas, of which `_Balancer` would change nothing.

    It takes a tenth of the time.
    """
    if _ODD.search(html):
        return False
    open_tags: list[str] = []
    for end, tag in _ANY_TAG.findall(html):
        inside = open_tags[-1] if open_tags else ""
        if tag in _EMPTY and not end:
            continue
        if end:
            if inside != tag:
                return False
            open_tags.pop()
            continue
        in_place = tag in _CHILDREN[inside] if inside in _CHILDREN else tag not in _IN_TABLES
        ends = _ENDS.get(tag, ()) if inside not in _CHILDREN else ()
        if not in_place or len(open_tags) == DEPTH_LIMIT or not set(ends).isdisjoint(open_tags):
            return False
        if tag == "table" and open_tags.count(tag) == TABLE_DEPTH_LIMIT:
            return False
        open_tags.append(tag)
    return not open_tags


def _boundaries(tag: str) -> set[str]:
    """The elements out of which neither the start nor the end of a tag reaches."""
    return {"table"} if tag in _IN_TABLES else _CELLS | {"caption", "table"}


class _Balancer(HTMLParser):
    """Writes HTML anew, with the elements that may stay, each of them closed in its place."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._parts: list[str] = []
        self._open: list[str] = []
        self._unseen = False
        self.image_characters = 0

    def balanced(self, html: str) -> str:
        """All of ``html``; call it once."""
        self.feed(html)
        self.close()
        self._close_to(0)
        return "".join(self._parts)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._unseen = tag in _UNSEEN
        if tag not in _TAGS:
            return
        # What stands in a table's cell, or in an item's list, ends nothing outside of it.
        boundaries = _boundaries(tag) | (_LISTS if tag in _ITEMS else set())
        if ends := list(self._found(_ENDS.get(tag, ()), boundaries)):
            self._close_to(ends[-1])
        if not self._may_stand_here(tag):
            return
        kept = [(name, value or "") for name, value in attrs if name in _ATTRIBUTES.get(tag, ())]
        self._parts.append(f"<{tag}{self._attributes(dict(kept))}>")
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in _UNSEEN:
            self._unseen = False
        elif tag in _TAGS - _EMPTY:
            # The end of a table ends the cell that is open in it.
            boundaries = set() if tag == "table" else _boundaries(tag) - {tag}
            place = next(self._found({tag}, boundaries), None)
            if place is not None:
                self._close_to(place)

    def handle_data(self, data: str) -> None:
        if not self._unseen and (self._top not in _CHILDREN or data.isspace()):
            self._parts.append(escape(data, quote=False))

    @property
    def _top(self) -> str:
        return self._open[-1] if self._open else ""

    def _may_stand_here(self, tag: str) -> bool:
        if self._top in _CHILDREN:
            return tag in _CHILDREN[self._top]
        if tag in _IN_TABLES or len(self._open) >= DEPTH_LIMIT:
            return False
        return tag != "table" or self._open.count("table") < TABLE_DEPTH_LIMIT

    def _found(self, tags: Collection[str], boundaries: Collection[str]) -> Iterator[int]:
        """Where such elements are open, the innermost first, and none beyond a boundary."""
        for place in reversed(range(len(self._open))):
            if self._open[place] in tags:
                yield place
            elif self._open[place] in boundaries:
                return

    def _close_to(self, depth: int) -> None:
        while len(self._open) > depth:
            self._parts.append(f"</{self._open.pop()}>")

    def _attributes(self, given: dict[str, str]) -> str:
        """The attributes as they are written, with no more of anything than there is room for."""
        if "src" in given:
            image = safe_data_uri(given["src"], self._room)
            self.image_characters += len(image or "")
            given["src"] = image or ""
        spans = {name: given.pop(name) for name in ("colspan", "rowspan") if name in given}
        numbers = {name: int(value) for name, value in spans.items() if _NUMBER.fullmatch(value)}
        # Browsers make room for each of the places that a cell covers.
        places = numbers.get("colspan", 1) * numbers.get("rowspan", 1)
        if self._room.take(elements=_PLACE_ELEMENTS * (places - 1)):
            given |= {name: str(number) for name, number in numbers.items()}
        if not _NUMBER.fullmatch(given.get("start", "1")):
            del given["start"]
        return "".join(
            f' {name}="{escape(value)}"' for name, value in given.items() if value or name == "alt"
        )
