"""What the student's code reads where it calls ``input()``."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from typing import Any

_INPUT = builtins.input


class StandardInput:
    """What the student's code reads by ``input()``: whatever the test has put in its place.

    ``names`` are the test's globals.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._stdin = sys.stdin

    def read_line(self, prompt: str) -> object:
        """The result of the test's own ``input``, mocked or defined, or a line of its ``stdin``.

        Raises
        ------
        EOFError
            The test has put neither in place, or there is no line left.
        """
        for replaced in (self._names.get("input", _INPUT), builtins.input):
            if replaced is not _INPUT:
                return replaced(prompt)
        if sys.stdin is self._stdin:
            raise EOFError("EOF when reading a line: nobody types while a notebook is graded")
        sys.stdout.write(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")
