"""Markdown cells as safe HTML: no raw HTML, no foreign images; formulas as MathML.

Formulas are typeset when the page is written: MathJax would be a script in the page, or loaded from
elsewhere. They take their place in the HTML after it was cleaned, which lets no MathML through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from functools import cache
from html import escape, unescape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from autograder.sanitise import (
    MARKDOWN_COST,
    Room,
    cleaned,
    mathml,
    safe_data_uri,
    safe_images,
    script_runs,
    truncated,
)

MARKDOWN_LIMIT = 20_000  # characters, images apart
GROWTH_LIMIT = 20  # times as long as the text: a table's "|\n" becomes a row
FORMULA_LIMIT = 100  # lines
HEADINGS_BELOW = 2  # a notebook's first-level heading is a third-level one on the page

NO_ROOM = (
    '<p><span class="not-shown">This text is not shown: the page would be too long.</span></p>'
)

LONG_FORMULA = 80  # characters of the HTML of its TeX: wider than a telephone, perhaps
#: A box of its own to scroll in; by the keyboard, too.
_BOX = '<div class="wide" tabindex="0">'
_FORMULA = re.compile(
    r'<code class="math">(?P<inline>[^<]*)</code>'
    r'|<pre><code class="math display">(?P<display>[^<]*)</code></pre>'
)
_DATA_URI = re.compile(r"data:image/(?:png|jpeg);base64,[A-Za-z0-9+/=]+", re.IGNORECASE)
_DISPLAY_START = re.compile(r"\$\$|\\begin\{(\w+\*?)\}")


def markdown_html(
    source: str, attachments: Mapping[str, Any] | None = None, room: Room | None = None
) -> str:
    r"""The HTML of a Markdown cell, of what there is ``room`` for.

    >>> markdown_html("Minimise $x$ <script>")
    '<p>Minimise <math><mrow><mi>x</mi></mrow></math> &lt;script&gt;</p>\n'
    >>> markdown_html(r"$\newcommand{\x}{y}$")
    '<p><code class="math">\\newcommand{\\x}{y}</code></p>\n'
    >>> markdown_html("![a plot](https://example.org/plot.png)")
    '<p><span class="not-shown">Image not shown: a plot</span></p>\n'
    """
    room = room or Room()
    pictures = sum(map(len, _DATA_URI.findall(source)))
    source = truncated(source, MARKDOWN_LIMIT + pictures)
    if room.plain or MARKDOWN_COST * len(source) > room.characters:
        html = f"<pre>{escape(source)}</pre>\n"
        return html if room.take(characters=len(html)) else NO_ROOM
    env: dict[str, Any] = {"attachments": attachments or {}, "room": room, "pictures": 0}
    html = _renderer().render(source, env)
    # A definition of a link makes its address stand wherever it is used.
    characters = len(html) - env["pictures"]
    needed = MARKDOWN_COST * len(source) + characters
    elements = html.count("<") // 2 + script_runs(source)
    is_short = characters <= GROWTH_LIMIT * len(source) + 1000
    if not is_short or not room.take(characters=needed, elements=elements):
        # It has taken its time, of which there is not for any number of texts.
        room.take(characters=min(needed, room.characters))
        return NO_ROOM
    # The renderer escapes everything itself. Its output is cleaned all the same, so that a fault in
    # it, or in the rules below, does not make anything active.
    html = cleaned(html)
    html = _FORMULA.sub(lambda found: _typeset(found, room), html)
    html = html.replace("<th></th>", "<td></td>")  # no heading, which screen readers would miss
    return html.replace("<table>", _BOX + "<table>").replace("</table>", "</table></div>")


def _typeset(found: re.Match[str], room: Room) -> str:
    """What takes the place of a formula's TeX: that itself, if there is nothing better."""
    is_display = found["display"] is not None
    made = mathml(unescape(found["inline"] or found["display"]), room, display=is_display)
    if made is None:
        return found[0]
    # A browser does not break the lines of a formula.
    if is_display:
        return f"{_BOX}{made}</div>"
    return made if len(found[0]) < LONG_FORMULA else f'<span class="wide">{made}</span>'


@cache
def _renderer() -> MarkdownIt:
    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    renderer.inline.ruler.before("escape", "math", _inline_math)
    renderer.block.ruler.before(
        "fence", "math", _display_math, {"alt": ["paragraph", "blockquote", "list"]}
    )
    renderer.add_render_rule("math", _render_math)
    renderer.add_render_rule("image", _render_image)
    renderer.add_render_rule("heading_open", _render_heading)
    renderer.add_render_rule("heading_close", _render_heading)
    return renderer


def _inline_math(state: StateInline, silent: bool) -> bool:
    """A formula between single or double dollar signs.

    As in Jupyter, blanks beside a single sign tell that it is not a formula's: ``$5 or $ 6``.
    """
    if state.src[state.pos] != "$":
        return False
    mark = "$$" if state.src.startswith("$$", state.pos) else "$"
    start = state.pos + len(mark)
    end = state.src.find(mark, start)
    formula = state.src[start:end]
    if end <= start or (mark == "$" and (formula[0].isspace() or formula[-1].isspace())):
        return False
    if not silent:
        state.push("math", "", 0).content = formula
    state.pos = end + len(mark)
    return True


def _display_math(state: StateBlock, line: int, end_line: int, silent: bool) -> bool:
    r"""Lines from ``$$`` or ``\begin{…}`` to its end, which may look like lists or headings."""
    text = state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
    match = _DISPLAY_START.match(text)
    if match is None:
        return False
    end_mark = f"\\end{{{match[1]}}}" if match[1] else "$$"
    lines = [text[match.end() :]]
    last = line
    while end_mark not in lines[-1]:
        last += 1
        # The limit keeps thousands of opening marks, none of them closed, from taking n² time.
        if last >= min(end_line, line + FORMULA_LIMIT):
            return False
        lines.append(state.src[state.bMarks[last] + state.tShift[last] : state.eMarks[last]])
    formula, _, rest = "\n".join(lines).rpartition(end_mark)
    if rest.strip():
        return False
    if not silent:
        token = state.push("math", "", 0)
        token.content = (match[0] + formula + end_mark if match[1] else formula).strip()
        token.block = True
        token.map = [line, last + 1]
    state.line = last + 1
    return True


def _render_math(
    _: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    formula = escape(tokens[index].content)
    if tokens[index].block:
        return f'<pre><code class="math display">{formula}</code></pre>\n'
    return f'<code class="math">{formula}</code>'


def _render_image(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    token = tokens[index]
    alt = renderer.renderInlineAsText(token.children or [], options, env)
    source = str(token.attrGet("src") or "")
    room = env["room"]
    uri = safe_data_uri(source, room) or _attached(unquote(source), env["attachments"], room)
    if uri is None:
        return f'<span class="not-shown">Image not shown: {escape(alt or source[:200])}</span>'
    env["pictures"] += len(uri)
    return f'<img src="{uri}" alt="{escape(alt)}">'


def _attached(source: str, attachments: Mapping[str, Any], room: Room) -> str | None:
    """The data URI of ``attachment:name``, if that is an image."""
    bundle = attachments.get(source.removeprefix("attachment:"))
    if not source.startswith("attachment:") or not isinstance(bundle, Mapping):
        return None
    uris = [f"data:{mime};base64,{image}" for mime, image in safe_images(bundle, room).items()]
    return uris[0] if uris else None


def _render_heading(
    renderer: RendererHTML,
    tokens: Sequence[Token],
    index: int,
    options: OptionsDict,
    env: MutableMapping[str, Any],
) -> str:
    level = min(int(tokens[index].tag[1:]) + HEADINGS_BELOW, 6)
    closing = "/" if tokens[index].nesting < 0 else ""
    return f"<{closing}h{level}>"
