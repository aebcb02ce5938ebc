"""Submissions with their results, and with what people have decided about them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autograder.course.parties import unfit
from autograder.course.submissions import Submission
from autograder.results import NotebookResult, Question, Review

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

#: Students whose submissions are looked up by their names.
_NAMED = 100


@dataclass(frozen=True)
class Graded:
    """One submission with its results, in the order of the assignment's notebooks.

    ``reviews`` is what people have decided about them, by notebook.
    """

    submission: Submission
    results: tuple[NotebookResult, ...]
    was_up_to_date: bool = False
    reviews: Mapping[str, Review] = field(default_factory=dict)

    def review(self, result: NotebookResult) -> Review:
        return self.reviews.get(result.notebook, Review())

    def without_contents(self, known: dict[Question, Question]) -> Graded:
        """What is kept until the class is graded: all but cells, outputs and files of students.

        Most questions end alike for many students: those that are ``known`` are kept once.
        """
        return replace(
            self,
            submission=replace(self.submission, notebooks={}, files={}),
            results=tuple(
                replace(
                    each,
                    questions=tuple(known.setdefault(q, q) for q in each.questions),
                    cells=(),
                    metadata={},
                )
                for each in self.results
            ),
        )


def with_reviews(graded: Sequence[Graded], gradebook: Gradebook, assignment: str) -> list[Graded]:
    """The same with what people have decided, which the gradebook knows."""
    students = {each.submission.student for each in graded if not unfit(each.submission.student)}
    # So many can be named in one statement of SQL; else all are read.
    reviews = gradebook.reviews(assignment, students if len(students) <= _NAMED else ())
    return [
        replace(
            each,
            reviews={
                name: reviews[each.submission.student, name]
                for name in (
                    *(result.notebook for result in each.results),
                    *each.submission.missing,
                )
                if (each.submission.student, name) in reviews
            },
        )
        for each in graded
    ]
