"""PNG and JPEG images in base64, and what it takes to show them."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from autograder.sanitise.room import Room

IMAGE_LIMIT = 3 * 1024 * 1024  # bytes of one image, decoded
PIXEL_LIMIT = 50_000_000  # of an image when drawn; a small file can claim any size
_HEADER_CHUNKS = 1_000  # of a PNG before its pixels; honest ones have a dozen
_SCANS = 4  # of a JPEG, that a browser decodes in about the time of one

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_IMAGES = ("image/png", "image/jpeg")
_DATA_URI = re.compile(r"data:(image/(?:png|jpeg));base64,", re.IGNORECASE)


def joined(value: object) -> str | None:
    """A part of a MIME bundle as one string: nbformat also allows a list of lines."""
    if isinstance(value, list | tuple) and all(isinstance(line, str) for line in value):
        return "".join(value)
    return value if isinstance(value, str) else None


def safe_images(bundle: Mapping[str, object], room: Room | None = None) -> dict[str, str]:
    """The images of a MIME bundle that `safe_image` accepts, by their types."""
    found = {mime: safe_image(mime, joined(bundle.get(mime)), room) for mime in _IMAGES}
    return {mime: image for mime, image in found.items() if image is not None}


def safe_data_uri(uri: str, room: Room | None = None) -> str | None:
    """A ``data:`` URI of an image that `safe_image` accepts, or None."""
    match = _DATA_URI.match(uri)
    if match is None:
        return None
    mime = match[1].lower()
    image = safe_image(mime, uri[match.end() :], room)
    return None if image is None else f"data:{mime};base64,{image}"


def safe_image(mime: str, encoded: object, room: Room | None = None) -> str | None:
    """A PNG or JPEG in base64, written anew.

    None if it is not what ``mime`` says, is too big, is animated, or there is no ``room`` for it.
    SVG is never accepted: it is a document that can hold scripts and load other files.
    """
    if not isinstance(encoded, str) or len(encoded) > IMAGE_LIMIT * 4 // 3 + 1000:
        return None
    try:
        data = base64.b64decode("".join(encoded.split()), validate=True)
    except (binascii.Error, ValueError):
        return None
    pixels = 0
    if mime == "image/png":
        pixels = _png_pixels(data)
    elif mime == "image/jpeg":
        pixels = _jpeg_pixels(data)
    image = base64.b64encode(data).decode("ascii")
    if not 0 < pixels <= PIXEL_LIMIT:
        return None
    return image if (room or Room()).take(pixels=pixels, image_characters=len(image)) else None


def _png_pixels(data: bytes) -> int:
    """How many pixels a PNG has by its header chunk; 0 if it is none, or animated."""
    if not data.startswith(_PNG) or data[12:16] != b"IHDR":
        return 0
    place = len(_PNG)
    for _ in range(_HEADER_CHUNKS):
        kind = data[place + 4 : place + 8]
        if kind == b"IDAT":
            return int.from_bytes(data[16:20], "big") * int.from_bytes(data[20:24], "big")
        # "acTL" makes it an animation, of any number of frames.
        if len(kind) < 4 or kind == b"acTL":
            return 0
        place += 12 + int.from_bytes(data[place : place + 4], "big")
    return 0


def _jpeg_pixels(data: bytes) -> int:
    """How many pixels a browser has to work out for a JPEG; 0 if it is none.

    A progressive one is decoded as often as it has scans, and it can have any number of them.
    """
    if not data.startswith(_JPEG):
        return 0
    place = 2
    while place + 9 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF:  # a byte that fills
            place += 1
            continue
        # C0 to CF start a frame, but for the tables of Huffman (C4) and arithmetic (CC) codes and
        # the reserved C8.
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height = int.from_bytes(data[place + 5 : place + 7], "big")
            width = int.from_bytes(data[place + 7 : place + 9], "big")
            return width * height * max(1, data.count(b"\xff\xda") // _SCANS)
        if marker < 0xC0 or 0xD0 <= marker <= 0xDA:  # no segment of a length stands here
            return 0
        place += 2 + int.from_bytes(data[place + 2 : place + 4], "big")
    return 0
