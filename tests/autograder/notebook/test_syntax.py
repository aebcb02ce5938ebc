"""Many threads parse at once."""

import ast
import gc
import sys
import threading
from collections.abc import Iterator

import pytest

from autograder.notebook.syntax import parse

SOURCE = "x = (1 + 2 * [3, (4, 5)][0])\n" * 30


class Slow:
    """Python code that runs when the collector finds it, also in the middle of a tree."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        for _ in range(100):
            pass


@pytest.fixture
def threads_take_turns_often() -> Iterator[None]:
    interval, thresholds = sys.getswitchinterval(), gc.get_threshold()
    sys.setswitchinterval(1e-6)
    gc.set_threshold(1)
    yield
    sys.setswitchinterval(interval)
    gc.set_threshold(*thresholds)


@pytest.mark.usefixtures("threads_take_turns_often")
def test_threads_parse_side_by_side() -> None:
    """With `ast.parse` itself, CPython 3.11 raises SystemError here some fifty times."""
    expected, others = ast.dump(ast.parse(SOURCE)), []

    def work() -> None:
        for _ in range(50):
            Slow()
            try:
                tree = ast.dump(parse(SOURCE))
            except SystemError as error:
                others.append(str(error))
            else:
                others.extend([tree] if tree != expected else [])

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert others == []
