"""One grading of a course at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator

from autograder.course import Course
from autograder.errors import CourseError


@contextlib.contextmanager
def grading_alone(course: Course) -> Iterator[None]:
    """Keep every other grading of this course out; the lock ends with this process at the latest.

    Raises:
        CourseError: one is under way.
    """
    descriptor = os.open(course.root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _lock(descriptor, course)
        yield
    finally:
        os.close(descriptor)


def _lock(descriptor: int, course: Course) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise CourseError(
            f"Another autograder is grading in {course.root} just now. Wait until it has ended, "
            "then try again: what it has graded will not be graded twice."
        ) from None
    except OSError:
        return  # some network file systems cannot lock a folder
