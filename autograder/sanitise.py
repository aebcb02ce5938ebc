"""Makes what a student's code produced fit to be shown: text, images and HTML, nothing active.

Feedback pages and the notebooks that formgrader renders both show what students wrote and printed,
to readers who may change grades. Only kinds of content that can be checked here pass: plain text,
PNG and JPEG images, and HTML that is rebuilt from a short list of elements. All of it is bounded,
because an output may be as large and as deeply nested as the student likes.
"""

from __future__ import annotations

import base64
import binascii
import copy
import logging
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import nh3

OUTPUTS_SHOWN = 50  # of one cell
TEXT_LIMIT = 20_000  # characters of one text
HTML_LIMIT = 200_000  # characters of one output's HTML
TAG_LIMIT = 5_000  # cleaning takes time that grows with the square of the nesting
IMAGE_LIMIT = 3 * 1024 * 1024  # bytes of one image, decoded
PIXEL_LIMIT = 50_000_000  # of an image when drawn; a small file can claim any size
MESSAGE_LIMIT = 2_000  # characters of one entry in the log, its traceback apart

#: Escape sequences of terminals: colours, cursor movements, links and window titles.
_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[ -/]+[0-~])"
)
#: Control characters but tab and newline, and half surrogate pairs, which UTF-8 cannot hold.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: Characters that show text in another order than it is stored, or not at all.
_DECEPTIVE = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_IMAGES = ("image/png", "image/jpeg")
_DATA_URI = re.compile(r"data:(image/(?:png|jpeg));base64,", re.IGNORECASE)

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


def safe_outputs(outputs: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    r"""nbformat-4 outputs with nothing active and nothing endless in them.

    Text, PNG and JPEG images and cleaned HTML remain; whatever is not an output is dropped.

    >>> safe_outputs([{"output_type": "stream", "name": "stdout", "text": "hi\x07"}])
    [{'output_type': 'stream', 'name': 'stdout', 'text': 'hi�'}]
    """
    safe = [made for made in map(_safe_output, outputs[:OUTPUTS_SHOWN]) if made is not None]
    if len(outputs) > OUTPUTS_SHOWN:
        note = f"… {len(outputs) - OUTPUTS_SHOWN:,} more outputs are not shown …\n"
        safe.append({"output_type": "stream", "name": "stderr", "text": note})
    return safe


def _safe_output(output: Mapping[str, Any]) -> dict[str, Any] | None:
    """A new output of known keys, or None: the candidate may send anything as an output."""
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _shown(output.get("text"))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list | tuple) else []
        return {
            "output_type": kind,
            "ename": _shown(output.get("ename")),
            "evalue": _shown(output.get("evalue")),
            "traceback": _shown("\n".join(_strings(lines))).split("\n"),
        }
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, Mapping):
        return None
    shown: dict[str, Any] = {"output_type": kind, "data": _safe_bundle(data), "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        shown["execution_count"] = count if type(count) is int else None
    return shown if shown["data"] else None


def _safe_bundle(bundle: Mapping[str, object]) -> dict[str, str]:
    """The parts of a MIME bundle that can be shown safely, each made so."""
    safe = safe_images(bundle)
    html = _joined(bundle.get("text/html"))
    if html is not None:
        safe["text/html"] = safe_html(html)
    text = _joined(bundle.get("text/plain"))
    if text is not None:
        safe["text/plain"] = plain_text(text)
    return safe


def _joined(value: object) -> str | None:
    """A part of a MIME bundle as one string: nbformat also allows a list of lines."""
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _shown(value: object) -> str:
    """Plain text of a string, or of the strings in a list; nothing of anything else."""
    if isinstance(value, list | tuple):
        value = "".join(_strings(value))
    return plain_text(value) if isinstance(value, str) else ""


def _strings(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]


def plain_text(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""Text that shows as it is stored: no terminal escapes, no invisible or reordering characters.

    The caller still has to escape it for HTML. Of text longer than ``limit`` characters the
    beginning and the end are kept.

    >>> plain_text("\x1b[31mred\x1b[0m\r\n 10%\r100%")
    'red\n100%'
    >>> plain_text("user\u202etxt")
    'user[U+202E]txt'
    """
    text = truncated(text, limit)
    lines = _ANSI.sub("", text).split("\n")
    # As on a terminal, what follows a carriage return overwrites the line: a progress bar.
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _undeceptive(text))


def truncated(text: str, limit: int) -> str:
    r"""``text`` of at most about ``limit`` characters, with a note of how much is left out.

    >>> truncated("0123456789" * 10, 40)
    '012345678901234567890123456789\n… 60 characters are not shown …\n0123456789'
    """
    if len(text) <= limit:
        return text
    # The end is kept as well: it holds the error of a traceback and the result of a long print.
    tail = limit // 4
    left_out = len(text) - limit
    return f"{text[: limit - tail]}\n… {left_out:,} characters are not shown …\n{text[-tail:]}"


def _undeceptive(text: str) -> str:
    """Deceptive characters written as their numbers."""
    return _DECEPTIVE.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)


def safe_html(html: str) -> str:
    """HTML reduced to text, tables, links to web pages and embedded PNG and JPEG images.

    >>> safe_html('<b onclick="steal()">bold</b><script>steal()</script><img src="//x.org/i.png">')
    '<b>bold</b><img>'
    """
    if len(html) > HTML_LIMIT or html.count("<") > TAG_LIMIT:
        return "<p>This output is too long to be shown.</p>"
    return cleaned(html)


def cleaned(html: str) -> str:
    """As `safe_html`, for HTML of any length that was made here.

    nh3 binds ammonia, which parses as browsers do and writes a new document from what it has
    understood. Expressions that look for dangerous text would have to foresee every way in which
    browsers mend broken markup.
    """
    return nh3.clean(
        _CONTROL.sub("\N{REPLACEMENT CHARACTER}", _undeceptive(html)),
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


def safe_images(bundle: Mapping[str, object]) -> dict[str, str]:
    """The images of a MIME bundle that `safe_image` accepts, by their types."""
    found = {mime: safe_image(mime, _joined(bundle.get(mime))) for mime in _IMAGES}
    return {mime: image for mime, image in found.items() if image is not None}


def safe_data_uri(uri: str) -> str | None:
    """A ``data:`` URI of an image that `safe_image` accepts, or None."""
    match = _DATA_URI.match(uri)
    if match is None:
        return None
    mime = match[1].lower()
    image = safe_image(mime, uri[match.end() :])
    return None if image is None else f"data:{mime};base64,{image}"


def safe_image(mime: str, encoded: object) -> str | None:
    """A PNG or JPEG in base64, written anew; None if it is not what ``mime`` says or is too big.

    SVG is never accepted: it is a document that can hold scripts and load other files.
    """
    if not isinstance(encoded, str) or len(encoded) > IMAGE_LIMIT * 4 // 3 + 1000:
        return None
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    size = None
    if mime == "image/png":
        size = _png_size(data)
    elif mime == "image/jpeg":
        size = _jpeg_size(data)
    if size is None or not 0 < size[0] * size[1] <= PIXEL_LIMIT:
        return None
    return base64.b64encode(data).decode("ascii")


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the header chunk."""
    if not data.startswith(_PNG) or data[12:16] != b"IHDR" or len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Width and height in pixels, from the start-of-frame segment."""
    if not data.startswith(_JPEG):
        return None
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        # C0 to CF start a frame, but for the tables of Huffman (C4) and arithmetic (CC) codes and
        # the reserved C8.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


class PlainFormatter(logging.Formatter):
    r"""Formats log records so that no text of a student's can act, mislead or go on for ever.

    What an entry says and its traceback are each made a `plain_text` of bounded length. All lines
    of an entry but its first are indented, so that none can pass for an entry of its own.

    >>> record = logging.makeLogRecord({"levelname": "INFO", "msg": "\x1b[2Jx\nINFO all is well"})
    >>> print(PlainFormatter("%(levelname)s %(message)s").format(record))
    INFO x
        INFO all is well
    """

    def __init__(self, fmt: str, *, tracebacks: bool = True) -> None:
        super().__init__(fmt)
        self._tracebacks = tracebacks

    def format(self, record: logging.LogRecord) -> str:
        record = copy.copy(record)
        record.msg, record.args = plain_text(record.getMessage(), MESSAGE_LIMIT), None
        record.exc_text = None  # another formatter may have left it as it was
        return super().format(record).replace("\n", "\n    ")

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        return plain_text(super().formatException(ei)) if self._tracebacks else ""
