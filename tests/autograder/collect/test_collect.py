"""Downloads of a class, honest and hostile, on their way to where they are graded."""

from __future__ import annotations

import io
import os
import re
import stat
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.collect import Action, PlannedSubmission, plan_collection, store
from autograder.course.directory import Course, load_course
from autograder.errors import CourseError
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook

NOTEBOOK = notebook().encode()
MOODLE = "{0} Lovelace_10{0}_assignsubmission_file_/tiny.ipynb"


@pytest.fixture
def course(tmp_path: Path) -> Course:
    root = make_course(tmp_path / "course")
    with (root / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.scratch_bytes = 100_000\nc.Autograder.scratch_files = 20\n")
        config.write("c.Autograder.notebook_bytes = 100_000\n")
    return load_course(root)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    return tmp_path / "download.zip"


def write_zip(archive: Path, files: Mapping[str, bytes]) -> Path:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, data in files.items():
            opened.writestr(name, data)
    return archive


def collected(course: Course, source: Path, **options: Any) -> dict[str, PlannedSubmission]:
    """Collect and store; what became of each student."""
    plan = plan_collection(course, ASSIGNMENT, source, **options)
    assert all(
        each.action in (Action.ADD, Action.REPLACE) for each in store(course, ASSIGNMENT, plan)
    )
    return {each.student: each for each in plan}


def submitted(course: Course) -> dict[str, bytes]:
    folder = course.root / "submitted"
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file() and path.parent.name != ".collected"
    }


@pytest.mark.parametrize(
    ("names", "students"),
    [
        (["ada/tiny.ipynb", "ben/tiny.ipynb"], ["ada", "ben"]),
        (["ada/work/tiny.ipynb", "ben/tiny.ipynb"], ["ada", "ben"]),
        (["ada/tiny (1).ipynb", "ben/tiny-2.ipynb"], ["ada", "ben"]),
        ([MOODLE.format("1"), MOODLE.format("2")], ["1 Lovelace", "2 Lovelace"]),
        (["Ada_77_assignsubmission_file/tiny.ipynb"], ["Ada"]),
        (["lovelaceada_123_4567_tiny.ipynb", "byron_LATE_9_8_tiny-1.ipynb"],
         ["byron", "lovelaceada"]),
    ],
)  # fmt: skip
def test_whose_a_notebook_is(
    course: Course, archive: Path, names: list[str], students: list[str]
) -> None:
    assert list(collected(course, write_zip(archive, dict.fromkeys(names, NOTEBOOK)))) == students
    assert submitted(course) == {f"{who}/tiny/tiny.ipynb": NOTEBOOK for who in students}


def test_what_has_another_name_keeps_it(course: Course, archive: Path) -> None:
    collected(course, write_zip(archive, {"ada/my solution.ipynb": NOTEBOOK}))
    assert submitted(course) == {"ada/tiny/my solution.ipynb": NOTEBOOK}


def test_a_folder_is_collected_like_an_archive(course: Course, tmp_path: Path) -> None:
    for student in ("ada", "ben"):
        (tmp_path / "all" / student / "data").mkdir(parents=True)
        (tmp_path / "all" / student / "tiny.ipynb").write_bytes(NOTEBOOK)
        (tmp_path / "all" / student / "data" / "mine.csv").write_text("1,2")
    collected(course, tmp_path / "all")
    assert submitted(course)["ben/tiny/data/mine.csv"] == b"1,2"
    assert len(submitted(course)) == 4


def test_a_pattern_of_ones_own(course: Course, archive: Path) -> None:
    write_zip(archive, {"tiny__ada.ipynb": NOTEBOOK, "readme.txt": b""})
    pattern = re.compile(r"(?P<file>tiny)__(?P<student>\w+)\.ipynb")
    (only,) = plan_collection(course, ASSIGNMENT, archive, pattern=pattern)
    assert only.student == "ada"


def test_a_notebook_that_is_nobodys_is_named(course: Course, archive: Path) -> None:
    names = ["ada/tiny.ipynb", "ben/tiny.ipynb", "tiny.ipynb"]
    plan = collected(course, write_zip(archive, dict.fromkeys(names, NOTEBOOK)))
    assert plan["tiny.ipynb"].action is Action.REFUSE


def test_what_operating_systems_add_is_left_out(course: Course, archive: Path) -> None:
    names = ["ada/tiny.ipynb", "ada/.DS_Store", "__MACOSX/ada/._tiny.ipynb"]
    collected(course, write_zip(archive, dict.fromkeys(names, NOTEBOOK)))
    assert list(submitted(course)) == ["ada/tiny/tiny.ipynb"]


def test_what_is_there_already_is_unchanged(course: Course, archive: Path) -> None:
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK})
    collected(course, archive)
    assert collected(course, archive)["ada"].action is Action.KEEP


def test_nothing_is_overwritten_unless_told_so(course: Course, archive: Path) -> None:
    collected(course, write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ada/old.txt": b""}))
    write_zip(archive, {"ada/tiny.ipynb": b"{}", "ben/tiny.ipynb": NOTEBOOK})
    plan = collected(course, archive)
    assert plan["ada"].action is Action.REFUSE
    assert "--replace" in plan["ada"].reason
    assert submitted(course)["ada/tiny/tiny.ipynb"] == NOTEBOOK
    assert collected(course, archive, replace=True)["ada"].action is Action.REPLACE
    assert submitted(course) == {"ada/tiny/tiny.ipynb": b"{}", "ben/tiny/tiny.ipynb": NOTEBOOK}


HONEST = {"honest/tiny.ipynb": NOTEBOOK, "fair/tiny.ipynb": NOTEBOOK}
HOSTILE_NAMES = {
    "out of the folder": "ada/../../../evil.ipynb",
    "out of the folder, by backslashes": "ada\\..\\..\\evil.ipynb",
    "an absolute name": "/ada/evil.ipynb",
    "a drive": "C:/ada/evil.ipynb",
    "a folder of nothing": "ada//evil.ipynb",
    "a student's name that is a folder above": "../tiny.ipynb",
    "a student's name that hides": ".ssh/authorized_keys.ipynb",
    "a student's name with a line break": "ada\nben/tiny.ipynb",
    "a student's name without an end": "a" * 200 + "/tiny.ipynb",
}


@pytest.mark.parametrize("how", HOSTILE_NAMES)
def test_a_name_that_leads_elsewhere_costs_its_student_only(
    course: Course, archive: Path, tmp_path: Path, how: str
) -> None:
    write_zip(archive, {HOSTILE_NAMES[how]: NOTEBOOK, **HONEST})
    before = {path for path in tmp_path.rglob("*") if "submitted" not in path.parts}
    plan = collected(course, archive)
    assert sorted(each.action for each in plan.values()) == [Action.ADD, Action.ADD, Action.REFUSE]
    assert sorted(submitted(course)) == ["fair/tiny/tiny.ipynb", "honest/tiny/tiny.ipynb"]
    assert {path for path in tmp_path.rglob("*") if "submitted" not in path.parts} == before


def test_a_link_in_an_archive_is_refused(course: Course, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as opened:
        link = zipfile.ZipInfo("ada/tiny.ipynb")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        opened.writestr(link, "/etc/passwd")
    assert collected(course, archive)["ada"].reason == "ada/tiny.ipynb: it is no plain file"
    assert submitted(course) == {}


@pytest.mark.parametrize("what", ["a link to a file", "a link to a folder", "a pipe"])
def test_in_a_folder_nothing_is_followed_or_waited_for(
    course: Course, tmp_path: Path, what: str
) -> None:
    folder = tmp_path / "all" / "ada"
    folder.mkdir(parents=True)
    (folder / "tiny.ipynb").write_bytes(NOTEBOOK)
    if what == "a pipe":
        os.mkfifo(folder / "data")
    else:
        (folder / "data").symlink_to("/etc/passwd" if "file" in what else "/etc")
    assert "it is no plain file" in collected(course, tmp_path / "all")["ada"].reason
    assert submitted(course) == {}


def test_the_same_name_twice_is_refused(course: Course, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w") as opened:
        opened.writestr("ada/tiny.ipynb", NOTEBOOK)
        with pytest.warns(UserWarning, match="Duplicate"):
            opened.writestr("ada/tiny.ipynb", b"{}")
    assert "both tiny.ipynb and tiny.ipynb" in collected(course, archive)["ada"].reason


def test_two_copies_of_a_notebook_are_refused(course: Course, archive: Path) -> None:
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ada/tiny (1).ipynb": b"{}"})
    reason = collected(course, archive)["ada"].reason
    assert reason == "both tiny.ipynb and tiny (1).ipynb would be tiny.ipynb"


def test_a_bomb_is_not_unpacked(course: Course, archive: Path) -> None:
    write_zip(archive, {"ada/tiny.ipynb": bytes(50_000_000), "ben/tiny.ipynb": NOTEBOOK})
    assert archive.stat().st_size < 100_000
    assert "more bytes" in collected(course, archive)["ada"].reason
    assert list(submitted(course)) == ["ben/tiny/tiny.ipynb"]


def test_a_size_that_is_a_lie_is_found_out(course: Course, archive: Path) -> None:
    data = bytearray(write_zip(archive, {"ada/tiny.ipynb": bytes(50_000_000)}).read_bytes())
    claimed = (50_000_000).to_bytes(4, "little")
    archive.write_bytes(data.replace(claimed, (10).to_bytes(4, "little")))
    assert collected(course, archive)["ada"].action is Action.REFUSE
    assert submitted(course) == {}


def test_too_many_files_are_refused(course: Course, archive: Path) -> None:
    names = ["ada/tiny.ipynb", *(f"ada/{number}.txt" for number in range(30))]
    write_zip(archive, dict.fromkeys(names, b""))
    assert collected(course, archive)["ada"].reason == "31 files, expected at most 20"


def test_damage_within_an_archive_costs_its_student_only(course: Course, archive: Path) -> None:
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ben/tiny.ipynb": NOTEBOOK})
    data = bytearray(archive.read_bytes())
    place = data.index(b"ada/tiny.ipynb") + 40
    data[place : place + 20] = bytes(20)
    archive.write_bytes(data)
    plan = collected(course, archive)
    assert (plan["ada"].action, plan["ben"].action) == (Action.REFUSE, Action.ADD)


def test_a_file_in_the_way_of_a_folder_is_refused(course: Course, archive: Path) -> None:
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ada/data": b"", "ada/data/mine.csv": b""})
    assert "would have to be a file and a folder" in collected(course, archive)["ada"].reason


@pytest.mark.parametrize("content", [b"", b"PK\x05\x06", b"no archive", NOTEBOOK])
def test_what_is_no_archive_is_told(course: Course, archive: Path, content: bytes) -> None:
    archive.write_bytes(content)
    with pytest.raises(CourseError, match=r"download\.zip"):
        plan_collection(course, ASSIGNMENT, archive)


def test_if_names_tell_nobody_it_asks_for_a_pattern(course: Course, archive: Path) -> None:
    write_zip(archive, {"tiny.ipynb": NOTEBOOK})
    with pytest.raises(CourseError, match=r"whose its notebooks are \(tiny\.ipynb\).*--pattern"):
        plan_collection(course, ASSIGNMENT, archive)


def test_a_nested_archive_is_no_notebook(course: Course, archive: Path) -> None:
    inner = io.BytesIO()
    zipfile.ZipFile(inner, "w").close()
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ben/all.zip": inner.getvalue()})
    assert collected(course, archive)["ben"].reason == "no notebook"


class TestCommand:
    def run(self, course: Course, *arguments: object) -> Result:
        command = ["--course-dir", course.root, "collect", "--assignment", ASSIGNMENT, *arguments]
        return CliRunner().invoke(main, [str(each) for each in command])

    def test_the_plan_is_shown_and_carried_out(self, course: Course, archive: Path) -> None:
        write_zip(archive, {"ada/tiny (1).ipynb": NOTEBOOK, "ben/notes.txt": b""})
        result = self.run(course, archive)
        assert result.exit_code == 1
        assert re.search(r"ada +new +tiny \(1\)\.ipynb → tiny\.ipynb", result.output)
        assert re.search(r"ben +refused +no notebook", result.output)
        assert "2 students, 1 submission written, 1 refused" in result.output
        assert list(submitted(course)) == ["ada/tiny/tiny.ipynb"]

    def test_a_dry_run_writes_nothing(self, course: Course, archive: Path) -> None:
        write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK})
        assert self.run(course, archive, "--dry-run").exit_code == 0
        assert submitted(course) == {}

    def test_a_dry_run_says_how_to_go_on(self, course: Course, archive: Path) -> None:
        write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ben/notes.txt": b""})
        told = self.run(course, archive, "--dry-run").output
        assert "2 students, 1 submission to be written, 1 refused." in told
        assert told.endswith("Nothing is written. Next: the same command without --dry-run.\n")

    @pytest.mark.parametrize("pattern", ["(", "(?P<student>.*)"])
    def test_a_pattern_that_is_none_is_a_usage_error(
        self, course: Course, archive: Path, pattern: str
    ) -> None:
        write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK})
        assert self.run(course, archive, "--pattern", pattern).exit_code == 2

    def test_an_unknown_assignment_is_named(self, course: Course, archive: Path) -> None:
        write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK})
        command = ["--course-dir", str(course.root), "collect", str(archive), "--assignment", "ps9"]
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 2
        assert "There is no assignment 'ps9'" in result.output


HIDDEN = {
    "a repository": ("ada/.git/config", ".git"),
    "a configuration": ("ada/nbgrader_config.py", "nbgrader_config.py"),
    "a key": ("ada/.ssh/id_rsa", ".ssh"),
    "variables": ("ada/.env", ".env"),
    "checkpoints": ("ada/.ipynb_checkpoints/tiny-checkpoint.ipynb", ".ipynb_checkpoints"),
    "packages": ("ada/work/.venv/lib/a.py", "work/.venv"),
    "a cache": ("ada/__pycache__/a.pyc", "__pycache__"),
    "settings": ("ada/.gitignore", ".gitignore"),
    "Windows's": ("ada\\.vs\\a.txt", ".vs"),
}


@pytest.mark.parametrize(("name", "hides"), HIDDEN.values(), ids=HIDDEN)
def test_hidden_files_are_never_taken_and_named(
    course: Course, archive: Path, name: str, hides: str
) -> None:
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK, "ada/data.csv": b"1", name: b"secret"})
    ada = collected(course, archive)["ada"]
    assert (ada.action, dict(ada.left_out)) == (Action.ADD, {hides: 1})
    assert sorted(submitted(course)) == ["ada/tiny/data.csv", "ada/tiny/tiny.ipynb"]


def test_thousands_of_hidden_files_are_no_reason_to_refuse(course: Course, archive: Path) -> None:
    packages = {f"ada/.venv/{number}.py": b"" for number in range(100)}
    write_zip(archive, {"ada/tiny.ipynb": NOTEBOOK} | packages)
    ada = collected(course, archive)["ada"]
    assert (ada.action, dict(ada.left_out)) == (Action.ADD, {".venv": 100})


def test_checkpoints_do_not_decide_what_made_the_download(course: Course, archive: Path) -> None:
    checkpoints = {f".ipynb_checkpoints/{number}.ipynb": NOTEBOOK for number in range(5)}
    write_zip(archive, {MOODLE.format("7"): NOTEBOOK} | checkpoints)
    assert collected(course, archive)["7 Lovelace"].action is Action.ADD


def test_a_hidden_link_is_no_reason_to_refuse_either(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "folder" / "ada"
    (folder / ".git").mkdir(parents=True)
    (folder / "tiny.ipynb").write_bytes(NOTEBOOK)
    (folder / ".git" / "link").symlink_to("/etc/passwd")
    assert collected(course, folder.parent)["ada"].action is Action.ADD
