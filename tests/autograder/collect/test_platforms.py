"""What each platform's download looks like, names as people have them, and who is missing."""

from __future__ import annotations

import io
import tarfile
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.collect import Action, PlannedSubmission, plan_collection, store
from autograder.course.directory import Course, load_course
from autograder.course.submissions import read_submission, refused_by_collect
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook
from tests.fuzz.downloads import zipped

NOTEBOOK = notebook().encode()


@pytest.fixture
def course(tmp_path: Path) -> Course:
    return load_course(make_course(tmp_path / "course"))


def plan(course: Course, files: Mapping[str, bytes]) -> dict[str, PlannedSubmission]:
    """The plan for a zip file with these files, carried out."""
    source = course.root.parent / "download.zip"
    source.write_bytes(zipped(files))
    planned = plan_collection(course, ASSIGNMENT, source)
    assert all(each.files for each in store(course, ASSIGNMENT, planned))
    return {each.student: each for each in planned}


def same(*names: str) -> dict[str, bytes]:
    return dict.fromkeys(names, NOTEBOOK)


INNER = zipped(same("tiny.ipynb"))
LAYOUTS: dict[str, dict[str, bytes]] = {
    "Moodle": same(
        "ada_1_assignsubmission_file_/tiny.ipynb", "ben_2_assignsubmission_file/a.ipynb"),
    "Moodle without folders": same(
        "ada_1_assignsubmission_file_tiny.ipynb", "ben_2_assignsubmission_file_tiny.ipynb"),
    "Moodle, unpacked once more": same(
        "CS-HW 1-4711/ada_1_assignsubmission_file_/tiny.ipynb",
        "CS-HW 1-4711/ben_2_assignsubmission_file_/a/tiny.ipynb"),
    "Moodle, with archives": {
        "ada_1_assignsubmission_file_/my.zip": INNER, "ben_2_assignsubmission_file_my.zip": INNER,
        "ada_1_assignsubmission_onlinetext_/onlinetext.html": b"see file"},
    "Canvas": same("ada_12_345_tiny.ipynb", "ben_LATE_13_346_tiny-2.ipynb"),
    "Canvas, with archives": {"ada_12_345_work.zip": INNER, "ben_late_13_346_work.zip": INNER},
    "Blackboard": same(
        "Home work_ada_attempt_2026-10-01-12-30-59_tiny.ipynb",
        "Home work_ben_attempt_2026-10-01-12-31-00_my tiny.ipynb",
    ) | {"Home work_ada_attempt_2026-10-01-12-30-59.txt": b"Name: ada"},
    "Brightspace": same(
        "123-456 - ada - Oct 1, 2026 1230 PM/tiny.ipynb",
        "124-456 - ben- October 1, 2026 1:31 AM/tiny.ipynb") | {"index.html": b""},
    "Sakai": same(
        "Home work/Lovelace, A(ada)/Submission attachment(s)/tiny.ipynb",
        "Home work/Byron, B(ben)/Submission attachment(s)/tiny.ipynb",
    ) | {"Home work/grades.csv": b"", "Home work/Byron, B(ben)/timestamp.txt": b"2026"},
    "nbgrader's exchange": same(
        "c/inbound/ada+tiny+2026-10-01 12:00:00.000000 UTC+abc/tiny.ipynb",
        "c/inbound/ben+tiny+2026-10-01 12:00:01.000000 UTC/tiny.ipynb"),
    "ILIAS": same(
        "Home work/Abgaben/Lovelace_Ada_ada_77/20261001123000_tiny.ipynb",
        "Home work/Abgaben/Byron_Ben_ben_78/20261001_123000_tiny.ipynb"),
    "Gradescope": same(
        "assignment_1_export/submission_7/tiny.ipynb", "assignment_1_export/submission_8/t.ipynb"
    ) | {"assignment_1_export/submission_metadata.yml": (
        b"---\nsubmission_7:\n  :submitters:\n  - :name: ada\n    :sid: '7'\n"
        b"submission_8:\n  :submitters:\n  - :name: ben\n")},
    "GitHub Classroom": same(
        "ps-1-submissions/ps-1-ada/tiny.ipynb", "ps-1-submissions/ps-1-ben/tiny.ipynb",
    ) | {"ps-1-submissions/ps-1-ada/.git/config": b"token"},
    "Google Classroom": same("ada - tiny.ipynb", "ben - Copy of tiny.ipynb"),
    "Google Drive": same("Drive/ada - tiny.ipynb", "Drive/ben - tiny.ipynb"),
    "folders": same("ada/tiny.ipynb", "ben/work/tiny.ipynb"),
    "folders in folders": same("all/week 1/ada/tiny.ipynb", "all/week 1/ben/tiny.ipynb"),
    "folders, each with a name of its own": same("all/ada/ada.ipynb", "all/ben/ben_t.ipynb"),
    "archives": {"ada.zip": INNER, "ben.zip": zipped({"x/tiny.ipynb": NOTEBOOK})},
    "an archive in an archive": {"all.zip": zipped({"ada.zip": INNER, "ben.zip": INNER})},
    "with Apple's files": same(
        "ada/tiny.ipynb", "ben/tiny.ipynb", "__MACOSX/ada/._tiny.ipynb",
        "ada/.ipynb_checkpoints/tiny-checkpoint.ipynb"),
}  # fmt: skip


@pytest.mark.parametrize("files", LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read(course: Course, files: Mapping[str, bytes]) -> None:
    planned = plan(course, files)
    assert {name: each.action for name, each in planned.items()} == {
        "ada": Action.ADD,
        "ben": Action.ADD,
    }
    for student in ("ada", "ben"):
        assert read_submission(course, ASSIGNMENT, student).notebooks == {"tiny": NOTEBOOK}


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:xz", "w:bz2"])
def test_a_tar_archive_is_read(course: Course, tmp_path: Path, mode: str) -> None:
    source = tmp_path / "all.tgz"
    with tarfile.open(source, mode) as archive:  # type: ignore[call-overload]
        for name in ("./all/ada/tiny.ipynb", "./all/ben/tiny.ipynb", "./../evil.ipynb"):
            member = tarfile.TarInfo(name)
            member.size = len(NOTEBOOK)
            archive.addfile(member, io.BytesIO(NOTEBOOK))
        link = tarfile.TarInfo("all/cy/tiny.ipynb")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        archive.addfile(link)
    planned = plan_collection(course, ASSIGNMENT, source)
    refused = {each.reason for each in planned if each.action is Action.REFUSE}
    assert any("it is no plain file" in reason for reason in refused)
    assert not any("passwd" in path for each in planned for path in each.files)


NAMES = [
    "Una O'Neil", "Max (Maxi) Roe", "Roe, Max", "Zoë Roe", "d’Été", "(Bob)", "Ştefan Ünlü",
    "\u0926\u0947\u0935 \u0936\u0930\u094d\u092e\u093e", "\u05d3\u05d5\u05d3 \u05db\u05d4\u05df",
    "\u674e\u96f7", "Jr. Smith & Sons", "#1", "Ana=Maria", "a" * 90,
]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_people_are_called_what_they_are_called(course: Course, name: str) -> None:
    files = same(
        f"{name}_1_assignsubmission_file_/tiny.ipynb", "x_2_assignsubmission_file_/t.ipynb"
    )
    assert plan(course, files)[name].action is Action.ADD
    assert name in course.students(ASSIGNMENT)
    assert read_submission(course, ASSIGNMENT, name).notebooks


def test_accents_in_two_spellings_are_one_person(course: Course) -> None:
    apart = unicodedata.normalize("NFD", "Zoë")
    planned = plan(course, same("Zoë/tiny.ipynb", "b/tiny.ipynb") | {f"{apart}/data.csv": b"1"})
    assert sorted(planned["Zoë"].files) == ["data.csv", "tiny.ipynb"]


def test_marks_of_direction_are_no_part_of_a_name(course: Course) -> None:
    assert "\u05d3\u05d5\u05d3" in plan(course, same("\u200f\u05d3\u05d5\u05d3/tiny.ipynb"))


@pytest.mark.parametrize("other", ["ann ", " ann", "ann."])
def test_names_that_would_be_one_folder_are_not_mixed(course: Course, other: str) -> None:
    planned = plan(course, same("ann/tiny.ipynb", f"{other}/tiny.ipynb", "b/tiny.ipynb"))
    assert planned["ann"].action is Action.REFUSE


@pytest.mark.parametrize("name", ["..", ".ssh", "-rf", "a\u202eb", "a\x1b[2J", "\u2066", "a" * 101])
def test_a_name_that_is_none_costs_its_owner_only(course: Course, name: str) -> None:
    planned = plan(course, same(f"{name}/tiny.ipynb", "b/tiny.ipynb"))
    assert sorted(each.action for each in planned.values()) == [Action.ADD, Action.REFUSE]


def test_one_student_with_several_peoples_notebooks_is_refused(course: Course) -> None:
    files = same("all/ada/tiny.ipynb", "all/ben/tiny.ipynb", "new/cy/tiny.ipynb", "d/tiny.ipynb")
    planned = plan(course, files)
    assert planned["all"].action is Action.REFUSE
    assert "several people's notebooks, it seems (ada/tiny.ipynb" in planned["all"].reason


def test_a_copy_in_a_folder_beside_the_notebook_is_nobody_elses(course: Course) -> None:
    planned = plan(course, same("ada/tiny.ipynb", "ada/old/tiny.ipynb", "b/tiny.ipynb"))
    assert planned["ada"].action is Action.ADD


OTHER = notebook(tests={"test_double": "", "test_halve": ""}).replace("double", "other").encode()


def test_a_notebook_of_another_assignment_is_not_renamed_to_this_one(course: Course) -> None:
    files = {"ada/Untitled.ipynb": OTHER, "ada/work/my.ipynb": NOTEBOOK, "b/tiny.ipynb": NOTEBOOK}
    assert sorted(plan(course, files)["ada"].files) == ["Untitled.ipynb", "work/my.ipynb"]


def test_a_folder_of_the_only_notebooks_is_no_class(course: Course) -> None:
    files = same("ann/x/tiny.ipynb", "ann/y/more.ipynb") | {"ben/tiny.ipynb.txt": NOTEBOOK}
    assert set(plan(course, files)) == {"ann", "ben"}


def test_an_archive_without_a_notebook_beside_the_folders_is_named(course: Course) -> None:
    planned = plan(course, same("ann/tiny.ipynb", "cy/tiny.ipynb") | {"ben.rar": b"Rar!"})
    assert planned["ben.rar"].action is Action.REFUSE


def test_archives_that_google_classroom_has_named_are_their_students(course: Course) -> None:
    files = {"Ada - work.zip": INNER, "Ben - my.zip": INNER}
    assert set(plan(course, files)) == {"Ada", "Ben"}


def test_a_class_without_one_file_called_a_notebook_is_read(course: Course) -> None:
    assert set(plan(course, same("ada/tiny.ipynb.txt", "ben/tiny.ipynb.json"))) == {"ada", "ben"}


def test_the_newest_attempt_is_taken(course: Course) -> None:
    old, new = "Home_ada_attempt_2026-10-01-12-30-59", "Home_ada_attempt_2026-10-02-08-00-00"
    ada = plan(course, {f"{old}_tiny.ipynb": b"{}", f"{new}_tiny.ipynb": NOTEBOOK})["ada"]
    assert (ada.action, ada.earlier) == (Action.ADD, 1)
    submission = read_submission(course, ASSIGNMENT, "ada")
    assert submission.notebooks == {"tiny": NOTEBOOK}
    assert submission.submitted_at is not None
    assert submission.submitted_at.astimezone().strftime("%Y-%m-%d %H:%M") == "2026-10-02 08:00"


def test_a_numbered_notebook_is_not_taken_for_another(course: Course) -> None:
    files = same("ada/tiny.ipynb", "b/tiny.ipynb") | {"ada/tiny-2.ipynb": b"{}"}
    assert plan(course, files)["ada"].action is Action.ADD
    assert read_submission(course, ASSIGNMENT, "ada").notebooks == {"tiny": NOTEBOOK}


def test_thousands_of_files_take_a_moment(course: Course) -> None:
    files = same("ada/tiny.ipynb") | {f"ada/d/{number}.txt": b"1" for number in range(1_990)}
    start = time.process_time()
    plan(course, files)
    assert time.process_time() - start < 5


class TestCommand:
    def run(self, course: Course, files: Mapping[str, bytes], *options: str) -> str:
        source = course.root.parent / "download.zip"
        source.write_bytes(zipped(files))
        command = ["--course-dir", str(course.root), "collect", str(source)]
        result = CliRunner().invoke(main, [*command, "--assignment", ASSIGNMENT, *options])
        assert result.exit_code == 0, result.output
        return result.output

    @pytest.mark.parametrize(
        "table",
        [
            "id,name,email\n1,Ada Lovelace,ada@x.org\n2,Ben Byron,ben@x.org\n",
            "Last name;First name;Email address\nLovelace;Ada;ada@x.org\nByron;Ben;b@x.org\n",
            '\ufeffStudent,ID\n"Byron, Ben",2\n"Lovelace, Ada",1\n',
        ],
    )
    def test_a_roster_tells_who_is_missing_and_who_is_unknown(
        self, course: Course, table: str
    ) -> None:
        roster = course.root.parent / "class.csv"
        roster.write_text(table, encoding="utf-8")
        files = same("Ada Lovelace/tiny.ipynb", "Eve/tiny.ipynb")
        told = self.run(course, files, "--roster", str(roster), "--dry-run")
        assert "Ben" in told.partition("Missing: ")[2] or "Missing: 2." in told
        assert "Ada" not in told.partition("Missing: ")[2]
        assert "Not in class.csv: Eve." in told

    def test_what_the_platform_calls_them_is_kept(self, course: Course) -> None:
        self.run(course, same("ada_12_345_tiny.ipynb", "=b_LATE_13_346_tiny.ipynb"))
        kept = (course.root / "submitted" / ".collected" / f"{ASSIGNMENT}.csv").read_text()
        assert kept.splitlines() == [
            "student,platform_id,name,submitted_at,late,platform,upload,refused",
            "'=b,13,'=b,,late,canvas,346,",
            "ada,12,ada,,in time,canvas,345,",
        ]
        assert course.students(ASSIGNMENT) == ("=b", "ada")

    def test_who_was_refused_is_kept_until_something_is_taken(self, course: Course) -> None:
        source = course.root.parent / "download.zip"
        command = ["--course-dir", str(course.root), "collect", str(source)]
        for ben, kept in ((b"PK", {"ben": "no notebook"}), (INNER, {})):
            files = same("ada_1_assignsubmission_file_/tiny.ipynb")
            source.write_bytes(zipped(files | {"ben_2_assignsubmission_file_/a.zip": ben}))
            CliRunner().invoke(main, [*command, "--assignment", ASSIGNMENT])
            assert refused_by_collect(course, ASSIGNMENT) == kept

    def test_a_time_for_all_of_it(self, course: Course) -> None:
        self.run(course, same("ada/tiny.ipynb"), "--submitted-at", "2026-10-01T12:00+00:00")
        assert str(read_submission(course, ASSIGNMENT, "ada").submitted_at) == (
            "2026-10-01 12:00:00+00:00"
        )

    def test_the_times_of_the_archive(self, course: Course) -> None:
        self.run(course, same("ada/tiny.ipynb"), "--submitted-at", "archive")
        assert read_submission(course, ASSIGNMENT, "ada").submitted_at is not None
