"""Markdown cells as safe HTML: no raw HTML, no foreign images; formulas stay readable TeX.

Formulas are not typeset: MathJax would be a script in the page, or loaded from elsewhere, and
MathML is not allowed for the reason that `autograder.sanitise` gives.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, MutableMapping, Sequence
from html import escape
from typing import Any
from urllib.parse import unquote

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token
from markdown_it.utils import OptionsDict

from autograder.sanitise import cleaned, safe_data_uri, safe_images, truncated

MARKDOWN_LIMIT = 20_000  # characters
FORMULA_LIMIT = 100  # lines
HEADINGS_BELOW = 2  # a notebook's first-level heading is a third-level one on the page

_DISPLAY_START = re.compile(r"\$\$|\\begin\{(\w+\*?)\}")


def markdown_html(source: str, attachments: Mapping[str, Any] | None = None) -> str:
    r"""The HTML of a Markdown cell.

    >>> markdown_html("Minimise $a_1 * b_1 * c$ <script>")
    '<p>Minimise <code class="math">a_1 * b_1 * c</code> &lt;script&gt;</p>\n'
    >>> markdown_html("![a plot](https://example.org/plot.png)")
    '<p><span class="not-shown">Image not shown: a plot</span></p>\n'
    """
    renderer = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])
    renderer.inline.ruler.before("escape", "math", _inline_math)
    renderer.block.ruler.before(
        "fence", "math", _display_math, {"alt": ["paragraph", "blockquote", "list"]}
    )
    renderer.add_render_rule("math", _render_math)
    renderer.add_render_rule("image", _render_image)
    renderer.add_render_rule("heading_open", _render_heading)
    renderer.add_render_rule("heading_close", _render_heading)
    env = {"attachments": attachments or {}}
    # The renderer escapes everything itself. Its output is cleaned all the same, so that a fault in
    # it, or in the rules below, does not make anything active.
    return cleaned(renderer.render(truncated(source, MARKDOWN_LIMIT), env))


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
    uri = safe_data_uri(source) or _attached(unquote(source), env["attachments"])
    if uri is None:
        return f'<span class="not-shown">Image not shown: {escape(alt or source[:200])}</span>'
    return f'<img src="{uri}" alt="{escape(alt)}">'


def _attached(source: str, attachments: Mapping[str, Any]) -> str | None:
    """The data URI of ``attachment:name``, if that is an image."""
    bundle = attachments.get(source.removeprefix("attachment:"))
    if not source.startswith("attachment:") or not isinstance(bundle, Mapping):
        return None
    uris = [f"data:{mime};base64,{image}" for mime, image in safe_images(bundle).items()]
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
