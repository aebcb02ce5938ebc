"""The steps of a running grading, seen without a hook in it: its calls of the operating system.

Python tells a profiler of every function that is about to be called. What can be seen from outside
a process is what it does through the modules `posix`, `_socket` and the like: a kill before each
of these calls is a kill at every stage.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Callable
from pathlib import Path
from socket import socket
from types import FrameType
from typing import Any

import autograder

PACKAGE = str(Path(autograder.__file__).parent)
MODULES = ("posix", "select", "_socket", "_posixsubprocess", "fcntl", "_sqlite3")
OBJECTS = (socket, sqlite3.Connection, sqlite3.Cursor)
FILES = ("open", "mkdir", "chmod", "chown", "write", "fsync", "replace", "unlink", "rmdir", "flock")
PROCESSES = ("fork_exec", "waitpid", "socketpair", "bind", "select", "sendmsg", "recv", "readv")
DATABASE = ("connect", "execute", "executemany", "commit")
STEPS = frozenset((*FILES, *PROCESSES, *DATABASE))

Profiler = Callable[[FrameType, str, Any], None]


def profiler(at_step: Callable[[str], None]) -> Profiler:
    """For `sys.setprofile`: calls ``at_step`` with a step's name before each step.

    The name says what is done, and where in the grader: ``slots.py:123 mkdir``.
    """

    def profile(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and called.__name__ in STEPS and _is_of_the_system(called):
            ours = _in_package(frame)
            if ours is not None:
                at_step(f"{Path(ours.f_code.co_filename).name}:{ours.f_lineno} {called.__name__}")

    return profile


def _is_of_the_system(called: Any) -> bool:
    owner = getattr(called, "__self__", None)
    return isinstance(owner, OBJECTS) or any(owner is sys.modules.get(name) for name in MODULES)


def _in_package(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the grader's own code, unless it is an import."""
    while frame is not None and not frame.f_code.co_filename.startswith(PACKAGE):
        if "importlib" in frame.f_code.co_filename:
            return None
        frame = frame.f_back
    return frame
