"""A watch in a thread, and what a test waits for."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Self

from autograder.autograded.attempts import Attempts, Policy, load_attempts
from autograder.autograded.record import load
from autograder.course.directory import Course, load_course
from autograder.grading.executor import Executor
from autograder.results import NotebookResult
from autograder.watch.board import ClassPage
from autograder.watch.watch import Watch
from tests.autograder.tiny_course import ASSIGNMENT

#: On a machine that others keep busy.
PATIENCE = 60.0


def wait_until(is_so: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Wait until something is so; it fails after a while."""
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, "it has not happened"
        time.sleep(0.01)


class Watching:
    """A course that is watched while the context lasts; ``lines`` is what the watch has told."""

    def __init__(self, root: Path, executor: Executor, policy: Policy | None = None) -> None:
        self.root = root
        self.course: Course = load_course(root)
        self.lines: list[str] = []
        names = self.course.assignments()
        page = ClassPage(self.course, names, root / "watch" / "index.html")
        policy = policy or Policy()
        self.watch = Watch(self.course, names, executor, policy, page, self.lines.append)
        self.failed: list[BaseException] = []
        self.thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        try:
            self.watch.run()
        except BaseException as error:
            self.failed.append(error)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.watch.stop()
        self.thread.join(PATIENCE)
        assert not self.thread.is_alive()
        assert self.failed == []

    def wait_for(self, text: str, times: int = 1) -> None:
        """Wait until so many lines told hold a text."""
        wait_until(lambda: sum(text in line for line in self.lines) >= times)

    def result(self, student: str) -> NotebookResult | None:
        record = load(self.course.autograded_folder(student, ASSIGNMENT), ASSIGNMENT)
        return None if record is None else record.result

    def attempts(self, student: str) -> Attempts:
        return load_attempts([self.course.autograded_folder(student, ASSIGNMENT)])

    def page_of(self, student: str) -> str:
        path = self.course.feedback_folder(student, ASSIGNMENT) / f"{ASSIGNMENT}.html"
        return path.read_text(encoding="utf-8")
