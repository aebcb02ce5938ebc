"""Downloads in which one student's names or archives would decide over somebody else's work."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from autograder.collect import Action, PlannedSubmission, plan_collection, store
from autograder.collect.roster import keep_ids
from autograder.course.directory import Course, load_course
from autograder.course.submissions import read_submission
from autograder.errors import CourseError
from tests.autograder.tiny_course import ASSIGNMENT, make_course, notebook
from tests.fuzz.downloads import zipped

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
    found = {who: read_submission(course, ASSIGNMENT, who) for who in course.students(ASSIGNMENT)}
    return {
        who: json.loads(each.notebooks["tiny"])["metadata"]["author"]
        for who, each in found.items()
        if each.notebooks
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
        assert "the id in the table of --roster has to be the new one" in planned["mal"].reason
        assert authors(course) == themselves(["ada", "bob"])


class TestNamesWithUnderscores:
    def test_blackboards_users_are_not_mixed(self, course: Course) -> None:
        users = ("john_smith", "mary_smith", "x_ada", "ada")
        collected(course, {f"Homework_{u}_attempt_{THEN}_tiny.ipynb": by(u) for u in users})
        assert authors(course) == themselves(users)

    def test_an_assignment_may_have_one_too(self, course: Course) -> None:
        users = ("j_smith", "m_smith")
        collected(course, {f"Home_work_{u}_attempt_{THEN}_tiny.ipynb": by(u) for u in users})
        assert authors(course) == themselves(users)

    def test_a_single_one_that_may_be_cut_in_two_ways_is_nobodys(self, course: Course) -> None:
        planned = collected(course, {f"Home_j_smith_attempt_{THEN}_tiny.ipynb": by("j_smith")})
        assert [each.action for each in planned.values()] == [Action.REFUSE]

    def test_iliass_users_are_not_mixed(self, course: Course) -> None:
        files = {"A/Lovelace_Ada_ada_l_77/20261001123000_tiny.ipynb": by("ada_l"),
                 "A/Byron_Ben_ben_l_78/20261001123000_tiny.ipynb": by("ben_l")}  # fmt: skip
        collected(course, files)
        assert authors(course) == themselves(["ada_l", "ben_l"])

    def test_a_folder_and_an_archive_of_one_name_are_not_mixed(self, course: Course) -> None:
        files = {"ada/tiny.ipynb": by("ada"), "ada.zip": zipped({"more.ipynb": by("mal")}),
                 "bob/tiny.ipynb": by("bob")}  # fmt: skip
        assert collected(course, files)["ada"].action is Action.REFUSE


PLATFORMS = {
    "Canvas": "{0}_{1}00_900_{2}",
    "Google Classroom": "{0} - {2}",
    "Moodle": "{0}_{1}00_assignsubmission_file_{2}",
    "Moodle, with folders": "{0}_{1}00_assignsubmission_file_/{2}",
    "Blackboard": f"hw_{{0}}_attempt_{THEN}_{{2}}",
    "folders": "{0}/{2}",
}
MANY = {f"x{number}/n{number}.ipynb": by("mal") for number in range(12)}
ANOTHERS = f"hw_ada_attempt_{LATER}_"
HANDED_IN = {
    "archives": {
        f"hw_{name}_attempt_{LATER}_all.zip": zipped({"tiny.ipynb": by("mal")} | MANY)
        for name in ("ada", "bob")
    },
    "archives of any name": {f"{name}.zip": zipped(MANY) for name in "ab"},
    "notebooks": {f"{ANOTHERS}n{number}.ipynb": by("mal") for number in range(13)},
    "notebooks, and one twice": {
        f"{ANOTHERS}n{number}.ipynb": by("mal") for number in range(13)
    } | {f"{name}.zip": zipped({"tiny.ipynb": by("mal")}) for name in "ab"},
    "Google's names": {f"ada - n{number}.ipynb": by("mal") for number in range(13)},
    "Moodle's names": {
        f"ada_9_assignsubmission_file_n{number}.ipynb": by("mal") for number in range(13)},
    "Canvas's names": {f"ada_9_9_n{number}.ipynb": by("mal") for number in range(13)},
    "line breaks": {f"a\nada_9_9_n{number}.ipynb": by("mal") for number in range(13)},
}  # fmt: skip


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=PLATFORMS)
@pytest.mark.parametrize("theirs", HANDED_IN.values(), ids=HANDED_IN)
def test_one_student_does_not_decide_how_names_are_read(
    course: Course, platform: str, theirs: Mapping[str, bytes]
) -> None:
    files = {platform.format(who, n, "tiny.ipynb"): by(who) for n, who in enumerate(CLASS)}
    collected(course, files | {platform.format("mal", 77, name): theirs[name] for name in theirs})
    found = authors(course)
    found.pop("mal", None)
    assert found == themselves(CLASS)


@pytest.mark.parametrize("platform", ["mal_777_900_{}", "mal - {}"])
@pytest.mark.parametrize("names", [["ada"], ["ada", "bob"]])
def test_names_that_two_platforms_read_differently_are_refused(
    course: Course, names: list[str], platform: str
) -> None:
    theirs = [f"hw_{who}_attempt_{LATER}_tiny.ipynb" for who in names]
    files = {platform.format(name): by("mal") for name in theirs}
    with pytest.raises(CourseError, match="does not tell whose its notebooks are"):
        collected(course, files)


@pytest.mark.parametrize("names", [["ada"], CLASS])
def test_a_file_may_have_a_name_as_googles(course: Course, names: list[str]) -> None:
    files = {f"{who}_{n}_assignsubmission_file_HW 1 - tiny.ipynb": by(who)
             for n, who in enumerate(names)}  # fmt: skip
    collected(course, files)
    assert authors(course) == themselves(names)


def test_an_archive_among_google_classrooms_files_is_its_students(course: Course) -> None:
    files = {"Ada - tiny.ipynb": by("Ada"), "Bob - Copy of tiny.ipynb": by("Bob"),
             "Cy - x.zip": zipped({"tiny.ipynb": by("Cy")})}  # fmt: skip
    collected(course, files)
    assert authors(course) == themselves(["Ada", "Bob", "Cy"])


def metadata(names: Mapping[str, str]) -> bytes:
    """Gradescope's list of who made which submission."""
    return "".join(f"{key}:\n  :submitters:\n  - :name: {names[key]}\n" for key in names).encode()


@pytest.mark.parametrize("planted", [
    "submission_9/w.zip/a\nsubmission_metadata.yml", "submission_9/submission_metadata.yml",
    "submission_9/a\n/submission_metadata.yml", "submission_9/xsubmission_metadata.yml",
])  # fmt: skip
@pytest.mark.parametrize("is_first", [True, False])
def test_a_student_does_not_tell_who_made_gradescopes_submissions(
    course: Course, planted: str, *, is_first: bool
) -> None:
    theirs = {f"e/{planted}": metadata({"submission_7": "Mal", "submission_9": "Ada"})}
    platforms = {
        "e/submission_7/tiny.ipynb": by("Ada"), "e/submission_9/tiny.ipynb": by("Mal"),
        "e/submission_metadata.yml": metadata({"submission_7": "Ada", "submission_9": "Mal"}),
    }  # fmt: skip
    collected(course, theirs | platforms if is_first else platforms | theirs)
    assert authors(course) == themselves(["Ada", "Mal"])


def test_a_list_that_a_pattern_leaves_to_nobody_is_not_believed(
    course: Course, tmp_path: Path
) -> None:
    source = tmp_path / "download.zip"
    source.write_bytes(zipped({
        "e/submission_9/more/submission_metadata.yml": metadata({"submission_9": "Ada"}),
        "e/submission_9/tiny.ipynb": by("Mal"),
        "e/submission_metadata.yml": metadata({"submission_9": "Mal"}),
    }))  # fmt: skip
    pattern = re.compile(r"e/(?P<student>submission_\d+)/(?P<file>[^/]+)")
    (only,) = plan_collection(course, ASSIGNMENT, source, pattern=pattern)
    assert only.student == "Mal"


def test_an_odd_name_that_a_table_would_show_as_anothers_is_refused(course: Course) -> None:
    names = ("=Ada", "'=Ada", "Bob")
    planned = collected(course, {f"{name}/tiny.ipynb": by(name) for name in names})
    assert 'no table can tell this name from "\'=Ada"' in planned["=Ada"].reason
    assert authors(course) == themselves(["'=Ada", "Bob"])
