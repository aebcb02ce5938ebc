"""Downloads of other settings, versions and languages of the platforms: who is read from the names.

Named after what the platforms' own programs write, where these are public: Moodle's
`mod/assign/classes/downloader.php`, Canvas's `lib/content_zipper.rb`.
"""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from autograder.collect import Action
from autograder.course.directory import Course
from autograder.errors import CourseError
from tests.autograder.collect.test_platforms import course, plan, same
from tests.autograder.tiny_course import notebook
from tests.fuzz.downloads import zipped

__all__ = ["course"]  # a fixture

NB = notebook().encode()
WORK = zipped({"tiny.ipynb": NB})
MOODLE = "_assignsubmission_file/tiny.ipynb"
PAIRS = b"""---
submission_7:
  :submitters:
  - :name: Pair One
    :sid: '200'
  - :name: Pair Two
    :sid: '201'
  :created_at: 2024-01-02 03:04:05.262441000 Z
  :history:
  - :name: nobody
submission_8:
  :submitters:
  - :name: Solo
"""
MERGED = "\n".join(
    ["x:", "- &a0 {k: v}"]
    + [f"- &a{n} {{<<: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]
)
#: Of each download the files, and who is read from them with which number.
LAYOUTS: dict[str, tuple[dict[str, bytes], dict[str, str]]] = {
    "Moodle, teams": (
        same(f"Group A_17{MOODLE}", f"Gruppe 2_18{MOODLE}"), {"Group A": "17", "Gruppe 2": "18"}),
    "Moodle, groups before names": (
        same(*(f"Lab 1-{who}_{n}{MOODLE}" for n, who in enumerate(("Ada Roe", "Jean-Luc Roe")))),
        {"Ada Roe": "0", "Jean-Luc Roe": "1"}),
    "Moodle, hyphens in all names": (
        same(f"Min-jun Kim_1{MOODLE}", f"Ji-woo Park_2{MOODLE}"),
        {"Min-jun Kim": "1", "Ji-woo Park": "2"}),
    "Moodle, anonymous": (
        same(f"Teilnehmerin_4711{MOODLE}", f"Teilnehmerin_4712{MOODLE}"),
        {"Teilnehmerin 4711": "4711", "Teilnehmerin 4712": "4712"}),
    "Moodle, with texts": (
        same(f"Ada_1{MOODLE}", f"Ben_2{MOODLE}")
        | {"Ada_1_assignsubmission_onlinetext/onlinetext.html": b"<p>"}, {"Ada": "1", "Ben": "2"}),
    "Canvas, anonymous": (
        same("anon_x7Kd2_345_tiny.ipynb", "anon_LATE_9sQ1a_346_tiny.ipynb"),
        {"anon x7Kd2": "x7Kd2", "anon 9sQ1a": "9sQ1a"}),
    "Canvas, groups": (
        same("project_alpha_12_345_tiny.ipynb", "project_beta_LATE_13_346_tiny-1.ipynb"),
        {"project_alpha": "12", "project_beta": "13"}),
    "Brightspace, without folders": (
        {"271-44 - Ada Roe - Dec 5, 2024 1149 AM - a - work.zip": WORK,
         "272-44 - Ben Roe - Dec 6, 2024 149 PM - tiny.ipynb": NB},
        {"Ada Roe": "271", "Ben Roe": "272"}),
    "Brightspace, in French": (
        same("123-4 - Ada - 2 janv. 2024 1504/tiny.ipynb",
             "124-4 - Ben - 3 janv. 2024 904/tiny.ipynb"),
        {"Ada": "123", "Ben": "124"}),
    "Gradescope, groups": (
        same("a_export/submission_7/tiny.ipynb", "a_export/submission_8/tiny.ipynb")
        | {"a_export/submission_metadata.yml": PAIRS},
        {"Pair One": "", "Pair Two": "", "Solo": ""}),
    "ILIAS, teams": (
        same("Blatt 1/Abgaben/Team 12/Roe_Ada_ada_77/tiny.ipynb",
             "Blatt 1/Abgaben/Team 13/Roe_Ben_ben_78/20240102030405_tiny.ipynb"),
        {"ada": "77", "ben": "78"}),
    "Sakai, without folders": (
        same("P 1/Roe, Ada(ada)_Submission attachment(s)_tiny.ipynb",
             "P 1/Roe, Ben(ben)_Submission attachment(s)_tiny.ipynb"), {"ada": "", "ben": ""}),
    "Teams": (
        same("Submitted files/Ada Roe/PS 1/Version 2/tiny.ipynb",
             "Submitted files/Ben Roe/PS 1/Version 1/tiny.ipynb")
        | {"Submitted files/Ada Roe/PS 1/Version 1/tiny.ipynb": b"{}"},
        {"Ada Roe": "", "Ben Roe": ""}),
    "Schoology": (
        same("PS 1/Roe, Ada - 123/Revision 2 - Late/tiny.ipynb",
             "PS 1/Roe, Ben - 124/Revision 1 - On time/tiny.ipynb")
        | {"PS 1/Roe, Ada - 123/Revision 1 - On time/tiny.ipynb": b"{}"},
        {"Roe, Ada": "123", "Roe, Ben": "124"}),
    "nbgrader's folder of submissions": (
        same("c/submitted/ada/tiny/tiny.ipynb", "c/submitted/ben/tiny/tiny.ipynb"),
        {"ada": "", "ben": ""}),
    "Google Drive, exported": (
        same("PS-20240102T030405Z-001/PS/Ada Roe - tiny.ipynb",
             "PS-20240102T030405Z-001/PS/Ben - Copy of tiny.ipynb"), {"Ada Roe": "", "Ben": ""}),
    "Moodle, without numbers": (
        same(f"Ada Roe{MOODLE}", "Ben_assignsubmission_file_tiny.ipynb"),
        {"Ada Roe": "", "Ben": ""}),
    "Moodle, with numbers of the school": (
        same(f"Roe Ada_s1234_11{MOODLE}", f"Roe Ben_s1235_12{MOODLE}"),
        {"Roe Ada_s1234": "11", "Roe Ben_s1235": "12"}),
    "Blackboard, in folders": (
        same("PS 1_ada_attempt_2024-01-02-03-04-05/tiny.ipynb",
             "PS 1_ben_attempt_2024-01-02-03-04-06/tiny.ipynb"), {"ada": "", "ben": ""}),
    "Brightspace, with a page of contents": (
        same("12-56 - Ada Roe - Sep 24, 2024 926 PM/tiny.ipynb",
             "13-56 - Mary-Ann Roe - Sep 24, 2024 1126 AM/tiny.ipynb")
        | {"index.html": b"<html>"}, {"Ada Roe": "12", "Mary-Ann Roe": "13"}),
    "Canvas, a quiz": (
        same("roeada12_question_345_tiny.ipynb", "roe_ben_13_question_345_679_tiny.ipynb"),
        {"roeada": "12", "roe_ben": "13"}),
    "GitHub, branches": (
        same("ps-1-ada-main/tiny.ipynb", "ps-1-ben-b-main/src/tiny.ipynb"),
        {"ada": "", "ben-b": ""}),
    "GitHub, branches in archives": (
        {"ps-1-ada-main.zip": zipped({"ps-1-ada-main/tiny.ipynb": NB}),
         "ps-1-ben-master.zip": zipped({"ps-1-ben-master/tiny.ipynb": NB})},
        {"ada": "", "ben": ""}),
    "GitHub, a pull of the classroom's program": (
        same("ps-1-submissions/ada/tiny.ipynb", "ps-1-submissions/ben/tiny.ipynb"),
        {"ada": "", "ben": ""}),
    "ILIAS, for feedback": (
        same("Multi_Feedback_PS/Team_12/Roe_Ada_ada_77/tiny.ipynb",
             "Multi_Feedback_PS/Team_13/Roe_Ben_ben_78/tiny.ipynb"), {"ada": "77", "ben": "78"}),
    "OpenOlat": (
        same("Blatt_1/Roe_Ada_ada1/1_submission/tiny.ipynb",
             "Blatt_1/Roe_Ben_ben1/1_submission/tiny.ipynb"),
        {"Roe_Ada_ada1": "", "Roe_Ben_ben1": ""}),
    "Stud.IP": (
        same("Hausaufgaben/Roe_Ada/tiny.ipynb", "Hausaufgaben/Roe_Ben/tiny.ipynb")
        | {"Hausaufgaben/filelist.csv": b"x"}, {"Roe_Ada": "", "Roe_Ben": ""}),
    "CodeGrade": (
        same("PS 1/1234-Ada Roe/tiny.ipynb", "PS 1/1235-Ben Roe/tiny.ipynb"),
        {"1234-Ada Roe": "", "1235-Ben Roe": ""}),
    "OK": (
        same("ada@x.edu/q8Zt1/tiny.ipynb", "ben@x.edu/Kx90a/tiny.ipynb"),
        {"ada@x.edu": "", "ben@x.edu": ""}),
    "an exchange's inbound folder": (
        same("exchange/c/inbound/ada+tiny+2026-10-01 12:00:00.0 UTC+a3f/tiny.ipynb",
             "exchange/c/inbound/ben+tiny+2026-10-01 12:00:00.0 UTC+77b/tiny.ipynb"),
        {"ada": "", "ben": ""}),
    "Google Takeout": (
        same("Takeout/Classroom/Classes/C/PS/Ada Roe/tiny.ipynb",
             "Takeout/Classroom/Classes/C/PS/Ben Roe/tiny.ipynb"),
        {"Ada Roe": "", "Ben Roe": ""}),
    "Dropbox": (
        same("Ada Roe - tiny.ipynb", "Ben Roe - tiny (1).ipynb"), {"Ada Roe": "", "Ben Roe": ""}),
    "Google's forms": (
        same("F (File responses)/Work (File responses)/tiny - Ada Roe.ipynb",
             "F (File responses)/Work (File responses)/tiny - Ben B. Roe.ipynb"),
        {"Ada Roe": "", "Ben B. Roe": ""}),
    "Microsoft's forms": (
        same("Question 1/tiny_Ada Roe.ipynb", "Question 1/tiny_Ben d'Été.ipynb"),
        {"Ada Roe": "", "Ben d'Été": ""}),
    "Vocareum": (
        same("ada@x.org/1/work/tiny.ipynb", "ben@x.org/1/work/tiny.ipynb"),
        {"ada@x.org": "", "ben@x.org": ""}),
}  # fmt: skip


@pytest.mark.parametrize(("files", "people"), LAYOUTS.values(), ids=LAYOUTS)
def test_a_layout_is_read(
    course: Course, files: Mapping[str, bytes], people: Mapping[str, str]
) -> None:
    planned = plan(course, files)
    assert {who: each.handed_in.platform_id for who, each in planned.items()} == people
    assert {each.action for each in planned.values()} == {Action.ADD}


@pytest.mark.parametrize(
    ("layout", "who"), [("Teams", "Ada Roe"), ("Schoology", "Roe, Ada")], ids=["Teams", "Schoology"]
)
def test_of_numbered_attempts_the_last_is_taken(course: Course, layout: str, who: str) -> None:
    planned = plan(course, LAYOUTS[layout][0])[who]
    assert planned.earlier == 1
    assert [entry.read(5) for entry in planned.files.values()] == [NB[:5]]


@pytest.mark.parametrize(
    "text",
    [
        "a: [",
        "- no list",
        "x: !!python/object/apply:os.system [ls]",
        "[" * 3000,
        "a: 1\n" * 2 + "{",
    ],
    ids=["cut off", "a list", "a command", "deep", "broken"],
)
def test_a_list_of_gradescopes_that_is_none_is_refused(course: Course, text: str) -> None:
    files = LAYOUTS["Gradescope, groups"][0] | {"a_export/submission_metadata.yml": text.encode()}
    with pytest.raises(CourseError, match="submission_metadata.yml .*Export the submissions"):
        plan(course, files)


def test_lines_that_repeat_others_take_no_more_room(course: Course) -> None:
    again = [f"- &a{n} {{x: [{', '.join([f'*a{n - 1}'] * 9)}]}}" for n in range(1, 30)]
    bomb = "\n".join(["x:", "- &a0 {}", *again])
    pairs = LAYOUTS["Gradescope, groups"][0]["a_export/submission_metadata.yml"]
    files = LAYOUTS["Gradescope, groups"][0] | {
        "a_export/submission_metadata.yml": pairs + bomb.encode()
    }
    assert set(plan(course, files)) == {"Pair One", "Pair Two", "Solo"}


def test_what_gradescopes_list_is_made_of_does_not_matter(course: Course) -> None:
    text = b"""--- !ruby/hash:ActiveSupport::HashWithIndifferentAccess
submission_7:
  :submitters: &p
  - !ruby/hash:Map
    :name: 'O''Brien: Ada'
    :email: ada@x.org
  :created_at: !ruby/object:Time 2024-01-02 03:04:05.26 Z
submission_8:
  :submitters:
  - :name:
    :email: ben@x.org
  :results: {output: ":submitters:\n  - :name: Eve"}
"""
    files = LAYOUTS["Gradescope, groups"][0] | {"a_export/submission_metadata.yml": text}
    assert set(plan(course, files)) == {"O'Brien: Ada", "ben@x.org"}


def times(course: Course, files: Mapping[str, bytes]) -> dict[str, str]:
    return {
        who: each.handed_in.time.strftime("%Y-%m-%d %H:%M") if each.handed_in.time else ""
        for who, each in plan(course, files).items()
    }


def test_gradescope_tells_when_a_pair_has_handed_in(course: Course) -> None:
    expected = {"Pair One": "2024-01-02 03:04", "Pair Two": "2024-01-02 03:04", "Solo": ""}
    assert times(course, LAYOUTS["Gradescope, groups"][0]) == expected


@pytest.mark.parametrize("mark", ["/", "_"], ids=["folders", "flat"])
def test_sakai_tells_the_time_beside_what_a_student_has_handed_in(
    course: Course, mark: str
) -> None:
    ada, ben = (f"PS 1/Roe, {who}({who.lower()}){mark}" for who in ("Ada", "Ben"))
    files = same(f"{ada}Submission attachment(s){mark}tiny.ipynb") | same(
        f"{ben}Submission attachment(s){mark}tiny.ipynb"
    )
    files[f"{ada}timestamp.txt"] = b"2024-01-02T03:04:05.123Z"
    files[f"{ben}timestamp.txt"] = b"20240102030405123"
    files |= {f"{ben}Submission attachment(s){mark}timestamp.txt": b"1999-01-01 00:00:00 UTC"}
    assert times(course, files) == {"ada": "2024-01-02 03:04", "ben": "2024-01-02 03:04"}


def test_brightspace_tells_the_time_in_either_form(course: Course) -> None:
    files = same(
        "1-4 - A - 2 January, 2024 304 PM/tiny.ipynb", "2-4 - B - Jan 2, 2024 1504/t.ipynb"
    )
    assert times(course, files) == {"A": "2024-01-02 15:04", "B": "2024-01-02 15:04"}


@pytest.mark.parametrize(
    ("files", "late"),
    [
        (same("ada_12_345_tiny.ipynb", "ben_LATE_13_346_tiny.ipynb"), {"ada": False, "ben": True}),
        (same("ada_12_345_tiny.ipynb", "ben_13_346_tiny.ipynb"), {"ada": False, "ben": False}),
        (LAYOUTS["Schoology"][0], {"Roe, Ada": True, "Roe, Ben": False}),
        (LAYOUTS["Moodle, teams"][0], {"Group A": None, "Gruppe 2": None}),
        (LAYOUTS["Google Drive, exported"][0], {"Ada Roe": None, "Ben": None}),
    ],
    ids=["Canvas", "Canvas, nobody", "Schoology", "Moodle", "Google"],
)
def test_who_is_not_marked_late_was_in_time_where_the_platform_marks_others(
    course: Course, files: Mapping[str, bytes], late: Mapping[str, bool | None]
) -> None:
    assert {who: each.handed_in.late for who, each in plan(course, files).items()} == late


@pytest.mark.parametrize(
    "files",
    [
        same("Abgaben/Roe_Ada_tiny.ipynb", "Abgaben/Roe_Ben_tiny.ipynb"),
        same("all/Ada.ipynb", "all/Ben.ipynb", "all/Cy.ipynb"),
        same("all/tiny_1.ipynb", "all/tiny_final.ipynb"),
    ],
    ids=["names before the notebook's", "names", "versions"],
)
def test_nobody_gets_what_several_have_handed_in(
    course: Course, files: Mapping[str, bytes]
) -> None:
    assert {each.action for each in plan(course, files).values()} == {Action.REFUSE}
