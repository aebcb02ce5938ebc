"""Makes what a student's code produced fit to be shown: text, images and HTML, nothing active.

Cell outputs, made safe to show: the same for feedback pages and for formgrader.
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

#: Longest text, HTML and decoded image that is shown of one output: characters and bytes.
TEXT_LIMIT = 20_000
HTML_LIMIT = 200_000
TAG_LIMIT = 5_000  # cleaning takes time that grows with the square of the nesting
IMAGE_LIMIT = 3 * 1024 * 1024
MESSAGE_LIMIT = 2_000  # characters of one entry in the log, its traceback apart
PIXEL_LIMIT = 50_000_000  # what an image may have when drawn; a small file can claim any size

_ANSI = re.compile(
    r"\x1b(?:\[[0-?]*[ -/]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)?|[@-Z\\^_]|[ -/]+[0-~])"
)
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
#: Characters that show text in another order than it is stored, or not at all.
_DECEPTIVE = re.compile(
    "[\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]"
)

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_DATA_URI = re.compile(r"data:(image/(?:png|jpeg));base64,", re.IGNORECASE)

#: Landmarks belong to our page, image maps and text direction to nobody.
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
_ATTRIBUTES = {
    "a": {"href"},
    "code": {"class"},
    "img": {"src", "alt"},
    "ol": {"start"},
    "span": {"class"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
}
_OWN_CLASSES = {"math", "math display", "not-shown"}  # those that our Markdown renderer gives


def plain_text(text: str, limit: int = TEXT_LIMIT) -> str:
    r"""Text that shows as it is stored: no terminal escapes, no invisible or reordering characters.

    Of text longer than ``limit`` characters the beginning and the end are kept.

    >>> plain_text("\x1b[31mred\x1b[0m\r\n 10%\r100%")
    'red\n100%'
    >>> plain_text("user\u202etxt")
    'user[U+202E]txt'
    """
    text = truncated(text, limit)
    lines = _ANSI.sub("", text).split("\n")
    # As on a terminal, what follows a carriage return overwrites the line: a progress bar.
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in lines)
    text = _DECEPTIVE.sub(lambda match: f"[U+{ord(match[0]):04X}]", text)
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def truncated(text: str, limit: int) -> str:
    r"""``text`` of at most about ``limit`` characters, with a note of how much is left out.

    >>> truncated("0123456789" * 10, 40)
    '012345678901234567890123456789\n… 60 characters are not shown …\n0123456789'
    """
    if len(text) <= limit:
        return text
    tail = limit // 4
    left_out = len(text) - limit
    return f"{text[: limit - tail]}\n… {left_out:,} characters are not shown …\n{text[-tail:]}"


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


def safe_image(mime: str, encoded: object) -> str | None:
    """A PNG or JPEG in base64, written anew; None if it is not what ``mime`` says or is too big."""
    if not isinstance(encoded, str) or len(encoded) > IMAGE_LIMIT * 4 // 3 + 1000:
        return None
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    size = {"image/png": _png_size, "image/jpeg": _jpeg_size}.get(mime, lambda _: None)(data)
    if size is None or not 0 < size[0] * size[1] <= PIXEL_LIMIT:
        return None
    return base64.b64encode(data).decode("ascii")


def safe_data_uri(uri: str) -> str | None:
    """A ``data:`` URI of an image that `safe_image` accepts, or None."""
    match = _DATA_URI.match(uri)
    if match is None:
        return None
    mime = match[1].lower()
    image = safe_image(mime, uri[match.end() :])
    return None if image is None else f"data:{mime};base64,{image}"


def safe_html(html: str) -> str:
    """HTML reduced to text, tables, links to web pages and embedded PNG and JPEG images.

    >>> safe_html('<b onclick="steal()">bold</b><script>steal()</script><img src="//x.org/i.png">')
    '<b>bold</b><img>'
    """
    if len(html) > HTML_LIMIT or html.count("<") > TAG_LIMIT:
        return "<p>This output is too long to be shown.</p>"
    return cleaned(html)


def cleaned(html: str) -> str:
    """As `safe_html`, for HTML of any length that was made here."""
    html = _DECEPTIVE.sub(lambda match: f"[U+{ord(match[0]):04X}]", html)
    return nh3.clean(
        _CONTROL.sub("\N{REPLACEMENT CHARACTER}", html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_safe_attribute,
        url_schemes={"http", "https", "mailto", "data"},
        link_rel="noopener noreferrer",
    )


def safe_bundle(bundle: Mapping[str, object]) -> dict[str, str]:
    """The parts of a MIME bundle that can be shown safely, each made so."""
    safe: dict[str, str] = {}
    for mime in ("image/png", "image/jpeg"):
        if (image := safe_image(mime, _joined(bundle.get(mime)))) is not None:
            safe[mime] = image
    html = _joined(bundle.get("text/html"))
    if html is not None:
        safe["text/html"] = safe_html(html)
    text = _joined(bundle.get("text/plain"))
    if text is not None:
        safe["text/plain"] = plain_text(text)
    return safe


def _joined(value: object) -> str | None:
    """nbformat allows text as one string or as a list of lines."""
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def _safe_attribute(tag: str, attribute: str, value: str) -> str | None:
    if (tag, attribute) == ("img", "src"):
        return safe_data_uri(value)
    if (tag, attribute) == ("a", "href"):
        return value if re.match(r"(https?://|mailto:|#)", value, re.IGNORECASE) else None
    if attribute == "class":
        return value if value in _OWN_CLASSES else None
    return value


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
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            return int.from_bytes(data[place + 7 : place + 9], "big"), height
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return None


OUTPUTS_SHOWN = 50  # of one cell


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
    kind = output.get("output_type")
    if kind == "stream":
        name = "stderr" if output.get("name") == "stderr" else "stdout"
        return {"output_type": kind, "name": name, "text": _text(output.get("text"))}
    if kind == "error":
        traceback = output.get("traceback")
        lines = traceback if isinstance(traceback, list | tuple) else []
        return {
            "output_type": kind,
            "ename": _text(output.get("ename")),
            "evalue": _text(output.get("evalue")),
            "traceback": _text("\n".join(_strings(lines))).split("\n"),
        }
    data = output.get("data")
    if kind not in ("display_data", "execute_result") or not isinstance(data, Mapping):
        return None
    shown: dict[str, Any] = {"output_type": kind, "data": safe_bundle(data), "metadata": {}}
    if kind == "execute_result":
        count = output.get("execution_count")
        shown["execution_count"] = count if type(count) is int else None
    return shown if shown["data"] else None


def _text(value: object) -> str:
    if isinstance(value, list | tuple):
        value = "".join(_strings(value))
    return plain_text(value) if isinstance(value, str) else ""


def _strings(values: Iterable[object]) -> list[str]:
    return [value for value in values if isinstance(value, str)]
