"""The digest of a student's work: what changes it, and what does not."""

from __future__ import annotations

from autograder.autograded.work import work_digest
from autograder.course.submissions import Submission

ONE = Submission("ps1", "ada", {"n": b"{}"}, files={"data.csv": b"1", "mine.py": b""})


def test_the_instructors_files_are_no_part_of_the_work() -> None:
    two = Submission("ps1", "ada", {"n": b"{}"}, files={"data.csv": b"2", "mine.py": b""})
    assert work_digest(ONE, {"data.csv": b"1"}) == work_digest(two, {"data.csv": b"2"})
    assert work_digest(ONE, {}) != work_digest(two, {})


def test_a_file_of_the_instructors_that_the_student_was_to_change_is_the_students() -> None:
    assert work_digest(ONE, {"data.csv": b"0"}) == work_digest(ONE, {})


def test_of_several_notebooks_those_asked_for_count() -> None:
    two = Submission("ps1", "ada", {"n": b"{}", "m": b"{}"}, files=ONE.files)
    assert work_digest(ONE, {}) != work_digest(two, {})
    assert work_digest(ONE, {}) == work_digest(two, {}, ["n"])
