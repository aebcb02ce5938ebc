"""One watch of a course at a time."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from autograder.course.directory import lock


@contextlib.contextmanager
def watching_alone(folder: Path) -> Iterator[None]:
    """Keep every other watch of a course out; the lock ends with this process at the latest.

    Two would count attempts without each other's knowledge. A grading is not kept out.

    Parameters
    ----------
    folder
        Where the instructor's page is.

    Raises
    ------
    CourseInUse
        There is one.
    """
    with contextlib.ExitStack() as stack:
        # What cannot be written is said by the watch.
        with contextlib.suppress(OSError):
            folder.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            stack.callback(os.close, descriptor)
            lock(
                descriptor,
                f"Another 'autograder watch' watches this course: its page is in {folder}. One can "
                "watch several assignments: end that one with Ctrl-C, and name all of them.",
            )
        yield
