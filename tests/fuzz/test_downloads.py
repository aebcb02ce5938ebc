"""Random downloads and folders: nobody is graded for nothing, or for another's notebook, unseen.

To look at others: AUTOGRADER_FUZZ_DOWNLOADS=100000 AUTOGRADER_FUZZ_SEED=500 .venv/bin/pytest
tests/fuzz/test_downloads.py --timeout=0
"""

from __future__ import annotations

import json
import os
import random
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from autograder.collect import Action, plan_collection, store
from autograder.course.directory import Course, load_course
from autograder.course.files import is_hidden
from autograder.course.submissions import read_submission
from autograder.errors import CourseError
from tests.autograder.tiny_course import ASSIGNMENT, make_course
from tests.fuzz.downloads import (
    Download,
    HandIn,
    by,
    download,
    hand_in,
    tarred,
    zipped,
)

NUMBER = int(os.environ.get("AUTOGRADER_FUZZ_DOWNLOADS", "500"))
FIRST = int(os.environ.get("AUTOGRADER_FUZZ_SEED", "0"))
#: As many tests as make a failure quick to find and a run easy to spread.
PARTS = 10


@pytest.fixture(scope="module")
def course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load_course(make_course(tmp_path_factory.mktemp("fuzz") / "course"))


@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_download_costs_nobody_anything_unseen(course: Course, part: int) -> None:
    wrong = [
        f"{seed}: {each}"
        for seed in range(FIRST + part, FIRST + NUMBER, PARTS)
        for each in wrong_with_a_download(course, seed)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("part", range(PARTS))
def test_a_random_folder_costs_nobody_anything_unseen(course: Course, part: int) -> None:
    wrong = [
        f"{seed}: {each}"
        for seed in range(FIRST + part, FIRST + NUMBER, PARTS)
        for each in wrong_with_a_folder(course, seed)
    ]
    assert not wrong, "\n".join(wrong)


def wrong_with_a_download(course: Course, seed: int) -> Iterator[str]:
    """What is wrong after a download was collected and read for grading."""
    made = download(seed)
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    source = lay_out(made, seed, course.root.parent)
    try:
        plan = plan_collection(course, ASSIGNMENT, source)
    except CourseError as error:
        # By a single notebook nobody can tell what of its path is the student's.
        is_readable = sum(path.lower().endswith(".ipynb") for path in made.files) > 1
        if is_readable and all(each.is_certain for each in made.handed_in):
            yield f"{made.layout}: {error}"
        return
    list(store(course, ASSIGNMENT, plan))
    refused = [each.student for each in plan if each.action is Action.REFUSE]
    known = {each.student for each in plan}
    for theirs in made.handed_in:
        shown = made.shown[theirs.author]
        told = shown in refused or any(shown in name for name in refused)
        if shown in course.students(ASSIGNMENT):
            yield from wrong_with(course, shown, theirs)
        elif theirs.is_certain:
            reason = next((each.reason for each in plan if each.student == shown), "not named")
            yield f"{made.layout}: {shown} was not taken: {reason}; {sorted(theirs.files)}"
        elif not told and not all(map(is_hidden, theirs.files)):
            yield f"{made.layout}: {shown} is not named at all; {sorted(theirs.files)}"
    for student in course.students(ASSIGNMENT):
        if student not in made.shown.values():
            yield f"{made.layout}: nobody is called {student}"
        if student not in known:
            yield f"{made.layout}: {student} is there and was not in the plan"


def wrong_with_a_folder(course: Course, seed: int) -> Iterator[str]:
    """What is wrong when a submission's folder is laid out by hand."""
    generator = random.Random(f"folder {seed}")
    theirs = hand_in(generator, "Ada")
    shutil.rmtree(course.root / "submitted", ignore_errors=True)
    write(theirs.files, course.submitted_folder("Ada", ASSIGNMENT))
    yield from wrong_with(course, "Ada", theirs)


def wrong_with(course: Course, student: str, theirs: HandIn) -> Iterator[str]:
    submission = read_submission(course, ASSIGNMENT, student)
    graded = submission.notebooks.get("tiny")
    what = f"{student}: {sorted(theirs.files)}"
    if submission.missing:
        yield f"a silent zero for {what}"
    if theirs.is_certain and graded != by(theirs.author):
        yield f"not the true notebook for {what}: {submission.unreadable}"
    if graded is not None and (said := says(graded)) not in (None, theirs.author):
        yield f"that of {said} for {what}"


def says(notebook: bytes) -> str | None:
    """Whose a notebook is, as far as it is this assignment's; None for what cannot be read."""
    try:
        metadata = json.loads(notebook)["metadata"]
    except ValueError:
        return None
    return str(metadata["author"] if metadata["version"] in ("last", "first") else metadata)


def lay_out(made: Download, seed: int, folder: Path) -> Path:
    """The download as a folder, a zip or a tar archive."""
    shape = random.Random(f"shape {seed}").choice(("folder", "zip", "tar.gz"))
    if shape == "folder":
        source = folder / "download"
        shutil.rmtree(source, ignore_errors=True)
        write(made.files, source)
        return source
    source = folder / f"download.{shape}"
    source.write_bytes(zipped(made.files) if shape == "zip" else tarred(made.files))
    return source


def write(files: Mapping[str, bytes], folder: Path) -> None:
    folder.mkdir(parents=True)
    for name, data in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
