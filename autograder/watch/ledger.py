"""Counts the attempts of a course's students while it is watched."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping

from autograder.autograded.attempts import Attempt, Attempts, Policy, load_attempts, save_attempts
from autograder.course.directory import Course
from autograder.course.parties import Party
from autograder.grading.task import MAX_SEED
from autograder.results import NotebookResult


class Ledger:
    """The attempts of everybody, by one policy; what it says is on file before it says it."""

    def __init__(self, course: Course, policy: Policy) -> None:
        self._course = course
        self._policy = policy
        self._known: dict[tuple[str, frozenset[str]], Attempts] = {}

    def of(self, assignment: str, party: Party) -> Attempts:
        """The attempts of a student or a group."""
        key = _key(assignment, party)
        if key not in self._known:
            folders = [self._course.autograded_folder(each, assignment) for each in party.members]
            self._known[key] = load_attempts(folders)
        return self._known[key]

    def is_left_for(self, assignment: str, party: Party, digest: str) -> bool:
        """Whether this version may be graded."""
        return self.of(assignment, party).is_left_for(digest, self._policy)

    def begin(
        self, assignment: str, party: Party, version: Attempt, notebooks: Iterable[str]
    ) -> Mapping[str, int]:
        """Count this version, unless it is counted; the seeds of all that party's attempts.

        Raises
        ------
        OSError
            It cannot be noted.
        """
        drawn = {name: secrets.randbelow(MAX_SEED) for name in notebooks}
        attempts = self.of(assignment, party).begun(version, self._policy, drawn)
        self._save(assignment, party, attempts)
        return attempts.seeds

    def graded(self, assignment: str, party: Party, results: Iterable[NotebookResult]) -> bool:
        """Note the scores of the last attempt; whether it counts: something could be graded.

        Raises
        ------
        OSError
            They cannot be noted.
        """
        scores = {
            result.notebook: {question.grade_id: question.score for question in result.questions}
            for result in results
            if result.error is None
        }
        self._save(assignment, party, self.of(assignment, party).graded(scores))
        return bool(scores)

    def refuse(self, assignment: str, party: Party, version: Attempt) -> bool:
        """Note a version for which no attempt is left; whether that is news.

        Raises
        ------
        OSError
            It cannot be noted.
        """
        attempts = self.of(assignment, party).with_refused(version, self._policy)
        return self._save(assignment, party, attempts)

    def _save(self, assignment: str, party: Party, attempts: Attempts) -> bool:
        if attempts == self.of(assignment, party):
            return False
        for member in party.members:
            save_attempts(self._course.autograded_folder(member, assignment), attempts)
        self._known[_key(assignment, party)] = attempts
        return True


def _key(assignment: str, party: Party) -> tuple[str, frozenset[str]]:
    return assignment, frozenset(party.members)
