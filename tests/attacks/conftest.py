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
from autograder.feedback.write import write_pages
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import open_executor
from autograder.grading.graded import Graded
from tests.attacks.attack import honest, read_attacks
from tests.attacks.attacked_course import assignments, write_course

JOBS = 4
#: One honest submission after each so many attacks.
SPACING = 8


@dataclass
class Battle:
    """What came of grading them all; ``honest`` says what each neighbour deserves."""

    course: Course
    graded: dict[str, Graded]
    honest: dict[str, float]
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
    temporary.mkdir()
    write_course(course_folder)
    course = load_course(course_folder)
    classes: dict[str, list[str]] = {}
    neighbours: dict[str, float] = {}
    for attack in attacks:
        students = classes.setdefault(attack.assignment, [])
        if len(students) % (SPACING + 1) == 0:
            neighbour = honest(assignments()[attack.assignment])
            students.append(f"{neighbour.student}-{len(students)}")
            neighbours[students[-1]] = neighbour.deserved or 0.0
            neighbour.hand_in(course.submitted_folder(students[-1], attack.assignment))
        students.append(attack.student)
        attack.hand_in(course.submitted_folder(attack.student, attack.assignment))
    before = _digests(course_folder)
    try:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(tempfile, "tempdir", str(temporary))
            graded, sessions = _grade(course, classes)
        yield Battle(
            course=course,
            graded=graded,
            honest=neighbours,
            changed_files=_changed(before, _digests(course_folder)),
            left_in_temporary=[path.name for path in temporary.iterdir()],
            left_running=[about for session, about in _processes() if session in sessions],
            pages={
                path.parents[1].name: path.read_text()
                for assignment, students in classes.items()
                for path in write_pages(course, assignment, students)
            },
        )
    finally:
        shutil.rmtree(root)


def _grade(course: Course, classes: dict[str, list[str]]) -> tuple[dict[str, Graded], set[int]]:
    """The results by student, and the sessions of the processes that took part."""
    with open_executor(course, JOBS) as executor:
        batch = Batch(course, executor, Options(force=True, seed=20))
        graded: list[Graded] = []  # whole: what `grade` returns is without cells
        for assignment, students in classes.items():
            batch.grade(assignment, students, graded.append)
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
