"""Markdown as formgrader shows it, by nbconvert, which takes a third of a second to import."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def _absent(package: str) -> Iterator[None]:
    """Have imports in the block do without an optional package, unless it is loaded already."""
    if package in sys.modules:
        yield
        return
    sys.modules[package] = None  # type: ignore[assignment]  # so the import system documents it
    try:
        yield
    finally:
        del sys.modules[package]


# nbconvert imports jsonschema, which would build a parser of addresses of rfc3987_syntax's: that
# takes three times as long as all the rest, and the format of notebooks has no addresses.
with _absent("rfc3987_syntax"):
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


def rendered(text: str, attachments: dict[str, dict[str, str]]) -> str:
    """The HTML of a text with attached images, by name and kind."""
    renderer = IPythonRenderer(escape=False, attachments=attachments)
    return MarkdownWithMath(renderer=renderer).render(text)
