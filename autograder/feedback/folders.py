"""Pages tell students nothing of where the instructor's course and Python lie."""

from __future__ import annotations

import re
from html import escape
from pathlib import Path

#: The end of a folder in which Python or its packages lie; tracebacks and import errors name it.
_PYTHON = re.compile(r"/lib(?:64)?/python3(?:\.\d+t?)?/(?:(?:site|dist)-packages/)?")
#: What stands before that in a path. Counted from the end, so that no text takes long.
_PATH = "/.-_+~@abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


def without_folders(page: str, root: Path) -> str:
    """A page with paths from the course folder ``root`` on, and from Python's packages on.

    >>> without_folders("File /home/jane/lib/python3.13/site-packages/numpy/a.py:7", Path("/c"))
    'File …/numpy/a.py:7'
    >>> without_folders("/srv/ml/submitted/ada is a link, /srv/ml is none", Path("/srv/ml"))
    'submitted/ada is a link, the course folder is none'
    """
    if root != Path(root.anchor):
        spelt = escape(str(root))  # which Jinja and Pygments do a little otherwise
        known = "|".join(re.escape(each) for each in {spelt, spelt.replace("&#x27;", "&#39;")})
        path = re.compile(rf"(?<![\w./-])(?:{known})(?:(/)|(?![\w.-]))")
        page = path.sub(lambda match: "" if match[1] else "the course folder", page)
    *before, last = _PYTHON.split(page)
    return "".join(f"{piece.rstrip(_PATH)}…/" for piece in before) + last
