"""Downloads of further platforms: versions, logins behind titles, folders beside the work.

Read in the platforms' own programs: Artemis calls an exported repository
``COURSE-EXERCISE-PARTICIPATION-LOGIN``, and `SubmissionExportService` a file
``EXERCISE-LOGIN-SUBMISSION.ENDING`` in ``COURSE-EXERCISE-submissions``; Canvas's
`lib/content_zipper.rb` writes a team's name in small letters, without spaces, and keeps its ``_``;
Stud.IP's `HomeworkFolder` has no folders for people, and tools of its users strip the ``[1]_`` in
front of files of one name; its `FileArchiveManager` writes who uploaded each file into a list.

Not confirmed by a public program or sample, so to be compared with a real download: Submitty's
``submissions/USER/VERSION``, OpenOlat's numbered folders of a task's steps, CodeGrade's
``STUDENT - TIME``, and Teams's "Working files" beside "Submitted files".
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

import pytest

from autograder.collect import Action
from autograder.course.directory import Course
from tests.autograder.collect.test_platforms import course, plan, same

__all__ = ["course"]  # a fixture

OLD = b"{}"
#: Of each download the files, and of who is read from them the number and the attempts before.
LAYOUTS: dict[str, tuple[dict[str, bytes], dict[str, tuple[str, int]]]] = {
    "Submitty": (
        same("submissions/ada/2/tiny.ipynb", "submissions/ben/1/tiny.ipynb")
        | {"submissions/ada/1/tiny.ipynb": OLD, "results/ada/2/results.json": b"{}"},
        {"ada": ("", 1), "ben": ("", 0)}),
    "CodeGrade": (
        same("PS/Ada Roe - 2024-01-03T03:04:05/tiny.ipynb",
             "PS/Ben Roe - 2024-01-02T03:04:05/tiny.ipynb")
        | {"PS/Ada Roe - 2024-01-02T03:04:05/tiny.ipynb": OLD},
        {"Ada Roe": ("", 1), "Ben Roe": ("", 0)}),
    "OpenOlat, with revisions": (
        same("T_1/Roe_Ada_ada1/4_revisions/1/tiny.ipynb", "T_1/Roe_Ben_b/2_submissions/tiny.ipynb")
        | {"T_1/Roe_Ada_ada1/2_submissions/tiny.ipynb": OLD},
        {"Roe_Ada_ada1": ("", 1), "Roe_Ben_b": ("", 0)}),
    "OpenOlat, with tasks and corrections": (
        same("T_1/Roe_Ada_ada1/2_submissions/tiny.ipynb", "T_1/Roe_Ben_b/2_submissions/tiny.ipynb")
        | {"T_1/Roe_Ada_ada1/1_task/tiny.ipynb": OLD,
           "T_1/Roe_Ada_ada1/3_corrections/tiny.ipynb": OLD},
        {"Roe_Ada_ada1": ("", 0), "Roe_Ben_b": ("", 0)}),
    "Teams, with drafts": (
        same("Student Work/Submitted files/Ada Roe/PS 1/Version 2/tiny.ipynb",
             "Student Work/Submitted files/Ben Roe/PS 1/Version 1/tiny.ipynb")
        | {"Student Work/Working files/Ada Roe/PS 1/tiny.ipynb": OLD,
           "Student Work/Working files/Cy Roe/PS 1/tiny.ipynb": OLD},
        {"Ada Roe": ("", 0), "Ben Roe": ("", 0)}),
    "Teams, drafts alone": (
        same("Working files/Ada Roe/PS 1/tiny.ipynb", "Working files/Ben Roe/PS 1/tiny.ipynb"),
        {"Ada Roe": ("", 0), "Ben Roe": ("", 0)}),
    "Artemis, repositories": (
        same("repos/c-PS 1-41-ada/tiny.ipynb", "repos/c-PS 1-42-ben/src/tiny.ipynb"),
        {"ada": ("41", 0), "ben": ("42", 0)}),
    "Artemis, uploads": (
        same("c-PS 1-submissions/PS 1-ada-11.ipynb", "c-PS 1-submissions/PS 1-ben-12.ipynb"),
        {"ada": ("", 0), "ben": ("", 0)}),
    "Canvas, teams with a number": (
        same("team_1_12_345_tiny.ipynb", "team_2_LATE_13_346_tiny.ipynb"),
        {"team_1": ("12", 0), "team_2": ("13", 0)}),
    "Canvas, teams with a number and no mark before it": (
        same("team1_12_345_tiny.ipynb", "team2_13_346_tiny.ipynb"),
        {"team1": ("12", 0), "team2": ("13", 0)}),
    "Ed and others, addresses": (
        same("ada@x.org/tiny.ipynb", "ben@x.org/tiny.ipynb"),
        {"ada@x.org": ("", 0), "ben@x.org": ("", 0)}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "people"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read(
    course: Course, files: Mapping[str, bytes], people: Mapping[str, tuple[str, int]]
) -> None:
    planned = plan(course, files)
    found = {who: (each.handed_in.platform_id, each.earlier) for who, each in planned.items()}
    assert found == people
    assert {each.action for each in planned.values()} == {Action.ADD}
    taken = [entry.read(99) for each in planned.values() for entry in each.files.values()]
    assert OLD not in taken


@pytest.mark.parametrize(
    "names",
    [
        ("lab-1-ada/tiny.ipynb", "lab-1-ben/tiny.ipynb"),
        ("week-1-ada/tiny.ipynb", "week-2-ada/tiny.ipynb"),
        ("kim-7-lee/tiny.ipynb", "park-8-min/tiny.ipynb"),
    ],
    ids=["one number", "one name", "different beginnings"],
)
def test_numbers_that_are_nobodys_are_no_participations(
    course: Course, names: tuple[str, ...]
) -> None:
    assert set(plan(course, same(*names))) == {name.partition("/")[0] for name in names}


def test_two_people_of_one_name_are_no_teams(course: Course) -> None:
    """Their files begin with the same number, which Canvas gives to no two files."""
    planned = plan(course, same("lee_12_345_2024_tiny.ipynb", "lee_13_346_2024_tiny.ipynb"))
    assert {each.action for each in planned.values()} == {Action.REFUSE}


@pytest.mark.parametrize("second", ["HA/tiny[1].ipynb", "HA/[1]_tiny.ipynb"])
def test_a_homework_folder_of_studip_is_no_students(course: Course, second: str) -> None:
    planned = plan(course, same("HA/tiny.ipynb") | {second: OLD})
    assert {each.action for each in planned.values()} == {Action.REFUSE}


STUDIPS = (
    "Name;Größe;Vorname;Nachname;Downloads;Datum;Pfad\r\n"
    'tiny.ipynb;1;Ada;Roe;0;"02.01.2024 03:04";HA/tiny.ipynb\r\n'
    "[1]_tiny.ipynb;1;Ben;Lee;0;03.01.2024 03:04;HA/[1]_tiny.ipynb\r\n"
    "data.csv;1;Ben;Lee;0;01.01.2024 03:04;HA/data.csv\r\n"
)
HOMEWORK = {**same("HA/tiny.ipynb", "HA/[1]_tiny.ipynb"), "HA/data.csv": b"1"}


def test_studips_list_tells_who_uploaded_what_and_when(course: Course) -> None:
    planned = plan(course, {**HOMEWORK, "archive_filelist.csv": STUDIPS.encode()})
    assert {name: sorted(each.files) for name, each in planned.items()} == {
        "Ada Roe": ["tiny.ipynb"], "Ben Lee": ["data.csv", "tiny.ipynb"],
    }  # fmt: skip
    assert f"{planned['Ben Lee'].handed_in.time:%Y-%m-%d %H:%M}" == "2024-01-03 03:04"


def test_what_is_not_in_studips_list_is_nobodys(course: Course) -> None:
    files = {**HOMEWORK, "HA/[2]_tiny.ipynb": OLD, "archive_filelist.csv": STUDIPS.encode()}
    assert plan(course, files)["HA/[2]_tiny.ipynb"].action is Action.REFUSE


@pytest.mark.parametrize("forged", ["HA/archive_filelist.csv", "[1]_archive_filelist.csv"])
def test_a_list_that_may_be_a_students_tells_nothing(course: Course, forged: str) -> None:
    files = {**HOMEWORK, "HA/[1]_tiny.ipynb": OLD, forged: STUDIPS.encode()}
    files["archive_filelist.csv"] = STUDIPS.encode()
    assert {each.action for each in plan(course, files).values()} == {Action.REFUSE}


def test_where_one_person_uploaded_all_the_folders_tell(course: Course) -> None:
    files = same("HA/Ada Roe/tiny.ipynb", "HA/Ben Lee/tiny.ipynb")
    rows = [f"tiny.ipynb;1;Eva;Staff;0;02.01.2024 03:04;{path}\n" for path in files]
    planned = plan(course, {**files, "archive_filelist.csv": ("a;b\n" + "".join(rows)).encode()})
    assert set(planned) == {"Ada Roe", "Ben Lee"}


def test_of_several_revisions_nobody_guesses(course: Course) -> None:
    ada = "T_1/Roe_Ada_ada1/4_revisions"
    files = same(f"{ada}/1/tiny.ipynb", "T_1/Roe_Ben_b/2_submissions/tiny.ipynb")
    planned = plan(course, files | {f"{ada}/2/tiny.ipynb": OLD})
    assert planned["Roe_Ada_ada1"].action is Action.REFUSE


def test_a_login_in_two_spellings_is_one_participation(course: Course) -> None:
    apart = unicodedata.normalize("NFD", "zoë")
    files = same("c-PS-41-zoë/tiny.ipynb", "c-PS-42-ben/tiny.ipynb", f"c-PS-41-{apart}/a.ipynb")
    assert set(plan(course, files)) == {"zoë", "ben"}


def test_a_single_name_with_a_number_stays_as_it_is(course: Course) -> None:
    assert set(plan(course, same("c-PS-41-ada/tiny.ipynb"))) == {"c-PS-41-ada"}
