"""The log: what an instructor finds in it, and what nobody's notebook can do to it."""

from __future__ import annotations

import json
import logging
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from autograder.cli import main
from autograder.errors import GraderFault
from autograder.grading import executor as executor_module
from autograder.workers import slot
from tests.autograder.tiny_course import hand_in, make_course
from tests.autograder.workers.test_faults import INTERPRETER

ENTRY = re.compile(
    r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} (DEBUG|INFO|WARNING|ERROR) +autograder[.\w]* \[\S+\] .+"
)


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    hand_in(root, "ada")
    return root


def grade(course: Path, *options: str) -> Result:
    arguments = ["--course-dir", str(course), *options, "grade", "--isolation", "none", "-j", "1"]
    return CliRunner().invoke(main, arguments)


def entries(text: str) -> list[str]:
    """The entries of a log; every line that is not indented begins one."""
    found = re.split(r"\n(?! )", text.rstrip("\n"))
    assert [each for each in found if not ENTRY.match(each)] == []
    return found


def fail_once(monkeypatch: pytest.MonkeyPatch, message: str) -> None:
    candidate = slot.Slot.candidate
    faults = [GraderFault(message)]

    def failing(*arguments: object) -> object:
        if faults:
            raise faults.pop()
        return candidate(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(slot.Slot, "candidate", failing)


def break_the_examiner(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    """Have notebooks graded under an interpreter whose examiner raises in its loop."""
    interpreter = folder / "python"
    text = INTERPRETER.format(python=sys.executable, breakage="zygote.examine = broken")
    interpreter.write_text(text)
    interpreter.chmod(0o755)
    monkeypatch.setattr(executor_module, "interpreter_of", lambda *_: str(interpreter))


def test_a_log_file_tells_what_is_graded(course: Path, tmp_path: Path) -> None:
    assert grade(course, "--log-file", str(tmp_path / "log")).exit_code == 0
    told = "\n".join(entries((tmp_path / "log").read_text("utf-8")))
    assert "tiny: grading the submissions of 1 students" in told
    assert "ada/tiny/tiny: grading begins in slot 0" in told
    assert "ada/tiny: recorded" in told


def test_a_log_file_is_continued(course: Path, tmp_path: Path) -> None:
    for _ in range(2):
        grade(course, "--log-file", str(tmp_path / "log"))
    told = (tmp_path / "log").read_text("utf-8")
    assert told.count("grading the submissions") == 2
    assert told.count("ada/tiny: unchanged, its grade stays") == 1


def test_the_terminal_shows_nothing_but_faults_unless_told_to(course: Path) -> None:
    assert grade(course).stderr == ""


@pytest.mark.parametrize(("option", "details"), [("-v", False), ("-vv", True)])
def test_the_terminal_shows_as_much_as_it_is_told_to(
    course: Path, option: str, details: bool
) -> None:
    told = entries(grade(course, option).stderr)
    assert any("ada/tiny: recorded" in entry for entry in told)
    assert any("DEBUG" in entry for entry in told) is details


def test_a_log_file_that_cannot_be_written_is_a_usage_error(course: Path) -> None:
    result = grade(course, "--log-file", str(course / "nowhere" / "log"))
    assert result.exit_code == 2
    assert "nowhere/log cannot be written: No such file or directory" in result.stderr


def test_nothing_is_logged_once_the_command_has_ended(course: Path, tmp_path: Path) -> None:
    grade(course, "--log-file", str(tmp_path / "log"))
    before = (tmp_path / "log").read_text("utf-8")
    logging.getLogger("autograder").error("later")
    assert (tmp_path / "log").read_text("utf-8") == before
    assert logging.getLogger("autograder").level == logging.NOTSET


def test_a_retry_is_told_with_its_traceback(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_once(monkeypatch, "the lights went out")
    result = grade(course, "--log-file", str(tmp_path / "log"))
    assert "3 / 3" in result.output
    (shown,) = [line for line in result.stderr.splitlines() if " try " in line]
    assert re.fullmatch(r".+: try 1 of 3 failed: the lights went out", shown)
    told = entries((tmp_path / "log").read_text("utf-8"))
    (entry,) = [each for each in told if "try 1 of 3 failed" in each]
    assert "in failing" in entry
    assert any("renewing the worker processes of slot 0" in each for each in told)


def test_what_a_student_wrote_stays_in_its_entry(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forged = "\x1b[2J\r\n2026-01-01 00:00:00,000 INFO autograder all is well\n" + "x" * 100_000
    fail_once(monkeypatch, forged)
    grade(course, "--log-file", str(tmp_path / "log"))
    told = (tmp_path / "log").read_text("utf-8")
    assert "\x1b" not in told
    assert "\n    2026-01-01 00:00:00,000 INFO autograder all is well" in told
    assert "\n2026-01-01" not in told
    assert len(told) < 60_000
    assert entries(told)


def test_a_fault_that_ends_the_command_is_in_the_log(course: Path, tmp_path: Path) -> None:
    (course / "nbgrader_config.py").write_text("c = get_config()\nc.Autograder.cell_second = 3\n")
    assert grade(course, "--log-file", str(tmp_path / "log")).exit_code == 2
    (entry,) = [each for each in entries((tmp_path / "log").read_text()) if "ERROR" in each]
    assert "cell_second is not a setting" in entry


def test_the_traceback_of_a_forked_process_is_in_the_log_and_in_the_record(
    course: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_the_examiner(monkeypatch, tmp_path)
    result = grade(course, "--log-file", str(tmp_path / "log"))
    assert result.exit_code == 1
    record = json.loads((course / "autograded/ada/tiny/tiny.grading.json").read_text())["result"]
    assert "an examiner has ended: it exited with status 1" in record["error"]
    assert "SIGKILL" not in record["error"] + record["detail"]
    told = (tmp_path / "log").read_text("utf-8")
    for text in (record["detail"], told):
        assert re.search(r'zygote\.py", line \d+, in become_child', text)
        assert "ZeroDivisionError: a fault of ours" in text
    assert len(re.findall(r"ada/tiny/tiny: try \d of 3 failed", told)) == 2
    assert "ada/tiny/tiny: the grader failed, not the submission" in told
