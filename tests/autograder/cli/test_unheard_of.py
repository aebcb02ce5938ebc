"""Slips in files that are written by hand are said, and change no status."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.cli import main
from autograder.cli.unheard_of import unheard_of
from autograder.course.directory import load_course
from tests.autograder.tiny_course import ASSIGNMENT, hand_in, make_course


@pytest.fixture
def course(tmp_path: Path) -> Path:
    root = make_course(tmp_path / "course")
    hand_in(root, "s06")
    return root


SLIPS = {
    "a student's late days": (
        "deadlines.toml",
        '[late]\npolicy = "none"\ndays = 2\ndays_of = {so6 = 1}',
        "names so6, as nobody is called so far. Did you mean s06?",
    ),
    "a student's extension": (
        "deadlines.toml",
        (
            '[due]\ntiny = 2026-10-01T12:00\n[[extension]]\nstudent = "s60"\nassignment = "tiny"\n'
            'until = "+1d"'
        ),
        "names s60, as nobody is called so far. Did you mean s06?",
    ),
    "an extension's assignment": (
        "deadlines.toml",
        '[[extension]]\nstudent = "s06"\nassignment = "tinny"\nuntil = "+1d"',
        "names tinny, which is no assignment in source. Did you mean tiny?",
    ),
    "a due date's assignment": (
        "deadlines.toml",
        "[due]\ntinny = 2026-10-01T12:00",
        "names tinny, which is no assignment in source. Did you mean tiny?",
    ),
    "a decision's assignment": (
        "questions.toml",
        (
            '[[decision]]\nassignment = "tinny"\nnotebook = "tiny"\nquestion = "test_halve"\n'
            'decision = "full"'
        ),
        "names tinny, which is no assignment in source. Did you mean tiny?",
    ),
    "a decision's question": (
        "questions.toml",
        (
            '[[decision]]\nassignment = "tiny"\nnotebook = "tiny"\nquestion = "test_have"\n'
            'decision = "full"'
        ),
        "names tiny/test_have, which is no question of tiny. Did you mean tiny/test_halve",
    ),
}


@pytest.mark.parametrize(("file", "text", "said"), SLIPS.values(), ids=SLIPS)
def test_a_name_that_nothing_has_is_said(course: Path, file: str, text: str, said: str) -> None:
    (course / file).write_text(text.replace("12:00", "12:00:00"))
    (line,) = unheard_of(load_course(course))
    assert line.startswith(f"{file} {said}")


def test_what_is_right_and_what_is_to_come_is_not_said(course: Path) -> None:
    (course / "deadlines.toml").write_text(
        "[due]\ntiny = 2026-10-01\ntiny2 = 2026-10-08\n[late]\ndays = 1\ndays_of = {s06 = 2}\n"
        '[[extension]]\nstudent = "everybody"\nassignment = "tiny2"\nuntil = "+1d"\n'
    )
    assert not list(unheard_of(load_course(course)))


def test_every_command_that_reads_the_files_says_it(course: Path) -> None:
    (course / "deadlines.toml").write_text(
        '[due]\ntiny = 2026-10-01\n[[extension]]\nstudent = "so6"\nassignment = "tiny"\n'
        'until = "+1d"\n'
    )
    for words in (
        f"grade {ASSIGNMENT} --isolation none", f"report {ASSIGNMENT}", "export -o -",
        f"extend s06 {ASSIGNMENT} +1d",
    ):  # fmt: skip
        result = CliRunner().invoke(main, ["--course-dir", str(course), *words.split()])
        assert result.exit_code == 0, result.output
        assert "deadlines.toml names so6" in result.output
