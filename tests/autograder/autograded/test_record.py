"""The grader's own record of what it graded, and when a grade is still up to date."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

import autograder
from autograder.autograded.record import Record, code_digest, digest_of, discard, load, save
from autograder.course.directory import Course, load_course
from autograder.course.source import load_source
from autograder.notebook.cells import Cell
from autograder.results import CellRun, NotebookResult, Outcome, Question
from tests.autograder.tiny_course import ASSIGNMENT, TESTS, make_course

RESULT = NotebookResult(
    "tiny",
    "ada",
    "tiny",
    questions=(
        Question("test_double", 0.5, 1.0, Outcome.PARTIAL, "half", detail="traceback"),
        Question("test_halve", None, 2.0, Outcome.GRADER_ERROR, hidden=True),
    ),
    cells=(
        CellRun(
            Cell("code", "1 + 1 # \N{SNOWMAN}", {"nbgrader": {"grade_id": "double"}}),
            ({"output_type": "stream", "name": "stdout", "text": "2"},),
            "put back",
        ),
    ),
    metadata={"kernelspec": {"name": "python3"}},
    seed=17,
    seconds=1.5,
)


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def test_a_record_is_read_as_it_was_saved(tmp_path: Path) -> None:
    save(tmp_path, Record("digest", RESULT))
    assert load(tmp_path, "tiny") == Record("digest", RESULT)


def test_a_result_that_is_an_error_is_kept_too(tmp_path: Path) -> None:
    failed = NotebookResult("tiny", "ada", "tiny", error="not JSON")
    save(tmp_path, Record("digest", failed))
    assert load(tmp_path, "tiny") == Record("digest", failed)


@pytest.mark.parametrize("content", [None, b"", b"{", b"[]", b'{"digest": 3}', b"\xff"])
def test_what_cannot_be_read_is_no_record(tmp_path: Path, content: bytes | None) -> None:
    path = save(tmp_path, Record("digest", RESULT))
    path.unlink()
    if content is not None:
        path.write_bytes(content)
    assert load(tmp_path, "tiny") is None


def digest(
    course: Course,
    *,
    data: bytes = b"{}",
    files: dict[str, bytes] | None = None,
    grader: str = "1",
    isolate: bool = True,
) -> str:
    source = load_source(course, ASSIGNMENT, ASSIGNMENT)
    return digest_of(data, files or {}, source, course.settings, grader, isolate=isolate)


def test_the_same_submission_has_the_same_digest(course: Course) -> None:
    assert digest(course, files={"a": b"1", "b": b"2"}) == digest(
        course, files={"b": b"2", "a": b"1"}
    )


def test_the_digest_changes_with_the_notebook(course: Course) -> None:
    assert digest(course, data=b"{ }") != digest(course)


@pytest.mark.parametrize("files", [{"a": b"2"}, {"b": b"1"}, {"a": b"1", "b": b""}])
def test_the_digest_changes_with_the_files(course: Course, files: dict[str, bytes]) -> None:
    assert digest(course, files=files) != digest(course, files={"a": b"1"})


def test_the_digest_changes_with_the_grader(course: Course) -> None:
    assert digest(course, grader="2") != digest(course)


def test_the_digest_changes_with_the_sandbox(course: Course) -> None:
    assert digest(course, isolate=False) != digest(course)


def test_a_record_that_was_discarded_is_gone(tmp_path: Path) -> None:
    save(tmp_path, Record("digest", RESULT))
    discard(tmp_path, "tiny")
    discard(tmp_path, "tiny")
    assert load(tmp_path, "tiny") is None


def test_the_digest_changes_with_the_limits(course: Course) -> None:
    limits = replace(course.settings.limits, cell_seconds=99.0)
    slower = replace(course, settings=replace(course.settings, limits=limits))
    assert digest(slower) != digest(course)


def test_the_digest_changes_with_a_hidden_test(course: Course, tmp_path: Path) -> None:
    tests = TESTS | {
        "test_halve": TESTS["test_halve"].replace("halve(5) == 2.5", "halve(7) == 3.5")
    }
    other = load_course(make_course(tmp_path / "other", tests))
    assert digest(other) != digest(course)


def package_with(tmp_path: Path, name: str, files: dict[str, str]) -> Path:
    for file, text in files.items():
        path = tmp_path / name / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / name


def test_the_same_code_has_the_same_digest_elsewhere(tmp_path: Path) -> None:
    files = {"a.py": "1", "b/c.py": "2"}
    one, other = package_with(tmp_path, "one", files), package_with(tmp_path, "other", files)
    (other / "a.pyc").write_text("compiled")
    assert code_digest(one) == code_digest(other)


@pytest.mark.parametrize(
    "files",
    [
        {"a.py": "1 ", "b/c.py": "2"},
        {"a.py": "1", "b/d.py": "2"},
        {"a.py": "2", "b/c.py": "1"},
        {"a.py": "1"},
    ],
)
def test_the_digest_of_code_changes_with_every_module(
    tmp_path: Path, files: dict[str, str]
) -> None:
    package = package_with(tmp_path, "one", {"a.py": "1", "b/c.py": "2"})
    assert code_digest(package_with(tmp_path, "other", files)) != code_digest(package)


def test_the_digest_of_our_own_code_covers_how_points_are_given() -> None:
    folder = Path(autograder.__file__).parent
    assert folder / "grading" / "score.py" in folder.rglob("*.py")
    assert code_digest() == code_digest(folder)
