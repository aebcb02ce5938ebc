"""A solution beside the notebook, packed and encoded in every way, and what nobody can read."""

from __future__ import annotations

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest

from autograder.course.directory import load_course
from autograder.errors import CourseError
from autograder.release.bundle import bundle_files
from autograder.release.contents import DEEPEST, pieces_of
from autograder.release.grades import find_grades
from autograder.release.student_version import release_files
from tests.autograder.tiny_course import ASSIGNMENT, make_course

SECRET = "total = sum(x) / len(x)"
SOLUTION = (
    f"def mean(x):\n    ### BEGIN SOLUTION\n    {SECRET}\n    return total\n    ### END SOLUTION"
)
SOLVED = SOLUTION.replace("### BEGIN SOLUTION", "").replace("### END SOLUTION", "")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course whose first answer is SOLUTION."""
    root = make_course(tmp_path / "course")
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][0]["source"] = SOLUTION
    path.write_text(json.dumps(node))
    return root


def solved() -> str:
    cell: dict[str, Any] = {"cell_type": "code", "id": "a", "metadata": {}}
    cell |= {"outputs": [], "execution_count": None}
    cell["source"] = SOLVED.splitlines(keepends=True)
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def exported(kind: str) -> bytes:
    import nbformat
    from nbconvert import HTMLExporter, LatexExporter

    kinds: dict[str, Any] = {"html": HTMLExporter, "tex": LatexExporter}
    text, _ = kinds[kind]().from_notebook_node(nbformat.reads(solved(), as_version=4))
    return str(text).encode()


def zipped(data: bytes, name: str = "a.py") -> bytes:
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, data)
    return memory.getvalue()


def tarred(data: bytes, mode: str) -> bytes:
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode=mode) as archive:  # type: ignore[call-overload]
        member = tarfile.TarInfo("all/a.py")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    return memory.getvalue()


PLAIN = SOLVED.encode()
PACKED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "a web page": ("ps.html", lambda: exported("html")),
    "LaTeX": ("ps.tex", lambda: exported("tex")),
    "an older notebook": ("tiny.ipynb.old", lambda: solved().encode()),
    "a notebook under another name": ("tiny.json", lambda: solved().encode()),
    "a notebook in UTF-16": ("tiny.txt", lambda: solved().encode("utf-16")),
    "text of two bytes": ("a.txt", lambda: SOLVED.encode("utf-16")),
    "the same without a mark": ("a.txt", lambda: SOLVED.encode("utf-16-be")),
    "text of four bytes": ("a.txt", lambda: SOLVED.encode("utf-32")),
    "tar": ("a.tar", lambda: tarred(PLAIN, "w")),
    "tar, gzip": ("a.tar.gz", lambda: tarred(PLAIN, "w:gz")),
    "tar, xz, under another name": ("a.bin", lambda: tarred(PLAIN, "w:xz")),
    "gzip": ("a.py.gz", lambda: gzip.compress(PLAIN)),
    "bzip2": ("a.bz2", lambda: bz2.compress(PLAIN)),
    "xz": ("a.xz", lambda: lzma.compress(PLAIN)),
    "an archive in an archive": ("a.zip", lambda: zipped(zipped(PLAIN), "b.zip")),
    "an archive under another name": ("a.dat", lambda: zipped(tarred(PLAIN, "w:gz"))),
    "base 64": ("a.txt", lambda: base64.encodebytes(PLAIN)),
    "an archive in base 64": ("a.html", lambda: b"data:;base64," + base64.b64encode(zipped(PLAIN))),
    "entities": ("a.html", lambda: html.escape(SOLVED).replace("=", "&#61;").encode()),
    "tags within a line": ("a.html", lambda: SOLVED.replace("sum", "<b>sum</b>").encode()),
    "a string": ("a.py", lambda: f"TEXT = {SOLVED!r}".encode()),
    "an address": ("a.md", lambda: f"https://x.org/?code={quote(SOLVED)}".encode()),
    "a session": ("a.md", lambda: b">>> x = [1]\n>>> " + SECRET.encode()),
    "a difference": ("a.diff", lambda: b"-    pass\n+    " + SECRET.encode()),
    "a comment": ("a.py", lambda: b"# " + SECRET.encode()),
    "a listing": ("a.txt", lambda: b"  12: " + SECRET.encode()),
    "other blanks": ("a.py", lambda: SECRET.replace(" ", "").encode()),
    "blanks that do not break": ("a.txt", lambda: SECRET.replace(" ", "\xa0").encode()),
    "lines of Windows": ("a.py", lambda: SOLVED.replace("\n", "\r\n").encode()),
    "a word processor's file": ("a.docx", lambda: zipped(
        f"<w:p><w:t>{SECRET}</w:t></w:p>".encode(), "word/document.xml")),
}  # fmt: skip


@pytest.mark.parametrize(("name", "make"), PACKED.values(), ids=PACKED)
def test_a_solution_is_found_however_it_is_packed(
    root: Path, name: str, make: Callable[[], bytes]
) -> None:
    (root / "source" / ASSIGNMENT / name).write_bytes(make())
    with pytest.raises(CourseError, match=rf"give away[^\0]*\n{name}[^\n]*total"):
        release_files(load_course(root), ASSIGNMENT)


@pytest.mark.parametrize(("name", "make"), PACKED.values(), ids=PACKED)
def test_what_honest_files_hold_is_no_reason_to_refuse(
    tmp_path: Path, name: str, make: Callable[[], bytes]
) -> None:
    """The same files, of an assignment whose answer is another."""
    root = make_course(tmp_path / "course")
    (root / "source" / ASSIGNMENT / name).write_bytes(make())
    assert name in release_files(load_course(root), ASSIGNMENT).written


def test_a_bomb_is_not_unpacked_and_named() -> None:
    bomb = zipped(zipped(bytes(200 << 20)), "b.zip")
    *_, piece = pieces_of({"a.zip": bomb})
    assert piece.opaque == "more than is unpacked to look into"


def test_archives_in_archives_are_opened_to_a_depth() -> None:
    data = PLAIN
    for _ in range(DEEPEST + 1):
        data = zipped(data)
    assert [each.opaque for each in pieces_of({"a.zip": data}) if each.opaque] == [
        "packed too often"
    ]


@pytest.mark.parametrize("data", [zipped(PLAIN)[:-30] + b"PK\x05\x06" + bytes(18), b"\x1f\x8bx"])
def test_a_damaged_archive_is_no_error(data: bytes) -> None:
    assert list(pieces_of({"a.zip": data}))


def png(text: bytes = b"") -> bytes:
    """A picture of one point, and what made it."""
    chunks = [(b"IHDR", struct.pack(">2I5B", 1, 1, 8, 0, 0, 0, 0)), (b"tEXt", b"Software\0" + text),
              (b"IDAT", zlib.compress(b"\0\x7f")), (b"IEND", b"")]  # fmt: skip
    made = (
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(made)


def with_output(root: Path) -> None:
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][0]["outputs"] = [
        {
            "output_type": "display_data",
            "data": {"image/png": base64.b64encode(png(b"one")).decode()},
            "metadata": {},
        }
    ]
    path.write_text(json.dumps(node))


def test_the_picture_that_a_solution_makes_is_found(root: Path) -> None:
    with_output(root)
    (root / "source" / ASSIGNMENT / "plain.png").write_bytes(png(b"two"))
    with pytest.raises(CourseError, match=r"\nplain.png: it is the picture that '\w+' makes"):
        release_files(load_course(root), ASSIGNMENT)


def test_a_module_that_names_itself_is_not_thereby_known(root: Path) -> None:
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][3]["source"] = (
        "### BEGIN HIDDEN TESTS\nfrom more import all_\n### END HIDDEN TESTS"
    )
    path.write_text(json.dumps(node))
    (root / "source" / ASSIGNMENT / "more.py").write_text('"""more.py: see other.py"""\nall_ = 1')
    (root / "source" / ASSIGNMENT / "other.py").write_text("from more import all_")
    with pytest.raises(CourseError, match=r"\nmore.py: only what students do not see"):
        release_files(load_course(root), ASSIGNMENT)


def test_data_under_names_that_a_hidden_test_computes_are_found(root: Path) -> None:
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][3]["source"] = (
        "### BEGIN HIDDEN TESTS\nfor q in 'ab':\n    open(f'{q}.npy')\n### END HIDDEN TESTS"
    )
    path.write_text(json.dumps(node))
    (root / "source" / ASSIGNMENT / "a.npy").write_bytes(b"\x93NUMPY\0")
    with pytest.raises(CourseError, match=r"\na.npy: only what students do not see"):
        release_files(load_course(root), ASSIGNMENT)


def test_what_nobody_names_or_reads_is_told_before_it_goes(root: Path) -> None:
    folder = root / "source" / ASSIGNMENT
    (folder / "key.pdf").write_bytes(b"%PDF-1.7")
    (folder / "numbers.csv").write_text("1")
    assert release_files(load_course(root), ASSIGNMENT).notes == (
        (
            "key.pdf: students get it, although nothing that they read names it; nobody has "
            "looked into it (a PDF)"
        ),
        "numbers.csv: students get it, although nothing that they read names it",
    )


@pytest.mark.parametrize(
    "mark",
    [
        "### HIDDEN TESTS",
        "### BEGIN HIDDEN",
        "### BEGIN HIDEN TESTS",
        "### BEGN SOLUTION",
        "### END SOLUTOIN",
        "## BEGIN MARKSCEME",
        "### START HIDDEN TESTS",
    ],
)
def test_a_misspelt_mark_is_found(root: Path, mark: str) -> None:
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][3]["source"] = f"assert halve(4) == 2\n{mark}\nassert halve(5) == 2.5"
    path.write_text(json.dumps(node))
    with pytest.raises(CourseError, match=r"tiny.ipynb, cell 4: the mark '"):
        release_files(load_course(root), ASSIGNMENT)


@pytest.mark.parametrize(
    "line",
    ["# Hidden tests follow", "### BEGIN SECTION", "### PART TWO", "## Solutions", "### END TESTS"],
)
def test_a_comment_that_is_no_mark_is_none(root: Path, line: str) -> None:
    path = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    node = json.loads(path.read_text())
    node["cells"][3]["source"] = f"{line}\nassert halve(4) == 2"
    path.write_text(json.dumps(node))
    assert release_files(load_course(root), ASSIGNMENT).written


BUNDLED = {
    "the solved notebook": ("lectures/extra.ipynb", None),
    "a table that was exported": (
        "exported.csv",
        b"student,tiny/tiny/t,tiny late penalty,tiny\nada lee,1,0,1\nbo,0,0,0\n",
    ),
    "a table for Moodle": ("moodle.csv", b"Identifier,Full name,Grade\nParticipant 1,Al B,1\n"),
    "a table for Canvas": ("canvas.csv", b"Student,ID,ps1\n    Points Possible,,,1\nAl,1,,0\n"),
    "a table in German": ("noten.csv", b"Name;Matrikelnummer;Punkte\nAl;123;1\nBo;124;0\n"),
    "a roster": ("roster.csv", b"id,name,email\n1,Al B,a@x.org\n2,Bo C,b@x.org\n"),
    "a table of grades": ("exported.csv", b"assignment,student_id,raw_score\ntiny,x,3\n"),
    "a table of another program": ("m.csv", b"name;student;points\nA;a1;3\n"),
    "results as JSON": ("r.json", b'{"results": [{"student": "x", "score": 1.0}]}'),
    "a report": ("r/tiny.html", b'<meta name="audience" content="instructors">'),
    "a list of the class": ("who.txt", b"ada, ben and cy have handed in"),
    "a mark": ("lib/a.py", b"### BEGIN SOLUTION\nx = 1\n### END SOLUTION"),
    "an export of the solution": ("docs/a.html", SOLVED.replace("x", "<i>x</i>").encode()),
}


@pytest.mark.parametrize(("name", "data"), BUNDLED.values(), ids=BUNDLED)
def test_what_must_not_be_in_a_bundle_is_refused(root: Path, name: str, data: bytes | None) -> None:
    course = load_course(root)
    release_files(course, ASSIGNMENT)
    source = root / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    if data is None:  # without the marks by which one could know it
        text = source.read_text().replace("### BEGIN", "#").replace("### END", "#")
        data = text.replace('"nbgrader"', '"other"').encode()
    for student in ("ada", "ben", "cy"):
        (root / "submitted" / student / ASSIGNMENT).mkdir(parents=True)
    (root / name).parent.mkdir(exist_ok=True)
    (root / name).write_bytes(data)
    (root / "pyproject.toml").write_text(f"[tool.autograder.bundle]\nfiles = ['{name}']\n")
    with pytest.raises(CourseError, match=rf"give away [^\0]*\n{name}"):
        bundle_files(course, [ASSIGNMENT])


def test_who_was_collected_counts_as_a_student_when_the_submissions_are_gone(root: Path) -> None:
    course = load_course(root)
    kept = root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv"
    kept.parent.mkdir(parents=True)
    kept.write_text("student,platform_id\nada,1\nben,2\ncy,3\n")
    (found,) = find_grades(course, {"groups.txt": b"Group 1: ada, ben, cy"})
    assert "it names 3 students" in found
