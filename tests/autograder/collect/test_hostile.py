"""Downloads in which one student's names or archives would decide over somebody else's work."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from autograder.collect import Action, PlannedSubmission, plan_collection, store
from autograder.collect.roster import keep_ids
from autograder.course.directory import Course, load_course
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

CLASS = ("ada", "bob", "cyd", "dan", "eve", "fay")
THEN = "2026-10-01-12-30-59"
LATER = "2030-01-01-00-00-00"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def by(author: str) -> bytes:
    """A notebook that says who wrote it."""
    content = json.loads(notebook())
    content["metadata"]["author"] = author
    return json.dumps(content).encode()


def zipped(files: Mapping[str, bytes]) -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return memory.getvalue()


def collected(course: Course, files: Mapping[str, bytes]) -> dict[str, PlannedSubmission]:
    """The plan for a zip file with these files, carried out."""
    source = course.root.parent / "download.zip"
    source.write_bytes(zipped(files))
    planned = plan_collection(course, ASSIGNMENT, source)
    assert all(each.files for each in store(course, ASSIGNMENT, planned))
    keep_ids(course, ASSIGNMENT, planned)
    return {each.student: each for each in planned}


def authors(course: Course) -> dict[str, str]:
    """Whose notebook each student is graded for."""
    return {
        student: json.loads(
            (course.submitted_folder(student, ASSIGNMENT) / "tiny.ipynb").read_bytes()
        )["metadata"]["author"]
        for student in course.students(ASSIGNMENT)
    }


def themselves(names: Iterable[str]) -> dict[str, str]:
    return {name: name for name in names}


class TestAnotherPersonsNumber:
    ADA = "Ada_1001_assignsubmission_file"

    @pytest.mark.parametrize(
        "evil",
        [
            "Mal_1003_assignsubmission_file_x_1001_assignsubmission_file_tiny.ipynb",
            "Mal_1003_assignsubmission_file_x_1001_assignsubmission_file_/tiny.ipynb",
            "x_1001_assignsubmission_file__1003_assignsubmission_file_/tiny.ipynb",
            "Mal_1003_ASSIGNSUBMISSION_FILE_x_1001_assignsubmission_file.zip/tiny.ipynb",
        ],
    )
    def test_a_name_with_two_numbers_is_nobodys(self, course: Course, evil: str) -> None:
        files = {f"{self.ADA}_/tiny.ipynb": by("Ada"), evil: by("Mal"),
                 "Bob_1002_assignsubmission_file_/tiny.ipynb": by("Bob")}  # fmt: skip
        assert collected(course, files)[evil].action is Action.REFUSE
        assert authors(course) == themselves(["Ada", "Bob"])

    def test_ones_own_name_twice_is_ones_own(self, course: Course) -> None:
        collected(course, {f"{self.ADA}_{self.ADA}_tiny.ipynb": by("Ada"),
                           "Bob_1002_assignsubmission_file_tiny.ipynb": by("Bob")})  # fmt: skip
        assert authors(course) == themselves(["Ada", "Bob"])

    def test_a_number_that_two_hold_is_refused(self, course: Course) -> None:
        files = {f"{self.ADA}_/tiny.ipynb": by("Ada"),
                 "Mal_1001_assignsubmission_file_/tiny.ipynb": by("Mal"),
                 "Bob_1002_assignsubmission_file_/tiny.ipynb": by("Bob")}  # fmt: skip
        planned = collected(course, files)
        assert "1001 was read from the names of Mal, too" in planned["Ada"].reason
        assert authors(course) == themselves(["Bob"])

    def test_a_number_of_an_earlier_download_is_refused(self, course: Course) -> None:
        collected(course, {"ada_1001_7_tiny.ipynb": by("ada"), "bob_1002_8_tiny.ipynb": by("bob")})
        planned = collected(course, {"mal_1001_9_tiny.ipynb": by("mal")})
        assert "1001" in planned["mal"].reason
        assert authors(course) == themselves(["ada", "bob"])
