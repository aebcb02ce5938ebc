"""What the student's code reads by `input()`: what the test has put in its place."""

from __future__ import annotations

import builtins
import sys
from collections.abc import Mapping
from typing import Any

_INPUT = builtins.input


class Keyboard:
    """Answers the candidate's `input()`; ``names`` are the test's globals."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._stdin = sys.stdin

    def read_line(self, prompt: str) -> object:
        """Ask the test's own `input`, mocked or defined, else its own standard input.

        Raises:
            EOFError: it has put neither in place; nobody sits at a keyboard.
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
