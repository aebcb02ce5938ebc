"""What is about to be run, and whose code runs it, as far as frames tell."""

from __future__ import annotations

import ast
import sys
from types import FrameType, ModuleType

_NONE = ModuleType("none")


def module_of(frame: FrameType) -> str:
    """The module whose code a frame runs; empty if only its name says so."""
    name = frame.f_globals.get("__name__")
    known = isinstance(name, str) and vars(sys.modules.get(name, _NONE)) is frame.f_globals
    return str(name) if known else ""


def pandas_text(frame: FrameType | None) -> str:
    """The text that pandas evaluates; what it parses has other names and operators in it."""
    while frame is not None and (module := module_of(frame)).startswith("pandas."):
        if module == "pandas.core.computation.eval" and frame.f_code.co_name == "eval":
            return str(frame.f_locals.get("expr", ""))
        frame = frame.f_back
    return ""


def text_of(source: object) -> str | None:
    """The text that is about to be compiled, None if it is read from a file."""
    if isinstance(source, ast.AST):
        try:
            return ast.unparse(source)
        except Exception:  # it was put together wrongly
            return "(a syntax tree)"
    if isinstance(source, bytes | bytearray | memoryview):
        return bytes(source).decode("utf-8", "replace")
    return source if isinstance(source, str) else None
