"""One grading of all attacks, with honest neighbours among them, and what was there before."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from autograder.course.directory import Course, load_course
from autograder.feedback.page import write_pages
from autograder.grading.batch import Batch, Graded, Options
from autograder.grading.executor import open_executor
from tests.attacks.attack import Attack, read_attacks
from tests.attacks.attacked_course import ASSIGNMENT, write_course

JOBS = 4
#: One honest submission after each so many attacks.
SPACING = 8


@dataclass
class Battle:
    """What came of grading them all."""

    course: Course
    graded: dict[str, Graded]
    honest: list[str]
    changed_files: set[str]
    left_in_temporary: list[str]
    left_running: list[str]
    pages: dict[str, str] = field(default_factory=dict)


@pytest.fixture(scope="session")
def battle(request: pytest.FixtureRequest) -> Iterator[Battle]:
    tests = (getattr(item, "callspec", None) for item in request.session.items)
    chosen = {test.params["attack"].student for test in tests if test and "attack" in test.params}
    attacks = [attack for attack in read_attacks() if attack.student in chosen]
    # Not pytest's own folder: that is closed to the users that candidates become.
    root = Path(tempfile.mkdtemp(prefix="attacked-course-"))
    root.chmod(0o755)
    course_folder, temporary = root / "course", root / "tmp"
    course_folder.mkdir()
    temporary.mkdir()
    write_course(course_folder)
    course = load_course(course_folder)
    order: list[str] = []
    honest = Attack("honest", "", "", answers="honest")
    for number, attack in enumerate(attacks):
        if number % SPACING == 0:
            order.append(f"honest-{number}")
            honest.hand_in(course.submitted_folder(order[-1], ASSIGNMENT))
        order.append(attack.student)
        attack.hand_in(course.submitted_folder(attack.student, ASSIGNMENT))
    before = _digests(course_folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(temporary))
            graded, sessions = _grade(course, order)
        yield Battle(
            course=course,
            graded=graded,
            honest=[name for name in order if name.startswith("honest")],
            changed_files=_changed(before, _digests(course_folder)),
            left_in_temporary=[path.name for path in temporary.iterdir()],
            left_running=[about for session, about in _processes() if session in sessions],
            pages={
                path.parents[1].name: path.read_text()
                for path in write_pages(course, ASSIGNMENT, order)
            },
        )
    finally:
        shutil.rmtree(root)


def _grade(course: Course, students: list[str]) -> tuple[dict[str, Graded], set[int]]:
    """The results by student, and the sessions of the processes that took part."""
    with open_executor(course, JOBS) as executor:
        batch = Batch(course, executor, Options(force=True, seed=20))
        graded = batch.grade(ASSIGNMENT, students, lambda _: None)
        sessions = {session for session, _ in _processes() if _parent(session) == os.getpid()}
    return {each.submission.student: each for each in graded}, sessions


def _processes() -> Iterator[tuple[int, str]]:
    """Session and description of every process."""
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat = (folder / "stat").read_text()
            yield int(stat.rpartition(")")[2].split()[3]), stat[:60]
        except OSError:
            continue


def _parent(pid: int) -> int | None:
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return None


def _digests(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def _changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before | after if before.get(name) != after.get(name)}
