"""Keeps the pages of students in step with what is on record."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from autograder.autograded.attempts import FILE, Policy
from autograder.autograded.record import path_in
from autograder.course.directory import Course
from autograder.course.files import remove_unfinished
from autograder.feedback.write import write_pages_of
from autograder.grading.underway import Assignment
from autograder.results import Review
from autograder.term.deadlines import Deadlines
from autograder.workers.renderer import Renderer

log = logging.getLogger(__name__)


class StudentPages:
    """The pages of everybody in a course, by one policy."""

    def __init__(self, course: Course, policy: Policy) -> None:
        self._course = course
        self._policy = policy

    def write(
        self,
        work: Assignment,
        student: str,
        reviews: Mapping[tuple[str, str], Review],
        deadlines: Deadlines,
        renderer: Renderer,
    ) -> None:
        """Write a student's pages, unless they tell already what is on record.

        Raises
        ------
        OSError
            One cannot be written.
        """
        if not any(self._is_old(work, student, name) for name in work.plans):
            return
        remove_unfinished(self._course.feedback_folder(student, work.name))
        sources = [source for source, _ in work.plans.values()]
        for path in write_pages_of(student, sources, reviews, deadlines, renderer):
            log.debug("%s is written", path)

    def first(self, work: Assignment, student: str) -> Path | None:
        """A student's first page, if there is one."""
        paths = (self._path(work, student, name) for name in work.plans)
        return next((path for path in paths if path.exists()), None)

    def _is_old(self, work: Assignment, student: str, notebook: str) -> bool:
        folder = self._course.autograded_folder(student, work.name)
        record, page = path_in(folder, notebook), self._path(work, student, notebook)
        if not record.exists() or not page.exists():
            return record.exists()
        until = self._policy.hidden_until
        times = [each.stat().st_mtime for each in (record, folder / FILE) if each.exists()]
        if until is not None and not self._policy.hides(datetime.now(UTC)):
            times.append(until.timestamp())  # it shows more since then
        return page.stat().st_mtime < max(times)

    def _path(self, work: Assignment, student: str, notebook: str) -> Path:
        return self._course.feedback_folder(student, work.name) / f"{notebook}.html"
