"""Pages made of templates: what they show is escaped, and a misspelt name is an error."""

from __future__ import annotations

from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined


def page_templates(*folders: Path) -> Environment:
    """The templates of HTML pages in these folders.

    >>> page_templates().from_string("{{ text }}").render(text="<b>")
    '&lt;b&gt;'
    """
    return Environment(
        loader=FileSystemLoader(folders),
        autoescape=True,
        undefined=StrictUndefined,  # a misspelt name is an error instead of nothing on the page
        trim_blocks=True,
        lstrip_blocks=True,
    )
