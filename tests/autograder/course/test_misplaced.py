"""A notebook that is not in its place is found, or a person decides: never is it a zero."""

from __future__ import annotations

import io
import json
import shutil
import string
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.course.directory import Course, load_course
from autograder.course.submissions import Submission, read_submission
from autograder.notebook.cells import Notebook
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course, notebook

MINE = notebook({"double": "def double(x): return x + x", "halve": "halve = 1"})
OTHER = json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


@pytest.fixture
def folder(course: Course) -> Path:
    """An empty submission's."""
    file = hand_in(course.root, "ada")
    file.unlink()
    return file.parent


def read(course: Course) -> Submission:
    return read_submission(course, ASSIGNMENT, "ada")


def zipped(files: dict[str, str | bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name), content)  # of no time: tests are named by it
    return made.getvalue()


@pytest.mark.parametrize(
    "name",
    [
        "tiny.ipynb.json",
        "tiny.ipynb.txt",
        "tiny.IPYNB",
        "Tiny.ipynb",
        "tiny (1).ipynb",
        "tiny-Copy1.ipynb",
        "my solution.ipynb",
        "tiny",
        "tiny/tiny.ipynb",
        "a/b/c/tiny.ipynb",
        "Ada Lovelace/HW 1/final.ipynb",
    ],
)
def test_the_one_notebook_that_can_be_meant_is_taken(
    course: Course, folder: Path, name: str
) -> None:
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(MINE)
    submission = read(course)
    assert submission.notebooks == {"tiny": MINE.encode()}
    assert submission.found_at == {"tiny": name}
    assert submission.missing == ()
    assert submission.unreadable == {}


@pytest.mark.parametrize("inside", ["tiny.ipynb", "work/tiny (2).ipynb", "again.zip"])
def test_it_is_found_in_an_archive(course: Course, folder: Path, inside: str) -> None:
    content = zipped({"deep/tiny.ipynb": MINE}) if inside == "again.zip" else MINE
    (folder / "work.zip").write_bytes(zipped({inside: content, "__MACOSX/._tiny.ipynb": "x"}))
    submission = read(course)
    assert submission.notebooks == {"tiny": MINE.encode()}
    assert submission.found_at["tiny"].startswith(f"work.zip/{inside}")


def test_files_beside_it_come_along(course: Course, folder: Path) -> None:
    (folder / "work.zip").write_bytes(
        zipped({"a/tiny.ipynb": MINE, "a/data/points.csv": "1,2", "b/other.csv": "3"})
    )
    assert read(course).files["data/points.csv"] == b"1,2"


def test_copies_of_one_notebook_are_one(course: Course, folder: Path) -> None:
    for name in ("a.ipynb", "b.ipynb"):
        (folder / name).write_text(MINE)
    assert read(course).notebooks == {"tiny": MINE.encode()}


def test_a_notebook_with_none_of_its_cells_is_not_taken_for_it(
    course: Course, folder: Path
) -> None:
    (folder / "scratch.ipynb").write_text(OTHER)
    (folder / "mine.ipynb").write_text(MINE)
    assert read(course).found_at == {"tiny": "mine.ipynb"}


@pytest.mark.parametrize(
    "files",
    [
        {"tiny (1).ipynb": MINE, "tiny (2).ipynb": notebook()},
        {"scratch.ipynb": OTHER},
        {"tiny.ipynb.txt": '{"cells": ['},
        {"work.zip": zipped({"a.ipynb": MINE})[:-30]},
        {"empty.zip": zipped({})},
        {"report.pdf": "%PDF-1.7"},
        {"solution.py": "def double(x): return 2 * x"},
        {"work.7z": b"7z\xbc\xaf\x27\x1c"},
        {".ipynb_checkpoints/tiny-checkpoint.ipynb": MINE},
        {".git/config": "[core]"},
    ],
    ids=str,
)
def test_where_it_is_not_certain_a_person_decides(
    course: Course, folder: Path, files: dict[str, str | bytes]
) -> None:
    for name, content in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    submission = read(course)
    assert submission.missing == ()
    assert submission.notebooks == {}
    assert submission.unreadable["tiny"].startswith("There is no tiny.ipynb, ")
    assert all(name in submission.unreadable["tiny"] for name in files)


@pytest.mark.parametrize(
    "left", [[], [".DS_Store"], ["Thumbs.db", "__MACOSX/._x"], ["timestamp.txt"], ["sub/"]]
)
def test_an_empty_folder_is_no_submission(course: Course, folder: Path, left: list[str]) -> None:
    for name in left:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.mkdir() if name.endswith("/") else path.write_text("")
    submission = read(course)
    assert submission.missing == ("tiny",)
    assert submission.unreadable == {}


def test_the_instructors_files_alone_are_no_submission(course: Course, folder: Path) -> None:
    (course.source_folder(ASSIGNMENT) / "data.csv").write_text("1,2")
    (folder / "data.csv").write_text("1,2")
    assert read(course).missing == ("tiny",)


def test_an_archive_beyond_the_limits_is_not_opened(course: Course, folder: Path) -> None:
    (folder / "many.zip").write_bytes(zipped({f"{k}.txt": "" for k in range(1000)}))
    assert "many.zip" in read(course).unreadable["tiny"]


@pytest.mark.parametrize("compression", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_a_member_whose_data_is_damaged_is_for_a_person(
    course: Course, folder: Path, compression: int
) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", compression) as archive:
        archive.writestr("tiny.ipynb", MINE)
    data = bytearray(made.getvalue())
    begin = data.index(b"tiny.ipynb") + len("tiny.ipynb")
    data[begin : begin + 16] = b"\xff" * 16
    (folder / "work.zip").write_bytes(data)
    assert "work.zip" in read(course).unreadable["tiny"]


def test_many_large_files_are_not_all_parsed(
    course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parsed: list[int] = []

    def note(data: bytes) -> Notebook:
        parsed.append(len(data))
        return Notebook(())

    monkeypatch.setattr("autograder.course.misplaced.read_notebook", note)
    large = json.dumps({"cells": [], "metadata": {"a": [[]] * 140_000}, "nbformat": 4})
    (folder / "work.zip").write_bytes(zipped({f"{k}.ipynb": large for k in range(50)}))
    assert "work.zip/0.ipynb" in read(course).unreadable["tiny"]
    assert len(parsed) == 3


def test_of_archives_full_of_archives_few_are_opened(
    course: Course, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[int] = []
    original = zipfile.ZipFile.infolist

    def note(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
        opened.append(1)
        return original(archive)

    monkeypatch.setattr(zipfile.ZipFile, "infolist", note)
    inner = zipped({f"{k}.zip": zipped({}) for k in range(100)})
    (folder / "work.zip").write_bytes(zipped({f"{k}.zip": inner for k in range(100)}))
    assert "work.zip/" in read(course).unreadable["tiny"]
    assert len(opened) <= 50


def test_what_would_have_to_be_converted_is_not_parsed(course: Course, folder: Path) -> None:
    (folder / "old.ipynb").write_text('{"nbformat": 3, "nbformat_minor": 0, "worksheets": []}')
    assert "old.ipynb" in read(course).unreadable["tiny"]


NAMES = st.text(string.ascii_letters + " .()-_é", min_size=1, max_size=8).filter(
    lambda name: name.strip(". ") == name
)
PLACES = st.lists(NAMES, max_size=3).map("/".join)


def _write(folder: Path, name: str, content: bytes) -> None:
    path = folder / name
    if any(each.is_file() for each in path.parents) or path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.fixture(scope="module")
def shared_course(tmp_path_factory: pytest.TempPathFactory) -> Course:
    return load_course(make_course(tmp_path_factory.mktemp("shared") / "course"))


@settings(max_examples=500, deadline=None)
@given(
    place=PLACES,
    name=NAMES,
    ending=st.sampled_from([".ipynb", ".IPYNB", ".ipynb.json", ".ipynb.txt", ".json", ""]),
    archive=st.sampled_from([None, "w.zip", "a/b.ZIP"]),
    noise=st.dictionaries(PLACES.filter(bool), st.sampled_from([b"", b"{}", OTHER.encode()])),
)
def test_whatever_the_tree_the_notebook_is_no_silent_zero(
    shared_course: Course,
    place: str,
    name: str,
    ending: str,
    archive: str | None,
    noise: dict[str, bytes],
) -> None:
    file = hand_in(shared_course.root, "ada")
    shutil.rmtree(file.parent)
    inside = f"{place}/{name}{ending}".removeprefix("/")
    if archive is None:
        _write(file.parent, inside, MINE.encode())
    else:
        _write(file.parent, archive, zipped({inside: MINE}))
    for path, content in noise.items():
        _write(file.parent, path, content)
    submission = read(shared_course)
    assert submission.missing == ()
    assert submission.notebooks in ({}, {"tiny": MINE.encode()})
    assert bool(submission.notebooks) != bool(submission.unreadable)


@pytest.mark.parametrize("up", ["../", "../../../", "data/../../", "/", "C:/", "..\\", "./"])
def test_no_file_of_an_archive_leads_out_of_the_folder(
    course: Course, folder: Path, up: str
) -> None:
    files: dict[str, str | bytes] = {
        "tiny.ipynb": MINE,
        f"{up}nbgrader_config.py": "",
        "data/a.csv": "1",
    }
    (folder / "work.zip").write_bytes(zipped(files))
    assert {*read(course).files} == {"work.zip", "data/a.csv"}
