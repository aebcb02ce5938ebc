"""Attacks are held while the course is watched, too: a few of each class, or all of them.

``WATCHED_ATTACKS=all`` hands in all.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.autograded.attempts import Policy
from autograder.autograded.record import load
from autograder.course.directory import Course, load_course
from autograder.grading.executor import open_executor
from autograder.results import NotebookResult
from autograder.watch.board import ClassPage
from autograder.watch.watch import Watch
from tests.attacks.attack import CLASSES, Attack, honest, read_attacks
from tests.attacks.attacked_course import SECRETS, assignments, write_course
from tests.autograder.watch.watching import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

JOBS = 2
#: Attacks of each class.
FEW = 2
#: Seconds for all of them, on a machine that others keep busy.
PATIENCE = 3000.0


def chosen() -> list[Attack]:
    """The attacks that are handed in."""
    attacks = read_attacks()
    if os.environ.get("WATCHED_ATTACKS") == "all":
        return attacks
    of_class = {kind: [each for each in attacks if each.kind == kind] for kind in CLASSES}
    return [each for found in of_class.values() for each in found[:: len(found) // FEW][:FEW]]


@dataclass
class Watched:
    """A course in which attacks were handed in while it was watched, before honest students."""

    course: Course
    honest: dict[str, tuple[str, float]] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)
    failed: list[BaseException] = field(default_factory=list)

    def result(self, student: str, assignment: str) -> NotebookResult:
        record = load(self.course.autograded_folder(student, assignment), assignment)
        assert record is not None
        return record.result


@pytest.fixture(scope="module")
def watched() -> Iterator[Watched]:
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="watched-course-"))
    root.chmod(0o755)
    write_course(root / "course")
    course = load_course(root / "course")
    watched = Watched(course)
    attacks = chosen()
    names = sorted({each.assignment for each in attacks})
    page = ClassPage(course, names, course.root / "watch" / "index.html")
    stop = threading.Event()
    with open_executor(course, JOBS) as executor:
        watch = Watch(course, names, executor, Policy(), page, watched.lines.append)

        def run() -> None:
            try:
                watch.run(stop)
            except BaseException as error:
                watched.failed.append(error)

        thread = threading.Thread(target=run)
        thread.start()
        try:
            for attack in attacks:
                attack.hand_in(course.submitted_folder(attack.student, attack.assignment))
            for name in names:
                neighbour = honest(assignments()[name])
                folder = course.submitted_folder(f"honest-{name}", name)
                neighbour.hand_in(folder)
                watched.honest[f"honest-{name}"] = (name, neighbour.deserved or 0.0)
            everybody = {each.student for each in attacks} | set(watched.honest)
            wait_until(lambda: watched.failed or everybody <= _told(watched.lines), PATIENCE)
        finally:
            stop.set()
            thread.join()
    yield watched
    shutil.rmtree(root)


def _told(lines: list[str]) -> set[str]:
    """Of whom a grading was told."""
    return {line.partition("/")[0] for line in lines if "points" in line or " / " in line}


@pytest.mark.parametrize("attack", [pytest.param(each, id=each.student) for each in chosen()])
def test_attack_earns_what_it_deserves(attack: Attack, watched: Watched) -> None:
    result = watched.result(attack.student, attack.assignment)
    if attack.unreadable:
        assert result.error
        assert not result.error.startswith("The grader failed")
    else:
        told = [(q.grade_id, q.score, q.outcome.value, q.message) for q in result.questions]
        assert result.score == attack.deserved, told
    path = watched.course.feedback_folder(attack.student, attack.assignment)
    page = (path / f"{attack.assignment}.html").read_text()
    own_words = " ".join([attack.edit, *attack.answer.values(), *attack.own.values()])
    for secret in {*SECRETS, *attack.secrets} - {each for each in SECRETS if each in own_words}:
        assert secret not in page
    for active in attack.active:
        assert active not in page


def test_honest_neighbours_get_full_marks(watched: Watched) -> None:
    for student, (assignment, deserved) in watched.honest.items():
        assert watched.result(student, assignment).score == deserved


def test_nothing_has_ended_the_watch(watched: Watched) -> None:
    assert watched.failed == []


def test_no_attack_is_live_on_the_instructors_page(watched: Watched) -> None:
    page = (watched.course.root / "watch" / "index.html").read_text()
    assert "<script" not in page
    assert [each for attack in chosen() for each in attack.active if each in page] == []
