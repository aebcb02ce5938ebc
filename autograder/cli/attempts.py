"""What `autograder grade` says of versions that are none of the attempts of a watch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from autograder.autograded.attempts import load_attempts
from autograder.autograded.record import load
from autograder.course.directory import Course

if TYPE_CHECKING:
    from autograder.grading.graded import Graded


def beyond_attempts(course: Course, graded: Sequence[Graded]) -> Iterator[str]:
    """For each assignment, whose grade is that of a version for which no attempt was left."""
    found: dict[str, list[str]] = defaultdict(list)
    for each in graded:
        name, student = each.submission.assignment, each.submission.student
        folder = course.autograded_folder(student, name)
        attempts = load_attempts([folder])
        if attempts.is_left_for("", attempts.policy):
            continue
        records = [load(folder, result.notebook) for result in each.results]
        if any(r is not None and not attempts.is_last(r.result.notebook, r.work) for r in records):
            found[name].append(student)
    for name, students in found.items():
        yield (
            f"{name}: graded, though no attempt was left for it: {', '.join(students)}. If the "
            "last attempt is to count, let autograder watch run once, with the same --attempts: it "
            "puts that back."
        )
