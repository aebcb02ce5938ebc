"""The command line: what each command says, and with which status it ends."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from autograder.cli import COMMANDS, main
from autograder.course.directory import load_course
from autograder.gradebook import Gradebook
from tests.autograder.tiny_course import ANSWERS, ASSIGNMENT, TESTS, hand_in, make_course, notebook

WRONG = "def double(x):\n    return x"
#: Runs the command line where the kernel refuses some system calls, as an old one would.
REFUSING = """
import errno, runpy, sys
import pyseccomp

rules = pyseccomp.SyscallFilter(pyseccomp.ALLOW)
if {layer!r} == "Landlock":
    rules.add_rule(pyseccomp.ERRNO(errno.ENOSYS), 444)  # landlock_create_ruleset
else:
    rules.add_rule(pyseccomp.ERRNO(errno.EINVAL), "seccomp")
    rules.add_rule(pyseccomp.ERRNO(errno.EINVAL), "prctl", pyseccomp.Arg(0, pyseccomp.EQ, 22))
rules.load()
sys.argv[0] = "autograder"
runpy.run_module("autograder", run_name="__main__")
"""
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="the sandbox needs Linux")


@pytest.fixture
def course(tmp_path: Path) -> Path:
    return make_course(tmp_path / "course")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(each) for each in arguments])


def grade(course: Path, *arguments: object) -> Result:
    """Grade without the sandbox, which has tests of its own."""
    return run("--course-dir", course, "grade", "--isolation", "none", "--jobs", 1, *arguments)


def name_students(course: Path, names: Mapping[str, tuple[str, str]]) -> None:
    with Gradebook.of(load_course(course)) as gradebook:
        gradebook.name_students(
            {one: {"first_name": first, "last_name": last} for one, (first, last) in names.items()}
        )


def graded_as_json(course: Path, *arguments: object) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = json.loads(grade(course, "--json", "-", *arguments).stdout)[
        "results"
    ]
    return results


def run_where_refused(layer: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    program = [sys.executable, "-c", REFUSING.format(layer=layer), *map(str, arguments)]
    return subprocess.run(program, capture_output=True, text=True, check=False)


class TestHelp:
    def test_without_a_command_it_lists_them_all(self) -> None:
        shown = run("--help").output
        assert [name for name in COMMANDS if f"  {name} " not in shown] == []

    @pytest.mark.parametrize("command", COMMANDS)
    def test_every_command_has_help_with_an_example(self, command: str) -> None:
        result = run(command, "--help")
        assert result.exit_code == 0
        assert f"\n    autograder {command}" in result.output

    def test_help_is_short_of_slow_imports(self) -> None:
        program = (
            "import sys; from autograder.cli import main\n"
            "try: main(['grade', '--help'])\n"
            "finally: print([m for m in ('nbgrader', 'sqlalchemy', 'numpy', 'IPython') "
            "if m in sys.modules])"
        )
        shown = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, check=True
        )
        assert shown.stdout.strip().endswith("[]")

    def test_a_package_version_is_shown(self) -> None:
        assert run("--version").output.startswith("autograder, version ")


class TestUsage:
    @pytest.mark.parametrize(
        "arguments",
        [
            ["tidy"],
            ["grade", "--tidy"],
            ["grade", "--jobs", "0"],
            ["grade", "--jobs", "many"],
            ["grade", "--seed", "-1"],
            ["grade", "--isolation", "some"],
            ["check"],
            ["check", "nowhere.ipynb"],
            ["--course-dir", "nowhere", "grade"],
        ],
    )
    def test_a_wrong_command_line_is_status_2(self, arguments: list[str]) -> None:
        assert run(*arguments).exit_code == 2

    def test_outside_a_course_it_says_what_to_do(self, tmp_path: Path) -> None:
        result = run("--course-dir", tmp_path, "grade")
        assert result.exit_code == 2
        assert "nbgrader_config.py" in result.stderr
        assert "--course-dir" in result.stderr

    @pytest.mark.parametrize("command", ["grade", "feedback"])
    def test_an_unknown_assignment_is_named_with_those_that_there_are(
        self, course: Path, command: str
    ) -> None:
        result = run("--course-dir", course, command, "tinny")
        assert result.exit_code == 2
        assert "'tinny'" in result.stderr
        assert "there are: tiny." in result.stderr

    def test_a_student_without_a_submission_is_named(self, course: Path) -> None:
        hand_in(course, "ada")
        result = grade(course, "tiny", "--student", "bob")
        assert result.exit_code == 2
        assert "'bob' has handed in nothing for 'tiny'" in result.stderr

    def test_a_name_that_leaves_the_course_folder_is_refused(self, course: Path) -> None:
        hand_in(course, "ada")
        assert grade(course, "tiny", "--student", "../ada").exit_code == 2

    def test_with_no_submissions_it_says_where_they_are_expected(self, course: Path) -> None:
        result = grade(course)
        assert result.exit_code == 2
        assert "submitted/STUDENT/ASSIGNMENT" in result.stderr

    def test_feedback_before_grading_says_what_to_run(self, course: Path) -> None:
        hand_in(course, "ada")
        result = run("--course-dir", course, "feedback")
        assert result.exit_code == 2
        assert "autograder grade" in result.stderr

    def test_an_error_is_a_sentence_and_no_traceback(self, course: Path) -> None:
        (course / "nbgrader_config.py").write_text("c = get_config()\nc.Autograder.cell_second = 3")
        result = grade(course)
        assert result.exit_code == 2
        assert result.stderr.startswith("autograder: c.Autograder.cell_second is not a setting")

    @pytest.mark.parametrize(
        "arguments",
        [
            ["grade", "--isolation", "none", "--json", "nowhere/results.json"],
            ["grade", "--isolation", "none", "--json", "source"],
            ["report", "--output", "file/report"],
            ["similar", "--output", "file/similar"],
            ["export", "--output", "nowhere/marks.csv"],
            ["export", "--feedback", "nowhere/pages.zip"],
        ],
        ids=" ".join,
    )
    def test_a_file_that_cannot_be_written_is_named(
        self, arguments: list[str], course: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hand_in(course, "ada")
        (course / "file").touch()
        monkeypatch.chdir(course)
        if arguments[0] != "grade":
            grade(course)
            run("feedback")
        result = run(*arguments)
        assert result.exit_code == 2, result.output
        assert Path(arguments[-1]).parts[0] in result.stderr
        assert "Traceback" not in result.stderr
        assert arguments[0] != "grade" or "[1/1]" not in result.output  # nothing was graded


def break_another(course: Path) -> None:
    """Add an assignment whose instructor edition nobody can use, with a submission."""
    cells = json.loads(notebook())
    cells["cells"][0]["metadata"]["nbgrader"]["grade_id"] = "no id!"
    for folder in ("source", "submitted/ada"):
        path = course / folder / "broken" / "broken.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(json.dumps(cells))


class TestFaults:
    def test_the_others_are_graded_and_reported(self, course: Path, tmp_path: Path) -> None:
        hand_in(course, "ada")
        break_another(course)
        file = tmp_path / "results.json"
        result = grade(course, "--json", file)
        assert result.exit_code == 1
        assert "autograder: broken: Instructor edition broken/broken.ipynb: cell 1" in result.stderr
        assert "3 / 3" in result.stdout
        found = json.loads(file.read_text())
        assert [each["assignment"] for each in found["results"]] == [ASSIGNMENT]
        (failed,) = found["not_graded"]
        assert (failed["assignment"], failed["students"]) == ("broken", ["ada"])
        assert "cell 1" in failed["reason"]
        for command in ("report", "feedback"):
            told = run("--course-dir", course, command)
            assert told.exit_code == 1
            assert ASSIGNMENT in told.stdout


class TestGrade:
    def test_all_graded_is_status_0_with_a_line_for_each(self, course: Path) -> None:
        hand_in(course, "ada")
        hand_in(course, "ben", double=WRONG)
        result = grade(course)
        assert result.exit_code == 0
        lines = {line.split()[0]: line for line in result.output.split("\n") if "/ 3" in line}
        assert "3 / 3" in lines["ada"]
        assert "2 / 3" in lines["ben"]
        assert "double(2) should be 4" in lines["ben"]

    def test_one_that_cannot_be_graded_is_status_1_and_named(self, course: Path) -> None:
        hand_in(course, "ada")
        hand_in(course, "ben", "no notebook")
        result = grade(course)
        assert result.exit_code == 1
        assert any("ben" in line and "JSON" in line for line in result.output.split("\n"))
        assert "3 / 3" in result.output

    def test_questions_whose_points_can_be_forged_are_named(self, course: Path) -> None:
        file = course / "source" / "tiny" / "tiny.ipynb"
        node = json.loads(file.read_text())
        node["cells"][1]["metadata"]["tags"] = ["run-in-candidate"]
        file.write_text(json.dumps(node))
        hand_in(course, "ada")
        hand_in(course, "ben", "no notebook")
        note = (
            "tiny/tiny: a submission can forge the points of test_double, tagged run-in-candidate."
        )
        for _ in ("first run", "nothing has changed"):
            assert note in grade(course).output.split("\n")

    def test_no_such_question_is_named_where_there_is_none(self, course: Path) -> None:
        hand_in(course, "ada")
        assert "forge" not in grade(course).output

    def test_only_the_named_students_are_graded(self, course: Path) -> None:
        for student in ("ada", "ben", "cleo"):
            hand_in(course, student)
        shown = graded_as_json(course, "tiny", "--student", "ada", "--student", "cleo")
        assert [each["student"] for each in shown] == ["ada", "cleo"]

    def test_a_student_may_be_called_by_name(self, course: Path) -> None:
        hand_in(course, "s1")
        hand_in(course, "s2")
        names = {"s1": ("Ada", "Roe"), "s2": ("Ben", "Roe")}
        name_students(course, names)
        shown = graded_as_json(course, "tiny", "--student", "ada roe")
        assert [each["student"] for each in shown] == ["s1"]

    def test_a_name_of_two_is_refused_with_their_ids(self, course: Path) -> None:
        hand_in(course, "s1")
        hand_in(course, "s2")
        name_students(course, {"s1": ("Ada", "Roe"), "s2": ("Ada", "Roe")})
        result = grade(course, "tiny", "--student", "Ada Roe")
        assert result.exit_code == 2
        assert "s1 and s2" in result.output

    def test_a_class_may_be_graded_with_a_seed_once(self, course: Path) -> None:
        hand_in(course, "ada")
        (first,) = graded_as_json(course, "--seed", 17)
        assert first["seed"] == 17
        again = grade(course, "--seed", 18)
        assert again.exit_code == 2
        assert "1 have been graded: name the student" in " ".join(again.output.split())
        assert graded_as_json(course) == [first]
        (forced,) = graded_as_json(course, "--seed", 18, "--force")
        assert forced["seed"] == 18

    def test_an_appeal_needs_a_student(self, course: Path) -> None:
        hand_in(course, "ada")
        result = grade(course, "--show-only")
        assert result.exit_code == 2
        assert "name the student with --student ID" in " ".join(result.output.split())
        assert not (course / "gradebook.db").exists()

    def test_an_appeal_repeats_the_grading_on_record_and_writes_nothing(self, course: Path) -> None:
        hand_in(course, "ada")
        (before,) = graded_as_json(course)
        files = {path: path.read_bytes() for path in course.rglob("*") if path.is_file()}
        hand_in(course, "ada", double=WRONG)
        files[course / "submitted/ada/tiny/tiny.ipynb"] = notebook(
            ANSWERS | {"double": WRONG}
        ).encode()
        result = grade(course, "--student", "ada", "--show-only")
        assert result.exit_code == 0, result.output
        assert f"by the tests 2 / 3, with seed {before['seed']}" in result.output
        assert "double(2) should be 4" in result.output
        assert "test_double, for you alone:" in result.output
        assert {path: path.read_bytes() for path in course.rglob("*") if path.is_file()} == files

    def test_what_has_not_changed_is_counted(self, course: Path) -> None:
        hand_in(course, "ada")
        grade(course)
        assert "1 submission had not changed" in grade(course).output

    def test_json_has_what_is_promised(self, course: Path) -> None:
        hand_in(course, "ada", double=WRONG)
        (result,) = graded_as_json(course, "--student", "ada", "--seed", 17)
        assert result.pop("seconds") > 0
        assert result == {
            "assignment": "tiny",
            "student": "ada",
            "notebook": "tiny",
            "score": 2.0,
            "max_score": 3.0,
            "late_penalty": 0.0,
            "needs_manual_grade": False,
            "reason": None,
            "seed": 17,
            "questions": [
                {
                    "grade_id": "test_double",
                    "score": 0.0,
                    "max_score": 1.0,
                    "extra_credit": 0.0,
                    "outcome": "failed",
                    "message": "double(2) should be 4",
                },
                {
                    "grade_id": "test_halve",
                    "score": 2.0,
                    "max_score": 2.0,
                    "extra_credit": 0.0,
                    "outcome": "passed",
                    "message": "",
                },
            ],
        }

    def test_json_lists_what_could_not_be_graded_with_the_reason(self, course: Path) -> None:
        hand_in(course, "ada", "no notebook")
        (result,) = graded_as_json(course)
        assert result["score"] is None
        assert result["needs_manual_grade"] is True
        assert "JSON" in result["reason"]
        assert {each["score"] for each in result["questions"]} == {None}

    def test_json_can_go_to_a_file_while_people_read_the_table(
        self, course: Path, tmp_path: Path
    ) -> None:
        hand_in(course, "ada")
        shown = grade(course, "--json", tmp_path / "results.json").stdout
        assert "3 / 3" in shown
        assert json.loads((tmp_path / "results.json").read_text())["results"][0]["score"] == 3.0

    def test_json_for_a_folder_that_is_not_there_is_said_before_grading(
        self, course: Path, tmp_path: Path
    ) -> None:
        hand_in(course, "ada")
        result = grade(course, "--json", tmp_path / "none" / "results.json")
        assert result.exit_code == 2
        assert "there is no folder" in result.output
        assert not (course / "gradebook.db").exists()

    def test_table_and_json_show_what_people_decided(self, course: Path) -> None:
        hand_in(course, "ada")
        grade(course)
        with sqlite3.connect(course / "gradebook.db") as gradebook:
            gradebook.execute("UPDATE grade SET manual_score = 0.25, extra_credit = 0.5")
            gradebook.execute("UPDATE submitted_notebook SET late_submission_penalty = 1")
        # It stays: the gradebook knows no due date, so there is no penalty anew.
        result = grade(course, "--json", course / "results.json")
        (shown,) = json.loads((course / "results.json").read_text())["results"]
        (total,) = sqlite3.connect(course / "gradebook.db").execute(
            "SELECT sum(manual_score) + sum(extra_credit) FROM grade"
        )
        assert shown["score"] == total[0] - shown["late_penalty"]
        assert f"{shown['score']:g} / 3" in result.output

    @pytest.mark.parametrize("encoding", ["ascii", "latin-1", "cp1252"])
    def test_a_terminal_of_another_encoding_shows_what_it_can(
        self, course: Path, encoding: str
    ) -> None:
        file = hand_in(course, "ada", double="def double(x):\n    raise ValueError('x\u2080')")
        program = [sys.executable, "-m", "autograder", "check", str(file)]
        env = os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
        shown = subprocess.run(program, capture_output=True, env=env, check=False)
        assert shown.returncode == 1
        assert b"Traceback" not in shown.stderr
        assert b"test_double" in shown.stdout

    def test_what_a_student_is_called_is_not_markup(self, course: Path) -> None:
        hand_in(course, "[red]ada")
        assert "[red]ada" in grade(course).output

    def test_the_pages_of_what_was_graded_can_be_written(self, course: Path) -> None:
        hand_in(course, "ada")
        grade(course)
        result = run("--course-dir", course, "feedback")
        assert result.exit_code == 0
        assert Path(result.output.strip()).read_text().startswith("<!DOCTYPE html>")


@linux_only
class TestIsolation:
    def test_a_submission_runs_in_the_sandbox_unless_told_otherwise(self, course: Path) -> None:
        reads = "open('/etc/hostname').read()\ndef double(x):\n    return 2 * x"
        hand_in(course, "ada", double=reads)
        shown = run("--course-dir", course, "grade", "--jobs", 1, "--json", "-")
        assert json.loads(shown.stdout)["results"][0]["score"] == 2.0

    def test_more_jobs_than_processors_are_not_run(
        self, course: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("autograder.workers.pool.usable_processors", lambda: (0,))
        hand_in(course, "ada")
        arguments = ("--course-dir", course, "grade", "--isolation", "none")
        assert "Of 3 jobs, 1 will run" in run(*arguments, "--jobs", 3).output
        assert "will run" not in run(*arguments, "--force", "--jobs", 1).output

    @pytest.mark.parametrize(
        ("layer", "advice"),
        [("Landlock", "Use Linux 5.19 or newer"), ("seccomp", "Install libseccomp")],
    )
    def test_without_a_layer_it_refuses_and_says_what_to_do(
        self, course: Path, layer: str, advice: str
    ) -> None:
        hand_in(course, "ada")
        done = run_where_refused(layer, "--course-dir", course, "grade")
        assert done.returncode == 2
        assert f"- {layer}:" in done.stderr
        assert advice in done.stderr
        assert "--isolation none" in done.stderr
        assert not (course / "gradebook.db").exists()

    def test_without_a_layer_it_grades_if_told_so(self, course: Path) -> None:
        hand_in(course, "ada")
        arguments = ["--course-dir", course, "grade", "--isolation", "none", "--jobs", 1]
        done = run_where_refused("Landlock", *arguments)
        assert done.returncode == 0, done.stderr
        assert "3 / 3" in done.stdout

    def test_doctor_names_every_layer(self) -> None:
        result = run("doctor")
        assert result.exit_code == 0
        shown = result.output
        layers = ["system", "user", "Landlock", "seccomp", "limits"]
        assert [name for name in layers if name not in shown] == []

    def test_doctor_counts_the_processors(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("autograder.cli.doctor.usable_processors", lambda: (0, 1, 2))
        monkeypatch.setattr("autograder.cli.doctor.measure_use", lambda *_: None)
        shown = " ".join(run("doctor").output.split())
        assert "Processors that may be used: 3." in shown
        assert "keep the machine free of other work" in shown

    def test_doctor_tries_the_limits_of_the_course(self, course: Path) -> None:
        with (course / "nbgrader_config.py").open("a") as config:
            config.write("c.Autograder.memory_bytes = 777 << 20\n")
            config.write("c.Autograder.notebook_seconds = 40\n")
        shown = " ".join(run("--course-dir", course, "doctor").output.split())
        assert "777 MiB memory, 100 s CPU, 32 MiB a file, 64 open files" in shown

    def test_doctor_says_which_layer_is_missing(self) -> None:
        done = run_where_refused("Landlock", "doctor")
        assert done.returncode == 1
        (line,) = [line for line in done.stdout.split("\n") if line.startswith("Landlock")]
        assert "NO" in line
        assert "cannot be isolated" in done.stdout


class TestRelease:
    def release(self, course: Path, *arguments: object) -> Result:
        return run("--course-dir", course, "release", "--isolation", "none", *arguments)

    def test_a_sound_assignment_is_released_with_status_0(self, course: Path) -> None:
        result = self.release(course)
        assert result.exit_code == 0
        assert "the solution earns 3 of 3, the blank release 0 of 3" in result.output
        assert "HIDDEN" not in (course / "release" / ASSIGNMENT / "tiny.ipynb").read_text()

    def test_check_writes_nothing_and_names_what_is_stale(self, course: Path) -> None:
        result = self.release(course, "--check")
        assert result.exit_code == 1
        assert "tiny.ipynb is not what the instructor edition makes" in result.output
        assert not (course / "release").exists()

    @pytest.mark.parametrize(
        ("tests", "problem"),
        [
            ({"test_double": "assert double(2) == 5"}, "the solution does not pass"),
            ({"test_double": "pass"}, "the blank release earns 1 of 1"),
            (
                {"test_double": "import inspect\nassert inspect.getsource(double)"},
                "run-in-candidate",
            ),
        ],
    )
    def test_a_test_that_is_wrong_is_named_with_status_1(
        self, tmp_path: Path, tests: Mapping[str, str], problem: str
    ) -> None:
        course = make_course(tmp_path / "course", {**TESTS, **tests})
        result = self.release(course)
        assert result.exit_code == 1
        assert "  test_double: " in result.output
        assert problem in result.output
        assert not (course / "release").exists()

    def test_a_failed_check_writes_the_student_edition_by_force_only(self, tmp_path: Path) -> None:
        course = make_course(tmp_path / "course", {**TESTS, "test_double": "assert double(2) == 5"})
        assert "the student edition stays as it was" in self.release(course).stdout
        assert not (course / "release").exists()
        result = self.release(course, "--force")
        assert result.exit_code == 1
        assert (course / "release" / ASSIGNMENT / "tiny.ipynb").is_file()

    def test_a_leak_that_is_meant_can_be_said_to_be(self, course: Path) -> None:
        text = (course / "source" / ASSIGNMENT / "tiny.ipynb").read_text()
        text = text.replace("    return x / 2", "    return 1 * x / 2")
        (course / "source" / ASSIGNMENT / "tiny.ipynb").write_text(text)
        (course / "source" / ASSIGNMENT / "tools.py").write_text("    return 1 * x / 2\n")
        result = self.release(course)
        assert result.exit_code == 1
        leak = "tools.py: 'return 1 * x / 2'"
        assert leak in result.stderr
        with (course / "nbgrader_config.py").open("a") as config:
            config.write(f"c.Autograder.meant_to_be_seen = [{leak!r}]\n")
        assert self.release(course).exit_code == 0

    def test_the_fault_of_one_assignment_leaves_the_others(self, course: Path) -> None:
        break_another(course)
        result = self.release(course)
        assert result.exit_code == 1
        assert "autograder: broken: Instructor edition broken/broken.ipynb: cell 1" in result.stderr
        assert (course / "release" / ASSIGNMENT / "tiny.ipynb").is_file()


class TestCheck:
    def test_right_answers_are_status_0(self, tmp_path: Path) -> None:
        (tmp_path / "mine.ipynb").write_text(notebook())
        result = run("check", tmp_path / "mine.ipynb")
        assert result.exit_code == 0
        assert "All 2 tests here pass." in result.output

    def test_a_wrong_answer_is_status_1_with_the_reason(self, tmp_path: Path) -> None:
        (tmp_path / "mine.ipynb").write_text(notebook(ANSWERS | {"double": WRONG}))
        result = run("check", tmp_path / "mine.ipynb")
        assert result.exit_code == 1
        assert "double(2) should be 4" in result.output
        assert "1 of 2 tests do not pass yet." in result.output

    def test_an_exception_is_told_once_with_the_tests_that_it_cost(self, tmp_path: Path) -> None:
        answers = ANSWERS | {"double": "def double(x):\n    return len(x)"}
        tests = {"test_double": "assert double(2) == 4", "test_halve": "assert double(2.0) == 4"}
        (tmp_path / "mine.ipynb").write_text(notebook(answers, tests=tests))
        output = run("check", tmp_path / "mine.ipynb").output
        assert "test_double, test_halve:" in output
        assert output.count("(line 2: return len(x))") == 1

    def test_a_notebook_whose_cells_lost_their_marks_is_no_success(self, tmp_path: Path) -> None:
        content = json.loads(notebook(ANSWERS | {"double": WRONG}))
        for cell in content["cells"]:
            cell["metadata"] = {}
        (tmp_path / "mine.ipynb").write_text(json.dumps(content))
        result = run("check", tmp_path / "mine.ipynb")
        assert result.exit_code == 2
        assert "No test was found" in result.stderr

    def test_tests_that_only_grading_runs_are_no_success(self, tmp_path: Path) -> None:
        unseen = dict.fromkeys(TESTS, "")
        (tmp_path / "mine.ipynb").write_text(notebook(tests=unseen))
        result = run("check", tmp_path / "mine.ipynb")
        assert result.exit_code == 2
        assert "nothing is known of your answers" in result.output
        assert "2 further tests are hidden" in result.output

    def test_what_is_no_notebook_is_status_2(self, tmp_path: Path) -> None:
        (tmp_path / "mine.ipynb").write_text("print('hello')")
        result = run("check", tmp_path / "mine.ipynb")
        assert result.exit_code == 2
        assert result.stderr.startswith("autograder: ")

    def test_hidden_tests_need_the_instructor_edition(self, tmp_path: Path) -> None:
        (tmp_path / "mine.ipynb").write_text(notebook())
        result = run("check", tmp_path / "mine.ipynb", "--all")
        assert result.exit_code == 2
        assert "--all needs the instructor edition" in result.stderr


def test_limits_that_the_solution_exceeds_are_named_and_no_test_is_blamed(course: Path) -> None:
    source = course / "source" / ASSIGNMENT / f"{ASSIGNMENT}.ipynb"
    slow = "import time\\ndef double(x):\\n    time.sleep(1.5)\\n    return 2 * x"
    source.write_text(source.read_text().replace("def double(x):\\n    return 2 * x", slow))
    with (course / "nbgrader_config.py").open("a") as config:
        config.write("c.Autograder.cell_seconds = 1\n")
    hand_in(course, "ada", double="def double(x):\n    while True: pass")
    shown = " ".join(grade(course).output.split())
    assert (
        "tiny/tiny: your own solution exceeds c.Autograder.cell_seconds = 1 in test_double" in shown
    )
    assert "at fault" not in shown
    assert "c.Autograder.cell_seconds is too low" in " ".join(
        run("--course-dir", course, "report").output.split()
    )
