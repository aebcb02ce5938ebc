"""What appears in the submitted folder is graded at once, once, and stops nobody."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest import mock

import pytest

from autograder.autograded.attempts import FILE, Policy
from autograder.autograded.record import Recorder
from autograder.cli.attempts import beyond_attempts
from autograder.collect.kept import refused_folder
from autograder.course.directory import grading_alone, load_course
from autograder.errors import StorageError
from autograder.grading.batch import Batch, Options
from autograder.grading.executor import LocalExecutor
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, hand_in, make_course, notebook
from tests.autograder.watch.watching import Watching, wait_until

WRONG = "def halve(x):\n    return 0 * x"
NEARLY = "def halve(x):\n    return x // 2"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def scores(root: Path) -> dict[str, float]:
    with closing(sqlite3.connect(root / "gradebook.db")) as connection:
        rows = connection.execute(
            "SELECT student_id, SUM(auto_score) FROM grade "
            "JOIN submitted_notebook ON submitted_notebook.id = grade.notebook_id "
            "JOIN submitted_assignment ON submitted_assignment.id "
            "= submitted_notebook.assignment_id GROUP BY student_id"
        )
        return dict(rows.fetchall())


def test_what_appears_is_in_the_gradebook_and_on_pages(root: Path, executor: LocalExecutor) -> None:
    hand_in(root, "ada")
    with Watching(root, executor) as watching:
        watching.wait_for("ada/tiny: graded, 3 / 3, attempt 1")
        hand_in(root, "ben", halve=NEARLY)
        watching.wait_for("ben/tiny: graded, 1 / 3, attempt 1")
    assert scores(root) == {"ada": 3.0, "ben": 1.0}
    assert "Attempt 1" in watching.page_of("ben")
    shown = (root / "watch" / "index.html").read_text()
    assert 'href="../feedback/ben/tiny/tiny.html"' in shown
    assert shown.count("test_halve") == 2  # which question stops whom, and by what ben is stopped


def test_a_second_attempt_has_the_same_seed_and_shows_old_points(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "ben", halve=WRONG)
    with Watching(root, executor) as watching:
        watching.wait_for("attempt 1")
        before = watching.result("ben")
        hand_in(root, "ben")
        watching.wait_for("attempt 2")
        after = watching.result("ben")
    assert before is not None
    assert after is not None
    assert (before.seed, after.seed) == (watching.attempts("ben").seeds["tiny"],) * 2
    assert "Points now, and in attempt 1" in watching.page_of("ben")
    assert "▲ more" in watching.page_of("ben")
    assert str(after.seed) not in watching.page_of("ben")


def test_no_more_attempts_are_graded_than_allowed(root: Path, executor: LocalExecutor) -> None:
    hand_in(root, "ben", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
        hand_in(root, "ben")
        watching.wait_for("no attempt left")
    assert scores(root) == {"ben": 1.0}
    assert "is not graded: no attempt was left" in watching.page_of("ben")


def test_what_is_refused_makes_room_for_what_counts(root: Path, executor: LocalExecutor) -> None:
    file = hand_in(root, "ben", halve=NEARLY)
    (file.parent / "timestamp.txt").write_text("2026-11-30 10:00 UTC")
    counts = {path.name: path.read_bytes() for path in file.parent.iterdir()}
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
        hand_in(root, "ben", halve=WRONG)
        (file.parent / "timestamp.txt").write_text("2026-12-30 10:00 UTC")
        watching.wait_for("no attempt left, 1 / 3")
    assert {path.name: path.read_bytes() for path in file.parent.iterdir()} == counts
    refused = refused_folder(watching.course, ASSIGNMENT, "ben") / file.name
    assert refused.read_text() == notebook({**ANSWERS, "halve": WRONG})
    assert str(refused.parent) in " ".join(watching.lines)


def test_a_grading_after_the_watch_leaves_the_points_of_the_last_attempt(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "ben", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
        hand_in(root, "ben")  # which would earn more
        watching.wait_for("no attempt left, 1 / 3")
    # Everything anew, as after a test was mended.
    Batch(watching.course, executor, Options(force=True)).grade(ASSIGNMENT, ["ben"])
    assert scores(root) == {"ben": 1.0}


def test_a_version_that_comes_while_nothing_watches_is_refused_and_put_aside(
    root: Path, executor: LocalExecutor
) -> None:
    file = hand_in(root, "ben", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
    hand_in(root, "ben", halve=WRONG)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("no attempt left, 1 / 3")
    assert file.read_text() == notebook({**ANSWERS, "halve": NEARLY})


def test_grade_names_whose_version_is_no_attempt(root: Path, executor: LocalExecutor) -> None:
    hand_in(root, "ben", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
    batch = Batch(watching.course, executor, Options())
    assert [*beyond_attempts(watching.course, batch.grade(ASSIGNMENT, ["ben"]))] == []
    hand_in(root, "ben", halve=WRONG)
    (said,) = beyond_attempts(watching.course, batch.grade(ASSIGNMENT, ["ben"]))
    assert "tiny: graded, though no attempt was left for it: ben." in said


def test_a_refused_version_came_when_its_timestamp_says(
    root: Path, executor: LocalExecutor
) -> None:
    file = hand_in(root, "ben", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
        (file.parent / "timestamp.txt").write_text("2026-11-29 10:00 UTC")
        hand_in(root, "ben", halve=WRONG)
        watching.wait_for("no attempt left, 1 / 3")
    refused = watching.attempts("ben").refused
    assert refused is not None
    assert refused.at == datetime(2026, 11, 29, 10, tzinfo=UTC)


def test_a_restart_grades_nothing_twice(root: Path, executor: LocalExecutor) -> None:
    for student in ("ada", "ben"):
        hand_in(root, student)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1", 2)
    written = {path: path.stat().st_mtime_ns for path in root.rglob("tiny.*") if path.is_file()}
    hand_in(root, "cleo")
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1", 3)
    assert {path: path.stat().st_mtime_ns for path in written} == written
    assert [len(watching.attempts(each).made) for each in ("ada", "ben", "cleo")] == [1, 1, 1]


def test_results_of_hidden_tests_are_shown_when_it_is_time(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "ben", halve=NEARLY)
    soon = datetime.now(UTC) + timedelta(days=1)
    with Watching(root, executor, Policy(hidden_until=soon)) as watching:
        watching.wait_for("1 / 3")
    page = watching.page_of("ben")
    assert "Shown later" in page
    assert "Not yet right" not in page
    assert scores(root) == {"ben": 1.0}
    now = datetime.now(UTC) + timedelta(seconds=2)
    with Watching(root, executor, Policy(hidden_until=now)) as watching:
        wait_until(lambda: "Not yet right" in watching.page_of("ben"))
    assert "Shown later" not in watching.page_of("ben")


def test_a_file_that_is_being_written_is_left_alone(root: Path, executor: LocalExecutor) -> None:
    text = notebook(ANSWERS)
    folder = hand_in(root, "ada").parent
    (folder / "tiny.ipynb").unlink()
    with Watching(root, executor) as watching:
        watching.wait_for("Watching")
        with (folder / "tiny.ipynb").open("w") as file:
            for start in range(0, len(text), len(text) // 10):
                file.write(text[start : start + len(text) // 10])
                file.flush()
                time.sleep(0.15)
        watching.wait_for("ada/tiny")
    assert [line for line in watching.lines if "ada" in line] == [
        "ada/tiny: graded, 3 / 3, attempt 1"
    ]


def test_what_cannot_be_read_stops_nobody_and_costs_no_attempt(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "eve", '{"cells": 1}')
    hand_in(root, "ada")
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("eve/tiny: for a person")
        hand_in(root, "eve")
        watching.wait_for("eve/tiny: graded, 3 / 3, attempt 1 of 1")
        watching.wait_for("ada/tiny: graded")


def test_a_fault_of_ours_is_tried_again(root: Path, executor: LocalExecutor) -> None:
    record = Recorder.record
    full = [StorageError("the disk is full.")]

    def fails_once(*arguments: object) -> None:
        if full:
            raise full.pop()
        record(*arguments)  # type: ignore[arg-type]

    hand_in(root, "ada")
    with (
        mock.patch("autograder.watch.watch.RETRY", 0.1),
        mock.patch.object(Recorder, "record", fails_once),
        Watching(root, executor, Policy(1)) as watching,
    ):
        watching.wait_for("ada/tiny is tried again later: the disk is full.")
        watching.wait_for("ada/tiny: graded, 3 / 3, attempt 1 of 1")


def test_another_grading_of_the_course_is_waited_for(root: Path, executor: LocalExecutor) -> None:
    hand_in(root, "ada")
    with grading_alone(load_course(root)), Watching(root, executor) as watching:
        watching.wait_for("Another autograder is grading")
        assert watching.result("ada") is None
        with Watching(root, executor) as second:
            second.wait_for("Another autograder is grading")
    with Watching(root, executor) as watching:
        watching.wait_for("ada/tiny: graded")


def test_who_hands_in_again_and_again_keeps_nobody_waiting(
    root: Path, executor: LocalExecutor
) -> None:
    with Watching(root, executor) as watching:
        watching.wait_for("Watching")
        for number in range(30):
            hand_in(root, "flood", notebook({**ANSWERS, "double": f"# {number}"}))
            hand_in(root, f"honest{number % 3}")
            time.sleep(0.01)
        watching.wait_for("honest", 3)
        watching.wait_for("flood/tiny")
        wait_until(lambda: _last_answer(watching) == "# 29")
    assert len(watching.attempts("flood").made) < 30


def _last_answer(watching: Watching) -> str:
    path = watching.course.autograded_folder("flood", ASSIGNMENT) / "tiny.ipynb"
    if not path.exists():
        return ""
    return "".join(json.loads(path.read_text())["cells"][0]["source"])


def test_a_changed_instructor_edition_ends_it_to_be_read_anew(
    root: Path, executor: LocalExecutor
) -> None:
    with Watching(root, executor) as watching:
        watching.wait_for("Watching")
        path = root / "source" / "tiny" / "tiny.ipynb"
        os.link(path, root / "backup")
        hand_in(root, "ada")
        watching.wait_for("ada/tiny: graded")
        path.write_text(path.read_text() + "\n")
        wait_until(lambda: not watching.thread.is_alive())


def test_an_edition_that_cannot_be_used_is_told(root: Path, executor: LocalExecutor) -> None:
    (root / "source" / "tiny" / "tiny.ipynb").write_text("{")
    hand_in(root, "ada")
    with Watching(root, executor) as watching:
        watching.wait_for("tiny is not graded")
    assert "tiny is not graded" in (root / "watch" / "index.html").read_text()


def test_what_a_student_says_of_attempts_is_not_believed(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "eve")
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1")
        (root / "submitted" / "eve" / "tiny" / FILE).write_text('{"made": []}')
        watching.wait_for("no attempt left")
    assert len(watching.attempts("eve").made) == 1


def test_a_kill_before_the_record_leaves_the_attempt_counted(
    root: Path, executor: LocalExecutor
) -> None:
    hand_in(root, "ada")
    counted: list[int] = []
    record = Recorder.record

    def looks(*arguments: object) -> None:
        record(*arguments)  # type: ignore[arg-type]
        counted.append(len(watching.attempts("ada").made))

    with (
        mock.patch.object(Recorder, "record", looks),
        Watching(root, executor) as watching,
    ):
        watching.wait_for("attempt 1")
    assert counted == [1]


def test_the_attempts_of_a_group_are_counted_together(root: Path, executor: LocalExecutor) -> None:
    (root / "groups.csv").write_text("assignment,group,student\ntiny,g,ada\ntiny,g,ben\n")
    hand_in(root, "ada", halve=NEARLY)
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("ben/tiny: graded, 1 / 3, attempt 1 of 1")
        watching.wait_for("ada/tiny: graded, 1 / 3, attempt 1 of 1")
        hand_in(root, "ada")
        watching.wait_for("ben/tiny: no attempt left")
    assert scores(root) == {"ada": 1.0, "ben": 1.0}
    assert watching.attempts("ada") == watching.attempts("ben")


def test_of_a_group_the_members_work_that_counts_stays(root: Path, executor: LocalExecutor) -> None:
    (root / "groups.csv").write_text("assignment,group,student\ntiny,g,ada\ntiny,g,ben\n")
    times = {"ada": "2026-11-30 10:00 UTC", "ben": "2026-11-30 11:00 UTC"}
    files = [hand_in(root, "ada", halve=NEARLY)]
    (files[0].parent / "timestamp.txt").write_text(times["ada"])
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("attempt 1 of 1", 2)
        (root / "submitted" / "ben" / "tiny").mkdir(parents=True)
        (root / "submitted" / "ben" / "tiny" / "timestamp.txt").write_text(times["ben"])
        files.append(hand_in(root, "ben", halve=WRONG))
        watching.wait_for("no attempt left, 1 / 3", 2)
    assert [file.exists() for file in files] == [True, False]
    assert (refused_folder(watching.course, ASSIGNMENT, "ben") / "tiny.ipynb").exists()


def test_what_comes_through_the_exchange_is_graded_as_often_as_allowed(
    root: Path, executor: LocalExecutor, tmp_path: Path
) -> None:
    inbound = tmp_path / "exchange" / "c101" / "inbound"
    inbound.mkdir(parents=True)
    config = root / "nbgrader_config.py"
    exchange = f"c.Exchange.root = {str(tmp_path / 'exchange')!r}\n"
    config.write_text(f"{config.read_text()}c.CourseDirectory.course_id = 'c101'\n{exchange}")
    with Watching(root, executor, Policy(1)) as watching:
        watching.wait_for("Watching")
        submit(inbound, "10:00", notebook({**ANSWERS, "halve": NEARLY}))
        watching.wait_for("ada/tiny: graded, 1 / 3, attempt 1 of 1")
        submit(inbound, "11:00", notebook())
        watching.wait_for("ada/tiny: no attempt left")
    kept = (root / "submitted" / "ada" / "tiny" / "tiny.ipynb").read_text()
    assert kept == notebook({**ANSWERS, "halve": NEARLY})
    assert "is not graded: no attempt was left" in watching.page_of("ada")
    refused = watching.attempts("ada").refused
    assert refused is not None
    assert refused.at == datetime(2026, 11, 30, 11, tzinfo=UTC)


def submit(inbound: Path, time_of_day: str, text: str) -> None:
    """Hand in as `nbgrader submit` does: the time last."""
    time_of_submission = f"2026-11-30 {time_of_day}:00.000000 UTC"
    folder = inbound / f"ada+tiny+{time_of_submission}+abc"
    folder.mkdir()
    (folder / "tiny.ipynb").write_text(text)
    (folder / "timestamp.txt").write_text(time_of_submission)
