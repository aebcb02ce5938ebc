"""The bell rings for what appears, whatever its name is."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from autograder.watch.bell import Bell
from tests.autograder.watch.watching import PATIENCE


@pytest.mark.parametrize("name", [b"page.ipynb", b"caf\xe9.txt"], ids=["plain", "not UTF-8"])
def test_it_rings_again_and_again(tmp_path: Path, name: bytes) -> None:
    rung = threading.Event()
    with Bell(rung.set) as bell:
        bell.listen(frozenset({tmp_path}))
        for text in ("one", "two"):
            for _ in range(100):  # the kernel may not have been asked yet
                (tmp_path / os.fsdecode(name)).write_text(text)
                if rung.wait(PATIENCE / 100):
                    break
            assert rung.is_set()
            rung.clear()
