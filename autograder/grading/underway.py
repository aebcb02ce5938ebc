"""An assignment that is being graded, and its submissions under way."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass, field, replace

from autograder.autograded.record import Recorder
from autograder.course.parties import Party
from autograder.course.source import SourceNotebook
from autograder.course.submissions import Submission
from autograder.grading.graded import Graded
from autograder.grading.plan import Plan
from autograder.grading.task import MAX_SEED, Task
from autograder.notebook.cells import Notebook
from autograder.results import Expected, NotebookResult
from autograder.workers.renderer import Renderer

log = logging.getLogger(__name__)

#: How many seeds a class shares. Whatever fails under one of them is compared with the solution
#: under the same one, which is graded at most so many times for that.
SEEDS = 8


def _drawn_seeds() -> tuple[int, ...]:
    return tuple(secrets.randbelow(MAX_SEED) for _ in range(SEEDS))


@dataclass
class Assignment:
    """An assignment ready to grade: each notebook's source, plan and graded solution.

    ``seed`` is the only one, if one is wanted; else each notebook gets one of ``seeds``.
    ``solutions`` is what the solution of each notebook earned, ``repeated`` what it earned once
    more, by notebook and seed.
    """

    name: str
    plans: dict[str, tuple[SourceNotebook, Plan]]
    recorder: Recorder
    files: dict[str, bytes]
    seed: int | None
    renderer: Renderer | None = None
    seeds: tuple[int, ...] = field(default_factory=_drawn_seeds)
    solutions: dict[str, Future[NotebookResult]] = field(default_factory=dict)
    repeated: dict[tuple[str, int], NotebookResult] = field(default_factory=dict)

    def task(
        self,
        notebook: str,
        student: str,
        submitted: bytes | Notebook = b"",
        files: Mapping[str, bytes] | None = None,
        seed: int | None = None,
    ) -> Task:
        """The task to grade a notebook, with one of the class's seeds unless one is wanted."""
        source, plan = self.plans[notebook]
        wanted = self.seed if seed is None else seed
        seed = secrets.choice(self.seeds) if wanted is None else wanted
        kept = wanted is not None
        return Task(student, source, plan, seed, submitted, files or {}, keeps_seed=kept)

    def keep_repeated(self, solution: NotebookResult) -> None:
        """Keep what the solution earned under another seed: as many as the class has seeds for.

        Those that keep coming, where each student has a seed of one's own, would fill the memory.
        """
        if len(self.repeated) >= SEEDS * len(self.plans):
            del self.repeated[next(iter(self.repeated))]
        self.repeated[solution.notebook, solution.seed] = replace(solution, cells=())

    def expected(self, notebook: str) -> Mapping[str, Expected]:
        """What the solution's run has shown; nothing if grading that failed."""
        # It went to the executor before all submissions, so only the first few wait for it.
        return self.solutions[notebook].result().expected

    def faulted(self, party: Party, error: Exception) -> Running:
        """A submission over which the grader failed: a person decides, a grade that it has stays.

        Nobody else pays for it: the rest of the class is graded.
        """
        student = party.members[0]
        log.error("%s/%s: the grader failed", student, self.name, exc_info=error)
        known = {name: self.task(name, student).faulted(error) for name in self.plans}
        return Running(party, Submission(self.name, student), known, {})


@dataclass(frozen=True)
class Running:
    """A submission under way: results that are known, and a future for each other notebook."""

    party: Party
    submission: Submission
    known: dict[str, NotebookResult]
    futures: dict[str, Future[NotebookResult]]

    def is_done(self) -> bool:
        return all(future.done() for future in self.futures.values())

    def cancel(self) -> None:
        for future in self.futures.values():
            future.cancel()

    def graded(self, work: Assignment, member: str) -> Graded:
        """What came of it for a member; raises what an executor's thread has raised."""
        found = self.known | {name: future.result() for name, future in self.futures.items()}
        found = {name: replace(result, student=member) for name, result in found.items()}
        results = tuple(found[name] for name in work.plans if name in found)
        nothing_failed = all(result.error is None for result in results)
        up_to_date = bool(results) and not self.futures and nothing_failed
        submission = self.party.as_of(self.submission, member)
        # A group's may be on record for another member only, or for who left the group.
        if up_to_date:
            up_to_date = all(work.recorder.is_on_file(submission, name) for name in found)
        return Graded(submission, results, up_to_date)
