"""Every attack is held on the longest way, too: in a watched course that a cluster grades."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.autograded.attempts import Policy
from autograder.autograded.record import load
from autograder.cluster.executor import open_cluster
from autograder.course.directory import Course, load_course
from autograder.results import NotebookResult
from autograder.watch.board import ClassPage
from autograder.watch.watch import Watch
from tests.attacks.attack import Attack, honest, read_attacks
from tests.attacks.attacked_course import assignments, write_course
from tests.attacks.held import expect_held
from tests.autograder.watch.watching import wait_until
from tests.cluster.dask_processes import DaskProcesses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]

#: Most attacks wait for something, so that two submissions share a processor.
WORKERS, THREADS = 2, 2
#: Seconds for all of them, on a machine that others keep busy.
PATIENCE = 1000.0
ATTACKS = read_attacks()


@dataclass
class Watched:
    """A course in which all attacks were handed in while it was watched, then honest students.

    ``honest`` are these, each with an assignment and the points that it is worth; ``lines`` is what
    the watch has told, ``failed`` what has ended it.
    """

    course: Course
    honest: dict[str, tuple[str, float]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def result(self, student: str, assignment: str) -> NotebookResult:
        record = load(self.course.autograded_folder(student, assignment), assignment)
        assert record is not None
        return record.result

    def told(self) -> set[str]:
        """Of whom a grading was told."""
        lines = [line for line in self.lines if "points" in line or " / " in line]
        return {line.partition("/")[0] for line in lines}


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="watched-course-"))
    root.chmod(0o755)
    write_course(root / "course")
    course = load_course(root / "course")
    watched = Watched(course)
    names = sorted(assignments())
    page = ClassPage(course, names, course.root / "watch" / "index.html")
    with DaskProcesses() as cluster:
        for _ in range(WORKERS):
            cluster.add_worker(threads=THREADS)
        with open_cluster(course, cluster.address) as executor:
            watch = Watch(course, names, executor, Policy(), page, watched.lines.append)

            def run() -> None:
                try:
                    watch.run()
                except BaseException as error:
                    watched.failed.append(error)

            thread = threading.Thread(target=run)
            thread.start()
            try:
                everybody = hand_in(watched)
                wait_until(lambda: watched.failed or everybody <= watched.told(), PATIENCE)
            finally:
                watch.stop()
                thread.join()
    yield watched
    shutil.rmtree(root)


def hand_in(watched: Watched) -> set[str]:
    """Hand in all attacks, then an honest submission of each assignment; who has."""
    for attack in ATTACKS:
        attack.hand_in(watched.course.submitted_folder(attack.student, attack.assignment))
    for name, assignment in assignments().items():
        neighbour, student = honest(assignment), f"honest-{name}"
        neighbour.hand_in(watched.course.submitted_folder(student, name))
        watched.honest[student] = (name, assignment.points)
    return {attack.student for attack in ATTACKS} | set(watched.honest)


@pytest.mark.parametrize("attack", [pytest.param(each, id=each.student) for each in ATTACKS])
def test_attack_earns_what_it_deserves_and_learns_nothing(attack: Attack, watched: Watched) -> None:
    course = watched.course
    folder = course.feedback_folder(attack.student, attack.assignment)
    page = (folder / f"{attack.assignment}.html").read_text(encoding="utf-8")
    expect_held(attack, watched.result(attack.student, attack.assignment), course, page)


def test_honest_neighbours_get_full_marks(watched: Watched) -> None:
    for student, (assignment, deserved) in watched.honest.items():
        assert watched.result(student, assignment).score == deserved


def test_nothing_has_ended_the_watch(watched: Watched) -> None:
    assert watched.failed == []


def test_no_attack_is_live_on_the_instructors_page(watched: Watched) -> None:
    page = (watched.course.root / "watch" / "index.html").read_text()
    assert "<script" not in page
    assert [each for attack in ATTACKS for each in attack.active if each in page] == []
