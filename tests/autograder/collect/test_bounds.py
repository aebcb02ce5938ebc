"""Uploads that would use up the time, the memory or the room of the others in the download."""

from __future__ import annotations

import io
import struct
import tarfile
import time
import tracemalloc
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from autograder.collect import Action, archives, nested, plan_collection, store
from autograder.collect.archives import entries_of
from autograder.course.directory import Course, load_course
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

NOTEBOOK = notebook().encode()
MIB = 1 << 20


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def packed(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return target.getvalue()


def listing(members: int) -> bytes:
    """A zip archive of so many members, all of which are one and the same file."""
    local = struct.pack("<4s5H3L2H", b"PK\3\4", 20, 0, 0, 0, 33, 0, 0, 0, 1, 0) + b"a"
    mode = 0x81A40000
    one = struct.pack(
        "<4s4B4HL2L5H2L", b"PK\1\2", 20, 3, 20, 0, 0, 0, 0, 33, 0, 0, 0, 1, 0, 0, 0, 0, mode, 0
    )
    directory = (one + b"a") * members
    sizes = (44, 45, 45, 0, 0, members, members, len(directory), len(local))
    record = struct.pack("<4sQ2H2L4Q", b"PK\6\6", *sizes)
    locator = struct.pack("<4sLQL", b"PK\6\7", 0, len(local) + len(directory), 1)
    most = 0xFFFFFFFF
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, 0xFFFF, 0xFFFF, most, most, 0)
    return local + directory + record + locator + end


def class_with(tmp_path: Path, upload: Mapping[str, bytes]) -> Path:
    """A download of Canvas in which mallory has handed in an archive of these files."""
    source = tmp_path / "class.zip"
    mallory = packed({"tiny.ipynb": NOTEBOOK} | dict(upload))
    source.write_bytes(packed({"adaone_1_11_tiny.ipynb": NOTEBOOK, "mallory_2_22_w.zip": mallory}))
    return source


def planned(course: Course, source: Path) -> dict[str, tuple[Action, str]]:
    """What is planned for each student, and why; carried out."""
    plan = plan_collection(course, ASSIGNMENT, source)
    list(store(course, ASSIGNMENT, plan))
    return {each.student: (each.action, each.reason) for each in plan}


def test_a_list_of_members_is_not_read_to_find_that_it_is_too_long(tmp_path: Path) -> None:
    source = class_with(tmp_path, {"many.zip": listing(500_000)})
    tracemalloc.start()
    started = time.process_time()
    found = [entry.path for entry in entries_of(source)]
    took, (_, peak) = time.process_time() - started, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "mallory_2_22_w.zip/many.zip" in found
    assert took < 2  # it was 5 s
    assert peak < 150 * MIB  # it was 400 MiB


def test_archives_that_were_read_do_not_stay_in_memory(course: Course, tmp_path: Path) -> None:
    zeros = packed({"n.ipynb": NOTEBOOK, "zeros": bytes(8 * MIB)}, zipfile.ZIP_STORED)
    source = class_with(tmp_path, {f"{number}.zip": zeros for number in range(20)})
    tracemalloc.start()
    plan_collection(course, ASSIGNMENT, source)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 60 * MIB


USES_UP = {
    "bytes": {
        f"{number}.zip": packed({"n": bytes(MIB)}, zipfile.ZIP_STORED) for number in range(5)
    },
    "files": {f"{n}.zip": packed(dict.fromkeys(map(str, range(40)), b"")) for n in range(5)},
    "archives": {f"{number}.zip": packed({}) for number in range(101)},
}


@pytest.mark.parametrize("upload", USES_UP.values(), ids=USES_UP)
def test_who_hands_in_too_much_is_refused_and_nobody_else(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, upload: Mapping[str, bytes]
) -> None:
    monkeypatch.setattr(nested._Allowance.__init__, "__defaults__", (100, 4 * MIB))
    source = class_with(tmp_path, upload)
    plan = planned(course, source)
    assert plan["adaone"] == (Action.ADD, "")
    action, reason = plan["mallory"]
    assert action is Action.REFUSE
    assert reason.startswith("mallory_2_22_w.zip: more than ")


def test_files_in_archives_in_archives_are_read_again_when_they_are_wanted(
    course: Course, tmp_path: Path
) -> None:
    inner = {f"{n}.zip": packed({f"{n}.csv": bytes([n]), "x.ipynb.txt": b""}) for n in range(3)}
    source = class_with(tmp_path, {"data.zip": packed(inner)})
    assert planned(course, source)["mallory"][0] is Action.ADD
    folder = course.submitted_folder("mallory", ASSIGNMENT)
    read = {path.name: path.read_bytes() for path in folder.rglob("*.csv")}
    assert read == {f"{number}.csv": bytes([number]) for number in range(3)}


def as_folder(top: Path, files: Mapping[str, bytes]) -> Path:
    for name, data in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(data)
    return top


def as_tar(top: Path, files: Mapping[str, bytes]) -> Path:
    with tarfile.open(f"{top}.tar.gz", "w:gz") as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return Path(f"{top}.tar.gz")


def as_zip(top: Path, files: Mapping[str, bytes]) -> Path:
    Path(f"{top}.zip").write_bytes(packed(files))
    return Path(f"{top}.zip")


@pytest.mark.parametrize("made", [as_folder, as_tar, as_zip])
def test_one_students_files_do_not_make_the_whole_download_too_large(
    course: Course, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made: Callable[..., Path]
) -> None:
    monkeypatch.setattr(archives, "MOST_ENTRIES", 100)
    monkeypatch.setattr(archives, "MOST_WITHIN", 50)
    files = {f"class/{name}/tiny.ipynb": NOTEBOOK for name in ("ada", "bob", "mallory")}
    files |= {f"class/mallory/{number}": b"" for number in range(110)}
    plan = planned(course, made(tmp_path / "download", files))
    assert plan.pop("mallory") == (
        Action.REFUSE,
        "class/mallory/…: more than 50 files in one folder",
    )
    assert plan == {"ada": (Action.ADD, ""), "bob": (Action.ADD, "")}


def test_very_many_copies_of_a_notebook_are_not_compared_with_each_other(
    course: Course, tmp_path: Path
) -> None:
    copies = {f"tiny ({number}).ipynb": b"" for number in range(9_000)}
    started = time.process_time()
    mallory = {f"mallory/{file}": data for file, data in copies.items()}
    source = as_zip(tmp_path / "class", mallory | {"ada/tiny.ipynb": NOTEBOOK})
    plan = planned(course, source)
    assert plan["mallory"] == (Action.REFUSE, "9000 files, expected at most 2000")
    assert time.process_time() - started < 10
