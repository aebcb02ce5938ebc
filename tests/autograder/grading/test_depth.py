"""How deep the calls go from an executor's thread to a byte on a wire: a reader follows them."""

from __future__ import annotations

import sys
from pathlib import Path
from types import FrameType

import pytest

from autograder.course.directory import load_course
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor, open_executor
from autograder.wire.frames import SocketStream
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course

MOST = 12
#: Answers that take the grader through all that it does: a crash, a kill, an endless loop.
ANSWERS = {
    "ada": "def double(x): return 2 * x",
    "killed": "import ctypes\ndef double(x): ctypes.string_at(0)",
    "exits": "import os\ndef double(x): os._exit(0)",
    "hangs": "def double(x):\n    while True: pass",
    "returns-endless": (
        "class Endless:\n    def __eq__(self, other):\n        while True: pass\n"
        "def double(x): return Endless()"
    ),
}


def calls_above(frame: FrameType | None) -> list[str]:
    """The functions from the executor's own one down to this frame, outermost first."""
    calls: list[str] = []
    while frame is not None:
        calls.insert(0, frame.f_code.co_qualname)
        if frame.f_code is LocalExecutor._grade.__code__:
            return calls
        frame = frame.f_back
    return []


def test_a_byte_is_sent_within_twelve_calls(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = load_course(make_course(tmp_path / "course"))
    for student, answer in ANSWERS.items():
        hand_in(course.root, student, double=answer)
    seen: set[tuple[str, ...]] = set()
    write = SocketStream.write

    def watched(stream: SocketStream, data: memoryview) -> int:
        seen.add((*calls_above(sys._getframe(1)), "SocketStream.write"))
        return write(stream, data)

    monkeypatch.setattr(SocketStream, "write", watched)
    with open_executor(course, 1, isolate=False) as executor:
        Batch(course, executor, Options()).grade(ASSIGNMENT, list(ANSWERS))
    ways = [way for way in seen if way[0] == "LocalExecutor._grade"]
    assert len(ways) > 3
    deepest = max(ways, key=len)
    assert len(deepest) <= MOST, deepest
