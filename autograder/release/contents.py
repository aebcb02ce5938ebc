"""What a file holds: all texts in it, however it is packed or encoded, and what cannot be read.

A solution is as easily read in a web page, an archive in an archive, or text of two bytes a
character as in a notebook. Everything is looked into by its content, whatever its name says, down
to a bound; what no text can be had of is said to be opaque.
"""

from __future__ import annotations

import base64
import binascii
import bz2
import gzip
import html
import io
import json
import lzma
import re
import tarfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import unquote

MOST_UNPACKED = 64 << 20  # bytes of all that is packed in one file
MOST_PACKED = 10_000  # files in it
DEEPEST = 4  # archives within archives
_COMPRESSED: Mapping[bytes, Any] = {
    b"\x1f\x8b": gzip.open, b"BZh": bz2.open, b"\xfd7zXZ": lzma.open,
}  # fmt: skip
_UNREADABLE = (
    zipfile.BadZipFile, tarfile.TarError, NotImplementedError, RuntimeError, OSError, EOFError,
    zlib.error, lzma.LZMAError, ValueError,
)  # fmt: skip
_BASE64 = re.compile(r"(?<![\w+/])[A-Za-z0-9+/]{38,}(?:\s+[A-Za-z0-9+/]{4,})*={0,2}")
_TAG = re.compile(r"<[^<>]*>")
#: Tags of web pages and of office documents between which text is on lines of its own.
_LINE_TAG = re.compile(
    r"</?(?:br|p|div|t[dhr]|li|[dou]l|d[td]|pre|h[1-6]|row|si|(?:\w+:)(?:p|br|line-break|tab|tc))"
    r"(?:\s[^<>]*|/)?>",
    re.IGNORECASE,
)
_RTF_LINE = re.compile(r"\\(?:par|line|cell|row)\b ?")
_HEX = re.compile(r"(?<![\w])(?:[0-9a-fA-F]{2}){20,}(?!\w)")
#: How LaTeX marks a piece of code that Pygments has coloured, and the characters it spells out.
_COLOURED = re.compile(r"\\PY\{[\w+]*\}\{((?:[^{}]|\{\})*)\}")
_SPELT = dict(zip(
    ("bs", "us", "ob", "cb", "ca", "am", "lt", "gt", "sh", "pc", "dl", "hy", "sq", "dq", "ti", "at",
     "lb", "rb"),
    "\\_{}^&<>#%$-'\"~@[]",
    strict=True,
))  # fmt: skip
_SPELT_OUT = re.compile(rf"\\PYZ({'|'.join(_SPELT)})\{{\}}")
_HELD_BACK = re.compile(rf"\0PYZ({'|'.join(_SPELT)})\0")
#: What begins binary files of which no text can be had, and what they are.
_OPAQUE = {
    b"\x89PNG": "a picture", b"\xff\xd8\xff": "a picture", b"GIF8": "a picture",
    b"RIFF": "a picture or a sound", b"II*\0": "a picture", b"MM\0*": "a picture",
    b"BM": "a picture", b"%PDF": "a PDF", b"7z\xbc\xaf": "an archive", b"Rar!": "an archive",
    b"(\xb5/\xfd": "compressed data", b"PAR1": "a table in Parquet",
}  # fmt: skip


@dataclass(frozen=True)
class Piece:
    """A file, or a file in an archive: ``material.zip/all/solved.ipynb`` in ``material.zip``.

    ``problem`` says why it is not looked into, and is empty if it is.
    """

    file: str
    name: str
    data: bytes
    problem: str = ""

    @cached_property
    def texts(self) -> tuple[str, ...]:
        """Its text in every way that somebody could read it; none is cut."""
        return tuple(dict.fromkeys(text for plain in _decoded(self.data) for text in _read(plain)))

    @cached_property
    def node(self) -> Any:
        """What it holds as JSON, None if it is none."""
        return _json(_decoded(self.data)[0])

    @property
    def opaque(self) -> str:
        """What it is, if it can hold what nobody finds here."""
        if self.problem or _packed(self.data) is not None:
            return self.problem
        known = next((what for start, what in _OPAQUE.items() if self.data.startswith(start)), "")
        is_text = b"\0" not in self.data or self.data.startswith((b"\xff\xfe", b"\xfe\xff"))
        return known or ("" if is_text else "binary data")


def pieces_of(files: Mapping[str, bytes]) -> Iterator[Piece]:
    """The ``files``, names to contents, in order, each followed by what is packed in it."""
    for name, data in sorted(files.items()):
        yield from _unpacked(Piece(name, name, data), _Room(), 1)


@dataclass
class _Room:
    """What may still be unpacked of one file."""

    size: int = MOST_UNPACKED
    files: int = MOST_PACKED


def _unpacked(piece: Piece, room: _Room, depth: int) -> Iterator[Piece]:
    """A file, and what is packed in it: in archives, compressed, in the numbers of base 64."""
    packed = _packed(piece.data)
    if packed is not None and depth > DEEPEST:
        yield replace(piece, problem="packed too often")
        return
    yield piece
    if packed is None:
        for number, data in enumerate(_embedded(piece) if depth <= DEEPEST else (), start=1):
            inner = Piece(piece.file, f"{piece.name}/base64-{number}", data)
            yield from _unpacked(inner, room, depth + 1)
        return
    try:
        for name, reader in packed:
            data = reader.read(room.size + 1)
            room.size -= len(data)
            room.files -= 1
            if min(room.size, room.files) < 0:
                yield replace(piece, data=b"", problem="more than is unpacked to look into")
                return
            yield from _unpacked(Piece(piece.file, f"{piece.name}/{name}", data), room, depth + 1)
    except _UNREADABLE:
        yield replace(piece, data=b"", problem="an archive that cannot be unpacked")


def _packed(data: bytes) -> Iterator[tuple[str, Any]] | None:
    """Names and readers of what an archive holds; None if it is none."""
    memory = io.BytesIO(data)
    if zipfile.is_zipfile(memory):
        return _zipped(zipfile.ZipFile(memory))
    if data.startswith(tuple(_COMPRESSED)) or data[257:262] == b"ustar":
        return _tarred(data)
    if data[:2] in (b"x\x01", b"x\x5e", b"x\x9c", b"x\xda"):
        try:
            plain = zlib.decompressobj().decompress(data, MOST_UNPACKED + 1)
        except zlib.error:
            return None
        return iter([("content", io.BytesIO(plain))])
    return None


def _zipped(archive: zipfile.ZipFile) -> Iterator[tuple[str, Any]]:
    for info in archive.infolist():
        if not info.is_dir():
            with archive.open(info) as reader:
                yield info.filename, reader


def _tarred(data: bytes) -> Iterator[tuple[str, Any]]:
    """What is in a tar archive, or the one file that is compressed without."""
    try:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            for member in archive:
                reader = archive.extractfile(member) if member.isfile() else None
                if reader is not None:
                    yield member.name, reader
        return
    except tarfile.ReadError:
        pass
    opened = next(kind for start, kind in _COMPRESSED.items() if data.startswith(start))
    with opened(io.BytesIO(data)) as reader:
        yield "content", reader


def _embedded(piece: Piece) -> Iterator[bytes]:
    """The files that stand in a text in base 64."""
    text = _decoded(piece.data)[0]
    for encoded in sorted({match[0] for match in _BASE64.finditer(text.replace("\\n", "\n"))}):
        try:
            data = base64.b64decode("".join(encoded.split()), validate=True)
            data.startswith((*_OPAQUE, *_COMPRESSED, b"PK")) or data.decode()
        except (binascii.Error, ValueError):  # no base 64, or nothing that anybody can read
            continue
        yield data
    for match in _HEX.finditer(text):
        data = bytes.fromhex(match[0])
        if data.isascii() and b"\0" not in data:
            yield data


def _decoded(data: bytes) -> list[str]:
    """A file's bytes as text: one reading, or several where nothing says which is meant."""
    for mark, encoding in (
        (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
        (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"),
    ):  # fmt: skip
        if data.startswith(mark):
            return [data.decode(encoding, "ignore")]
    plain = data.decode("utf-8", "ignore")
    if b"\0" not in data:
        return [plain]
    narrow = [plain, plain.replace("\0", "")]  # the latter is wide text, as far as it is ASCII
    if data[: 1 << 16].count(0) * 4 < min(len(data), 1 << 16):
        return narrow
    return narrow + [data.decode(each, "ignore") for each in ("utf-16-le", "utf-16-be")]


def _read(text: str) -> Iterator[str]:
    """A text, and what it says to a browser, to LaTeX, as JSON, in a string and in an address."""
    yield text
    if "<" in text or "&" in text:
        yield html.unescape(_TAG.sub("", text))
        if _LINE_TAG.search(text):
            yield html.unescape(_TAG.sub("", _LINE_TAG.sub("\n", text)))
    if text.startswith("{\\rtf"):
        yield re.sub(r"\\([{}\\])", r"\1", _RTF_LINE.sub("\n", text))
    if "\\PY" in text:
        # Braces that are spelt out must not be taken for those around a piece.
        plain = _COLOURED.sub(r"\1", _SPELT_OUT.sub(r"\0PYZ\1\0", text))
        yield _HELD_BACK.sub(lambda match: _SPELT[match[1]], plain)
    if "\\n" in text:
        yield re.sub(r"\\(.)", lambda match: {"n": "\n", "t": "\t"}.get(match[1], match[1]), text)
    if "%20" in text or "%0A" in text.upper():
        yield unquote(text)
    node = _json(text)
    if isinstance(node, dict | list):
        yield from _strings(node)


def _json(text: str) -> Any:
    if not text.lstrip().startswith(("{", "[")):
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _strings(node: Any) -> Iterator[str]:
    """Every string in a JSON value, names of keys included."""
    waiting = [node]
    while waiting:
        value = waiting.pop()
        if isinstance(value, str):
            yield value
        elif isinstance(value, dict):
            waiting += [*value, *value.values()]
        elif isinstance(value, list):
            if value and all(isinstance(each, str) for each in value):
                yield "".join(value)  # a text as notebooks store it, line by line
                yield "\n".join(value)
            waiting += value
