"""Grades what appears, with the batch that grades a class: one executor, one writer of grades.

In turns: look what is there → read what is whole → hand it over → record what is graded → write its
page. Whoever has handed in is graded in the order of arrival, each one once in a turn and with the
latest version, so that nobody who hands in again and again keeps others waiting.
"""

from __future__ import annotations

import logging
import queue
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from autograder.autograded.attempts import Attempt, Policy
from autograder.autograded.record import reviewed
from autograder.autograded.settle import settle
from autograder.autograded.work import work_digest
from autograder.collect.kept import files_to_keep, keep, put_back
from autograder.course.directory import Course, grading_alone
from autograder.course.groups import FILE as GROUPS
from autograder.course.parties import Party, parties
from autograder.course.submissions import Submission
from autograder.errors import (
    AutograderError,
    ClusterError,
    CourseError,
    CourseInUse,
    IsolationUnavailable,
)
from autograder.feedback.page import render_page
from autograder.grading.batch import READ_AHEAD, Batch, Options
from autograder.grading.executor import ENDS_THE_RUN, Executor
from autograder.grading.task import SOLUTION
from autograder.grading.underway import Assignment, Running
from autograder.watch.arrivals import Arrivals, Key, edition_of
from autograder.watch.bell import Bell
from autograder.watch.board import ClassPage, Row
from autograder.watch.inbound import Inbound
from autograder.watch.ledger import Ledger
from autograder.watch.pages import StudentPages
from autograder.watch.rows import points_of, row_of, with_review
from autograder.workers.renderer import Renderer

if TYPE_CHECKING:
    from autograder.gradebook import Gradebook

log = logging.getLogger(__name__)

#: Seconds after which all is looked at though nothing has rung: not every file system tells.
LOOK_AGAIN = 2.0
#: After a look there is rest for so many times as long.
REST = 3
#: Seconds until what failed around a submission is tried again: twice as long each time, at most …
RETRY, LONGEST_RETRY = 5.0, 300.0
#: Seconds until the course is tried again in which another command is grading.
LOCKED = 0.5
#: Seconds after which the gradebook is opened anew, with what people have decided since.
TURN = 30.0
#: What ends a watch: nothing can be graded any more.
ENDS_THE_WATCH = (IsolationUnavailable, ClusterError)


class Watch:
    """Grades what appears in a course's submitted folder, and in its exchange.

    Parameters
    ----------
    course, assignments
        What to watch.
    executor
        What grades; its processes stay warm.
    policy
        How many attempts are graded, and until when hidden tests' results are not shown.
    page
        The instructor's page.
    tell
        Is told in a line what has happened.
    """

    def __init__(
        self,
        course: Course,
        assignments: Iterable[str],
        executor: Executor,
        policy: Policy,
        page: ClassPage,
        tell: Callable[[str], None],
    ) -> None:
        self._course = course
        self._names = tuple(assignments)
        self._executor = executor
        self._page = page
        self._tell = tell
        self._batch = Batch(course, executor, Options())
        self._pages = StudentPages(course, policy)
        self._arrivals = Arrivals(course, ())
        self._inbound = Inbound(course, ())
        self._ledger = Ledger(course, policy)
        self._policy = policy
        self._was_hiding = policy.hides(datetime.now(UTC))
        self._works: dict[str, Assignment] = {}
        self._ready: dict[Key, None] = {}  # in the order of arrival
        self._refused: dict[Key, Party] = {}
        self._running: dict[Key, Running] = {}
        self._failed: dict[Key, tuple[float, int]] = {}  # when to try again, and how often it was
        # Not an event: a signal handler may put something into it wherever it interrupts the rest.
        self._rings: queue.SimpleQueue[None] = queue.SimpleQueue()
        self._has_rung = self.is_open = self.is_stopped = False
        self._next_look = self._rested = 0.0

    def stop(self) -> None:
        """Have `run` return before it begins with anything else; also for signal handlers."""
        self.is_stopped = True
        self._rings.put(None)

    def run(self) -> None:
        """Watch until it is stopped, or the instructor edition or the configuration change.

        Raises
        ------
        ClusterError, IsolationUnavailable
            Nothing can be graded any more.
        """
        edition = edition_of(self._course, self._names)
        with Renderer() as renderer, Bell(self._ring) as bell:
            self._open(renderer)
            self.is_open = True
            self._tell(f"Watching {', '.join(self._works) or 'nothing'}.")
            try:
                while not self.is_stopped and edition == edition_of(self._course, self._names):
                    self._forget_rings()
                    self._look(bell)
                    if self._ready or self._refused:
                        self._grade(bell, renderer)
                    self._write_page()
                    if not self._ready:
                        self._sleep()
            finally:
                for each in self._running.values():
                    each.cancel()
                self._write_page(at_once=True)

    def _ring(self) -> None:
        self._has_rung = True
        self._rings.put(None)

    def _forget_rings(self) -> None:
        while not self._rings.empty():
            self._rings.get_nowait()

    def _wait(self, seconds: float) -> None:
        """Until something rings, or so many seconds."""
        with suppress(queue.Empty):
            self._rings.get(timeout=max(0.0, seconds))

    def _rest(self, seconds: float) -> None:
        """For so many seconds, whatever rings but a stop."""
        end = time.monotonic() + seconds
        while not self.is_stopped and (left := end - time.monotonic()) > 0:
            self._wait(left)

    def _open(self, renderer: Renderer) -> None:
        """Load the assignments, and warm all that grades before the first arrival."""
        from autograder.gradebook import Gradebook  # takes a second

        for name in self._names:
            try:
                work = self._batch.open(name, renderer)
                for notebook, (source, _) in work.plans.items():
                    task = work.task(notebook, SOLUTION, source.notebook, work.files)
                    for _ in range(self._executor.jobs - 1):  # one for each slot
                        self._executor.submit(task)
                for future in work.solutions.values():
                    renderer.run(render_page, result=future.result())
            except CourseError as error:
                self._trouble(name, f"{name} is not graded: {error}")
            else:
                self._works[name] = work
        self._arrivals = Arrivals(self._course, tuple(self._works))
        self._inbound = Inbound(self._course, tuple(self._works))
        try:
            with Gradebook.of(self._course) as gradebook:
                self._page.note_class(gradebook.students())
        except AutograderError as error:  # it can be mended meanwhile
            self._trouble("grading", f"Nothing can be recorded: {error}")

    def _look(self, bell: Bell) -> None:
        """Note what has become whole, if it is time to look."""
        start = time.monotonic()
        if start < self._rested or not (self._has_rung or start >= self._next_look):
            return
        self._has_rung = False
        if self._was_hiding and not self._policy.hides(datetime.now(UTC)):
            self._was_hiding = False
            self._arrivals.tell_again()  # their pages show more now
        for where, look in (("the exchange", self._take), ("submissions", self._note_arrivals)):
            try:
                look(bell)
                self._trouble(where)
            except Exception as error:
                log.exception("%s cannot be looked at", where)
                self._trouble(where, f"It cannot be seen what is in {where}: {error}")
        for key, (again, _) in self._failed.items():
            if again <= start and key not in self._running:
                self._ready[key] = None
        end = time.monotonic()
        waits = (self._arrivals.seconds_to_wait(), self._inbound.seconds_to_wait())
        self._next_look = end + min([LOOK_AGAIN, *(wait for wait in waits if wait is not None)])
        self._rested = end + REST * (end - start)

    def _take(self, _: Bell) -> None:
        """Copy what has come through the exchange."""
        self._inbound.take(self._may_hand_in)
        for said in self._page.note_refused(self._inbound.refused):
            self._tell(said)

    def _note_arrivals(self, bell: Bell) -> None:
        """Note what is whole in the submitted folder, and listen where more can appear."""
        folders, inbound = self._arrivals.folders(), self._inbound.folder
        bell.listen(folders if inbound is None else folders | {inbound})
        for key in self._arrivals.look():
            self._ready[key] = None
            self._note_state(key, "waits")

    def _sleep(self) -> None:
        """Until something rings or is graded, or there is something to look at or to write."""
        now = time.monotonic()
        waits = [max(self._rested, now if self._has_rung else self._next_look) - now]
        if (page := self._page.seconds_to_wait()) is not None:
            waits.append(page)
        self._wait(min(waits))

    def _grade(self, bell: Bell, renderer: Renderer) -> None:
        """Grade what is ready, and what becomes so meanwhile."""
        from autograder.gradebook import Gradebook

        end = time.monotonic() + TURN
        prepared: set[str] = set()
        try:
            with grading_alone(self._course), Gradebook.of(self._course) as gradebook:
                self._trouble("grading")
                while (self._ready or self._running or self._refused) and not self.is_stopped:
                    if time.monotonic() < end:
                        self._fill(gradebook, prepared)
                    elif not self._running:
                        break
                    self._finish_all(gradebook, renderer)
                    self._write_page()
                    if not self._ready and not self._running and not self._refused:
                        break
                    if not any(each.is_done() for each in self._running.values()):
                        self._sleep()
                    self._forget_rings()
                    self._look(bell)
                if (self._course.root / GROUPS).exists():
                    for name in prepared:
                        settle(self._course, gradebook, name)
        except ENDS_THE_WATCH:
            raise
        except CourseInUse as error:
            self._trouble("grading", str(error))
            self._wait(LOCKED)
        except (AutograderError, OSError) as error:
            self._trouble("grading", f"Nothing can be recorded: {error}")
            for key, each in self._running.items():
                each.cancel()
                self._ready[key] = None
            self._running.clear()
            self._rest(RETRY)

    def _fill(self, gradebook: Gradebook, prepared: set[str]) -> None:
        """Hand over what is ready, while there is room; one version of each party at a time.

        ``prepared`` are the assignments that the gradebook knows as they are now.
        """
        for key in [key for key in self._ready if key not in self._running]:
            if len(self._running) >= READ_AHEAD * self._executor.jobs:
                return
            del self._ready[key]
            self._guarded(key, self._begin, gradebook, prepared)

    def _finish_all(self, gradebook: Gradebook, renderer: Renderer) -> None:
        for key in [key for key, each in self._running.items() if each.is_done()]:
            self._guarded(key, self._finish, gradebook, renderer)
        for key in list(self._refused):
            self._guarded(key, self._tell_refused, self._refused.pop(key), gradebook, renderer)

    def _guarded(self, key: Key, stage: Callable[..., None], *arguments: object) -> None:
        """Do something for one submission; what fails is tried again, and stops nobody else."""
        try:
            stage(key, *arguments)
        except ENDS_THE_WATCH:
            raise
        except Exception as error:
            log.exception("%s/%s: tried again later", key[1], key[0])
            if running := self._running.pop(key, None):
                running.cancel()
            _, times = self._failed.get(key, (0.0, 0))
            pause = min(RETRY * 2.0**times, LONGEST_RETRY)
            self._failed[key] = (time.monotonic() + pause, times + 1)
            self._note_state(key, "tried again later")
            self._trouble(key, f"{key[1]}/{key[0]} is tried again later: {error}")
        else:
            if key not in self._running and key in self._failed:
                del self._failed[key]
                self._trouble(key)

    def _begin(self, key: Key, gradebook: Gradebook, prepared: set[str]) -> None:
        """Read what somebody has handed in, count it, and hand it over."""
        work, party = self._works[key[0]], self._arrivals.party(key)
        if party is None:  # gone again
            return
        if work.name not in prepared:
            work.recorder.prepare(gradebook)
            prepared.add(work.name)
        submission = None if party.unfit else self._read(work, party)
        seeds: Mapping[str, int] = {}
        if submission is not None:
            # Before it is asked whether they have stayed as they were.
            files = self._files_to_keep(work, submission)
            if not self._arrivals.is_whole(key, submission):
                return
            version = _version(work, submission)
            if not self._ledger.is_left_for(work.name, party, version.digest):
                self._put_back(key, party, version, submission.handed_in_by)
                return
            seeds = self._ledger.begin(work.name, party, version, work.plans)
            if files:
                keep(self._course, work.name, party, submission.handed_in_by, files)
        running = self._batch.begin(work, party, submission, seeds=seeds)
        for future in running.futures.values():
            future.add_done_callback(lambda _: self._rings.put(None))
        self._running[key] = running
        if running.futures:
            self._note_state(key, "being graded")

    def _read(self, work: Assignment, party: Party) -> Submission | None:
        """What was handed in; None if reading it fails, which the batch leaves to a person."""
        try:
            return party.read(self._course, work.name)
        except ENDS_THE_RUN:
            raise
        except Exception:
            log.debug("%s/%s cannot be read", party.members[0], work.name, exc_info=True)
            return None

    def _files_to_keep(self, work: Assignment, submission: Submission) -> dict[str, bytes]:
        """The files of a version after which another one may be refused."""
        if self._policy.allowed is None or not submission.handed_in_by:
            return {}
        folder = self._course.submitted_folder(submission.handed_in_by, work.name)
        return files_to_keep(self._course, work.name, folder)

    def _finish(self, key: Key, gradebook: Gradebook, renderer: Renderer) -> None:
        """Record what came of a submission, and show it."""
        running, work = self._running[key], self._works[key[0]]
        party = running.party
        graded = [self._batch.finish(gradebook, work, running, each) for each in party.members]
        del self._running[key]
        if not party.unfit and not self._ledger.graded(work.name, party, graded[0].results):
            for member in party.members:
                self._inbound.look_again((work.name, member))
        for each in graded:
            student, missing = each.submission.student, each.submission.missing
            attempts = self._ledger.of(work.name, party)
            reviews = {} if party.unfit else gradebook.reviews(work.name, [student])
            if not party.unfit:
                self._pages.write(work, student, reviews, gradebook.deadlines, renderer)
            found, worth = (
                with_review(each.results, reviews),
                points_of(self._course, work, missing),
            )
            self._show(work, row_of(student, found, missing, attempts, worth))

    def _may_hand_in(self, key: Key, folder: str, moment: datetime) -> bool:
        """Whether this version may come from the exchange; if not, that is noted."""
        assignment, student = key
        party = next(parties(self._course, assignment, [student]))
        if self._ledger.is_left_for(assignment, party, ""):
            return True
        if self._ledger.refuse(assignment, party, Attempt(folder, moment)):
            self._tell_no_attempt_left(key, "it stays in the exchange")
        self._refused[key] = party
        return False

    def _put_back(self, key: Key, party: Party, version: Attempt, by: str) -> None:
        """Have the submitted folder hold what counts, not what came when no attempt was left."""
        is_news = self._ledger.refuse(key[0], party, version)
        aside = put_back(self._course, key[0], party, by) if by else None
        if aside is None:
            where = "no copy of what counts is kept, so autograder grade would grade it"
            self._refused[key] = party
        else:  # what is in its place again has the pages written
            where = f"it is in {aside} now, and what counts is in its place again"
        if is_news:
            self._tell_no_attempt_left(key, where)

    def _tell_no_attempt_left(self, key: Key, where: str) -> None:
        self._tell(f"{key[1]}/{key[0]}: handed in again, and no attempt is left: {where}")

    def _tell_refused(
        self, key: Key, party: Party, gradebook: Gradebook, renderer: Renderer
    ) -> None:
        """Have the pages say that what came last is not graded."""
        work, attempts = self._works[key[0]], self._ledger.of(key[0], party)
        for student in party.members:
            reviews = gradebook.reviews(work.name, [student])
            self._pages.write(work, student, reviews, gradebook.deadlines, renderer)
            results = [
                result for result, _ in reviewed(self._course, work.name, student, {}).values()
            ]
            missing = sorted(work.plans.keys() - {result.notebook for result in results})
            found, worth = with_review(results, reviews), points_of(self._course, work, missing)
            self._show(work, row_of(student, found, missing, attempts, worth))

    def _show(self, work: Assignment, row: Row) -> None:
        """Show a student's results on the instructor's page, and tell of them."""
        self._page.note(work.name, replace(row, page=self._pages.first(work, row.student)))
        attempt = f", attempt {row.attempt}" if row.attempt else ""
        self._tell(f"{row.student}/{work.name}: {row.state}, {row.points or 'no points'}{attempt}")

    def _write_page(self, *, at_once: bool = False) -> None:
        try:
            self._page.write(at_once=at_once)
        except OSError as error:  # there may be room for it later
            self._trouble("page", f"{self._page.path} cannot be written: {error.strerror}")
        else:
            self._page.note_trouble("page")

    def _note_state(self, key: Key, state: str) -> None:
        party = self._arrivals.party(key)
        for member in party.members if party is not None else ():
            row = self._page.row(key[0], member)
            self._page.note(key[0], replace(row, state=state, tone="wait"))

    def _trouble(self, about: object, said: str = "") -> None:
        """Show and tell what is wrong; or, without a sentence, that it is not any more."""
        if self._page.note_trouble(about, said) and said:
            self._tell(said)


def _version(work: Assignment, submission: Submission) -> Attempt:
    """What was handed in as an attempt, at the time that is noted with it, or now."""
    return Attempt(
        work_digest(submission, work.files),
        submission.submitted_at or datetime.now(UTC),
        works={name: work.recorder.work_of(submission, name) for name in submission.notebooks},
    )
