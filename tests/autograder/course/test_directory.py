from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.course.directory import Course, find_course, load_course
from autograder.errors import CourseError


def course_with(folder: Path, config: str) -> Course:
    (folder / "source" / "ps1").mkdir(parents=True, exist_ok=True)
    (folder / "nbgrader_config.py").write_text("c = get_config()\n" + config)
    return load_course(folder)


def test_nearest_parent_with_a_configuration_is_the_course(stock_course: Path) -> None:
    assert find_course(stock_course / "source" / "ps1").root == stock_course


@pytest.mark.parametrize("has_config", [True, False])
def test_a_configuration_among_students_files_is_not_run(
    stock_course: Path, has_config: bool
) -> None:
    config = stock_course / "nbgrader_config.py"
    if not has_config:
        config.unlink(missing_ok=True)
    folder = stock_course / "submitted" / "eve" / "ps1"
    folder.mkdir(parents=True)
    (folder / "nbgrader_config.py").write_text("raise SystemExit('was run')")
    with pytest.raises(CourseError, match="--course-dir"):
        find_course(folder)


def test_a_course_in_a_course_can_be_named(stock_course: Path) -> None:
    inner = stock_course / "inner"
    course_with(inner, "")
    (stock_course / "nbgrader_config.py").touch()
    told = CliRunner().invoke(main, ["--course-dir", str(inner), "grade"])
    assert f"expected notebooks in {inner}" in told.output.replace("\n", "")


def test_outside_a_course_the_error_tells_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="--course-dir"):
        find_course(tmp_path)


def test_stock_course_has_nbgraders_default_folders(stock_course: Path) -> None:
    course = load_course(stock_course)
    assert course.source_folder("ps1") == stock_course / "source" / "ps1"
    assert course.release_folder("ps1") == stock_course / "release" / "ps1"
    assert course.submitted_folder("ada", "ps1") == stock_course / "submitted" / "ada" / "ps1"
    assert course.autograded_folder("ada", "ps1") == stock_course / "autograded" / "ada" / "ps1"
    assert course.feedback_folder("ada", "ps1") == stock_course / "feedback" / "ada" / "ps1"
    assert course.db_url == f"sqlite:///{stock_course}/gradebook.db"
    assert course.course_id == "course101"


def test_stock_course_lists_its_assignment_and_notebooks(stock_course: Path) -> None:
    course = load_course(stock_course)
    assert course.assignments() == ("ps1",)
    assert course.notebooks("ps1") == ("problem1", "problem2")


def test_course_without_a_configuration_has_the_defaults(stock_course: Path) -> None:
    (stock_course / "nbgrader_config.py").unlink()
    assert load_course(stock_course).assignments() == ("ps1",)


def test_students_are_those_with_a_folder(stock_course: Path) -> None:
    for student in ("bob", "ada", "Zoë B."):
        (stock_course / "submitted" / student / "ps1").mkdir(parents=True)
    (stock_course / "submitted" / "cy" / "ps2").mkdir(parents=True)
    (stock_course / "submitted" / ".hidden" / "ps1").mkdir(parents=True)
    assert load_course(stock_course).students("ps1") == ("Zoë B.", "ada", "bob")


def test_excluded_students_are_left_out(tmp_path: Path) -> None:
    for student in ("ada", "bob"):
        (tmp_path / "submitted" / student / "ps1").mkdir(parents=True)
    assert course_with(tmp_path, "c.CourseDirectory.student_id_exclude = 'bob,cy'").students(
        "ps1"
    ) == ("ada",)


def test_brackets_in_the_path_are_no_patterns(tmp_path: Path) -> None:
    folder = tmp_path / "course [2026]"
    (folder / "submitted" / "ada" / "ps1").mkdir(parents=True)
    assert course_with(folder, "").students("ps1") == ("ada",)


def test_another_directory_structure_is_honoured(tmp_path: Path) -> None:
    course = course_with(
        tmp_path,
        "c.CourseDirectory.directory_structure = '{nbgrader_step}/{assignment_id}/{student_id}'\n",
    )
    (tmp_path / "submitted" / "ps1" / "ada").mkdir(parents=True)
    (tmp_path / "source" / "ps1" / "one.ipynb").write_text("{}")
    assert course.submitted_folder("ada", "ps1") == tmp_path / "submitted" / "ps1" / "ada"
    assert course.students("ps1") == ("ada",)
    assert course.assignments() == ("ps1",)


def test_appending_to_the_ignored_patterns_keeps_nbgraders(tmp_path: Path) -> None:
    course = course_with(tmp_path, "c.CourseDirectory.ignore.append('*.zip')")
    assert course.ignore == (".ipynb_checkpoints", "*.pyc", "__pycache__", "feedback", "*.zip")


def test_relative_gradebook_is_in_the_course_folder(tmp_path: Path) -> None:
    course = course_with(tmp_path, "c.CourseDirectory.db_url = 'sqlite:///grades/all.db'")
    assert course.db_url == f"sqlite:///{tmp_path}/grades/all.db"


def test_gradebook_on_a_server_is_left_as_it_is(tmp_path: Path) -> None:
    url = "postgresql://grader@db:5432/grades"
    assert course_with(tmp_path, f"c.CourseDirectory.db_url = {url!r}").db_url == url


def private(folder: Path, config: str = "") -> set[str]:
    """What is private of a course, relative to its folder where it lies there."""
    paths = course_with(folder, config).private_paths()
    assert all(path.is_absolute() for path in paths)
    return {
        str(path.relative_to(folder) if path.is_relative_to(folder) else path) for path in paths
    }


CONFIG_AND_DB = {
    "nbgrader_config.py",
    "deadlines.toml",
    "questions.toml",
    "groups.csv",
    "marks.csv",
    "marks-canvas.csv",
    "marks-moodle.csv",
} | {f"gradebook.db{suffix}" for suffix in ("", "-journal", "-wal", "-shm")}


def test_private_are_all_steps_but_the_release(tmp_path: Path) -> None:
    folders = {"source", "submitted", "autograded", "feedback"}
    assert private(tmp_path) == folders | CONFIG_AND_DB


def test_private_folders_can_lie_anywhere(tmp_path: Path) -> None:
    config = (
        "c.CourseDirectory.submitted_directory = '/srv/handed in'\n"
        "c.CourseDirectory.autograded_directory = '../elsewhere'\n"
        "c.CourseDirectory.feedback_directory = 'grading/feedback/'\n"
    )
    outside = {"/srv/handed in", str(tmp_path.parent / "elsewhere")}
    assert private(tmp_path, config) == {"source", "grading/feedback", *outside} | CONFIG_AND_DB


STRUCTURE = "c.CourseDirectory.directory_structure = {!r}\n"


def test_private_are_the_steps_of_every_assignment(tmp_path: Path) -> None:
    for folder in ("ps1/source", "ps1/submitted/ada", "ps2/source", "library"):
        (tmp_path / folder).mkdir(parents=True)
    found = private(tmp_path, STRUCTURE.format("{assignment_id}/{nbgrader_step}/{student_id}"))
    steps = ("source", "submitted", "autograded", "feedback")
    assert {f"{name}/{step}" for name in ("ps1", "ps2") for step in steps} <= found
    assert not {"ps1", "ps1/release", "library"} & found


def test_private_are_the_steps_of_every_student(tmp_path: Path) -> None:
    (tmp_path / "ada" / "submitted" / "ps1").mkdir(parents=True)
    found = private(tmp_path, STRUCTURE.format("{student_id}/{nbgrader_step}/{assignment_id}"))
    # Those that are there, and those that grading will make.
    assert {"ada/submitted", "ada/autograded", "ada/feedback"} <= found


def test_private_are_folders_with_the_step_in_a_longer_name(tmp_path: Path) -> None:
    (tmp_path / "submitted-ps1" / "ada").mkdir(parents=True)
    (tmp_path / "release-ps1").mkdir(parents=True)
    found = private(tmp_path, STRUCTURE.format("{nbgrader_step}-{assignment_id}/{student_id}"))
    assert "submitted-ps1" in found
    assert not {"release-ps1", "submitted-ps1/ada"} & found


@pytest.mark.parametrize(
    ("url", "file"),
    [
        ("sqlite:///grades/all.db", "grades/all.db"),
        ("sqlite:////srv/all.db", "/srv/all.db"),
        ("sqlite+pysqlite:///all.db", "all.db"),
        ("sqlite:///all.db?timeout=30", "all.db"),
    ],
)
def test_private_is_a_gradebook_that_is_a_file(tmp_path: Path, url: str, file: str) -> None:
    found = private(tmp_path, f"c.CourseDirectory.db_url = {url!r}")
    assert {file, f"{file}-journal"} <= found


@pytest.mark.parametrize(
    "url", ["postgresql://grader:secret@db:5432/grades", "postgresql:///grades", "sqlite://",
            "sqlite:///:memory:"]
)  # fmt: skip
def test_a_gradebook_that_is_no_file_is_no_path(tmp_path: Path, url: str) -> None:
    found = private(tmp_path, f"c.CourseDirectory.db_url = {url!r}")
    folders = {"source", "submitted", "autograded", "feedback"}
    tables = {each for each in CONFIG_AND_DB if not each.startswith("gradebook")}
    assert found == folders | tables


def test_missing_source_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match="no folder 'source'"):
        load_course(tmp_path)


def test_faulty_configuration_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py, line 3: NameError: .*oops"):
        course_with(tmp_path, "\noops")


def test_configuration_that_is_no_python_is_reported_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"nbgrader_config\.py, line 2: SyntaxError"):
        course_with(tmp_path, "c.CourseDirectory.course_id = = 1")


def test_trait_of_the_wrong_type_is_named(tmp_path: Path) -> None:
    with pytest.raises(CourseError, match=r"c\.CourseDirectory\.course_id is 5, expected a str"):
        course_with(tmp_path, "c.CourseDirectory.course_id = 5")


@pytest.mark.parametrize("name", ["..", "", "a/b", "/etc", "a\0b"])
def test_names_cannot_lead_out_of_the_course(stock_course: Path, name: str) -> None:
    course = load_course(stock_course)
    with pytest.raises(CourseError, match="cannot be the name"):
        course.submitted_folder(name, "ps1")
    with pytest.raises(CourseError, match="cannot be the name"):
        course.source_folder(name)


def test_settings_come_from_the_configuration(tmp_path: Path) -> None:
    course = course_with(
        tmp_path, "c.Autograder.hidden_modules = ['scipy']\nc.Autograder.cell_seconds = 3"
    )
    assert course.settings.hidden_modules == ("scipy",)
    assert course.settings.limits.cell_seconds == 3.0


def test_our_own_course_keeps_what_grading_makes_in_one_folder() -> None:
    root = Path(__file__).parents[3]
    course = load_course(root)
    assert course.source_folder("a") == root / "solutions" / "a"
    assert course.release_folder("a") == root / "notebooks" / "assignments" / "a"
    for folder in (course.submitted_folder, course.autograded_folder, course.feedback_folder):
        assert folder("ada", "a").is_relative_to(root / "grading")
    assert course.db_url == f"sqlite:///{root}/grading/gradebook.db"


def test_loading_a_course_imports_neither_nbgrader_nor_nbformat(stock_course: Path) -> None:
    program = (
        "import sys; from autograder.course.directory import load_course;"
        "from autograder.course.source import load_source;"
        f"course = load_course({str(stock_course)!r});"
        "load_source(course, 'ps1', 'problem1').graded;"
        "print(sorted({'nbgrader', 'nbformat', 'IPython', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr
