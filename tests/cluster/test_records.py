"""What travels arrives as it was, whatever students have put in it, and nothing else does."""

from __future__ import annotations

import math
import pickle
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from autograder.cluster.records import (
    NotebookRecord,
    Reply,
    SubmissionRecord,
    decode,
    decode_submission,
    encode,
    encode_submission,
)
from autograder.cluster.versions import Versions, differences
from autograder.course.directory import load_course
from autograder.errors import GraderFault
from autograder.grading.plan import load_plans
from autograder.grading.task import SOLUTION, Task
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question
from tests.autograder.tiny_course import ASSIGNMENT, make_course

NOT_UTF8 = b"caf\xe9".decode("utf-8", "surrogateescape")


@pytest.fixture
def task(tmp_path: Path) -> Task:
    """Of a student, with a file of the assignment's and two of the student's own."""
    root = make_course(tmp_path / "course")
    (root / "source" / ASSIGNMENT / "data.csv").write_bytes(b"1,2\n")
    source, plan = load_plans(load_course(root), ASSIGNMENT)[ASSIGNMENT]
    files = {"data.csv": b"1,2\n", NOT_UTF8: b"\0\xff", "empty": b""}
    return Task("ada", source, plan, 7, b"\xff{", files, {}, keeps_seed=True)


def arrived(task: Task) -> Task:
    """The task as a worker gets it."""
    record = decode(encode(NotebookRecord.of(task.source, task.plan)), NotebookRecord)
    submission = decode_submission(encode_submission(SubmissionRecord.of(task)))
    return submission.task(record.source(), record.plan, task.expected)


def test_a_task_arrives_as_it_was(task: Task) -> None:
    assert arrived(task) == task
    assert list(arrived(task).files) == list(task.files)


def test_the_assignments_own_files_do_not_travel_with_each_submission(task: Task) -> None:
    whole = replace(task, files={"data.csv": b"1,2\n" * 100_000})
    assert len(encode_submission(SubmissionRecord.of(task))) < 200
    assert len(encode_submission(SubmissionRecord.of(whole))) > 100_000


def test_the_source_needs_no_course_folder_there(task: Task) -> None:
    there = arrived(task).source
    assert there.course.root != task.source.course.root
    assert there.graded == task.source.graded
    assert there.files == {"data.csv": b"1,2\n"}
    assert there.course.settings == task.source.course.settings


def test_the_solution_travels_with_its_notebook(task: Task) -> None:
    solution = replace(task, student=SOLUTION, submitted=task.source.notebook, expected=None)
    there = arrived(solution)
    assert there.submitted is there.source.notebook
    assert there == solution


@pytest.mark.parametrize(
    "value",
    [1 << 200, -0.0, math.inf, "\ud800", "\0", {"": [None, True]}, 0.1 + 0.2],
    ids=["huge", "negative zero", "infinite", "half a pair", "zero byte", "nested", "digits"],
)
def test_a_result_arrives_as_it_was(value: Any) -> None:
    cell = Cell("code", "1", {"mine": value}, "a")
    result = NotebookResult(
        "ps1",
        NOT_UTF8,
        "ps1",
        (Question("q", None, 1.0, Outcome.GRADER_ERROR, "\ud800", hidden=True),),
        (CellRun(cell, ({"output_type": "display_data", "data": {"x": value}},)),),
        {"also": value},
    )
    reply = decode(encode(Reply(result)), Reply)
    assert reply == Reply(result)
    assert repr(reply) == repr(Reply(result))


def test_not_a_number_arrives_as_such() -> None:
    (there,) = decode(encode([math.nan]), list[float])
    assert math.isnan(there)


@pytest.mark.parametrize(
    "data",
    [b"", b"[", b"[" * 100_000, b"1", b'{"result": 1}', pickle.dumps(Reply())],
    ids=["nothing", "cut off", "deep", "a number", "another type", "a pickle"],
)
def test_what_is_no_reply_is_refused(data: bytes) -> None:
    with pytest.raises(GraderFault, match="no .*Reply"):
        decode(data, Reply)


def test_no_more_differences_are_told_than_somebody_reads() -> None:
    ours = Versions("1", "ab", "3.12", {f"package-{number:02}": "1" for number in range(20)})
    theirs = Versions("1", "cd", "3.12", {})
    told = differences(ours, theirs)
    assert "the autograder's code" in told
    assert told.endswith("; and 13 more")
    assert differences(ours, ours) == ""
