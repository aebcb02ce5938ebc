"""Of the exchange, whole folders of plain files are copied, and no link is followed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.course.submissions import read_submission
from autograder.watch.arrivals import PATIENCE, SETTLE, Key
from autograder.watch.inbound import Inbound
from tests.autograder.tiny_course import CONFIG, make_course, notebook

FIRST = "2026-11-30 10:00:00.000001 UTC"
SECOND = "2026-11-30 11:00:00.000001 UTC"
ADA = ("tiny", "ada")


class Exchange:
    """A course with an exchange, and a clock of its own."""

    def __init__(self, folder: Path) -> None:
        self.root = make_course(folder / "course")
        self.folder = folder / "exchange" / "c101" / "inbound"
        self.folder.mkdir(parents=True)
        exchange = f"c.Exchange.root = {str(folder / 'exchange')!r}\n"
        config = f"{CONFIG}c.CourseDirectory.course_id = 'c101'\n{exchange}"
        (self.root / "nbgrader_config.py").write_text(config)
        self.now = 0.0
        self.is_left = True
        self.open()

    def open(self) -> None:
        self.inbound = Inbound(load_course(self.root), ["tiny"], lambda: self.now)

    def hand_in(self, time: str = FIRST, student: str = "ada", text: str | None = None) -> Path:
        folder = self.folder / f"{student}+tiny+{time}+{abs(hash(time)) % 1000}"
        folder.mkdir()
        (folder / "tiny.ipynb").write_text(notebook() if text is None else text)
        (folder / "timestamp.txt").write_text(time)
        return folder

    def after(self, seconds: float) -> list[Key]:
        self.now += seconds
        return self.inbound.take(lambda *_: self.is_left)

    def taken(self) -> list[Key]:
        """What is taken once all has settled."""
        return self.after(0.0) + self.after(PATIENCE)

    def submitted(self) -> dict[str, str]:
        folder = self.root / "submitted" / "ada" / "tiny"
        return {path.name: path.read_text() for path in folder.glob("*")}


@pytest.fixture
def exchange(tmp_path: Path) -> Exchange:
    return Exchange(tmp_path)


def test_it_is_taken_once_with_its_time(exchange: Exchange) -> None:
    exchange.hand_in()
    assert exchange.after(0.0) == []
    assert exchange.after(SETTLE) == [ADA]
    assert exchange.after(SETTLE) == []
    submission = read_submission(exchange.inbound.course, "tiny", "ada")
    assert str(submission.submitted_at) == "2026-11-30 10:00:00.000001+00:00"
    exchange.open()
    assert exchange.taken() == []


def test_the_newest_is_taken(exchange: Exchange) -> None:
    exchange.hand_in(SECOND, text="second")
    exchange.hand_in(FIRST, text="first")
    assert exchange.taken() == [ADA]
    assert exchange.submitted()["tiny.ipynb"] == "second"


def test_without_its_last_file_it_is_waited_for(exchange: Exchange) -> None:
    folder = exchange.hand_in()
    (folder / "timestamp.txt").unlink()
    assert exchange.after(0.0) + exchange.after(SETTLE) == []
    (folder / "timestamp.txt").write_text(FIRST)
    assert exchange.after(0.0) + exchange.after(SETTLE) == [ADA]


def test_nothing_is_taken_of_whom_no_attempt_is_left(exchange: Exchange) -> None:
    exchange.hand_in()
    exchange.is_left = False
    assert exchange.taken() == []
    assert exchange.submitted() == {}
    exchange.is_left = True
    exchange.inbound.look_again(ADA)
    assert exchange.taken() == [ADA]


def test_a_link_for_a_notebook_is_not_followed(exchange: Exchange, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    path = exchange.hand_in() / "tiny.ipynb"
    path.unlink()
    path.symlink_to(secret)
    assert exchange.taken() == []
    assert "no plain file" in exchange.inbound.refused[ADA]
    assert exchange.submitted() == {}


def test_a_link_for_a_folder_is_not_followed(exchange: Exchange, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "secret").write_text("secret")
    (exchange.hand_in() / "data").symlink_to(tmp_path / "private")
    assert exchange.taken() == []
    assert exchange.submitted() == {}


def test_a_link_for_the_whole_is_not_followed(exchange: Exchange) -> None:
    source = exchange.root / "source" / "tiny"
    (exchange.folder / f"ada+tiny+{FIRST}").symlink_to(source)
    assert exchange.taken() == []
    assert exchange.submitted() == {}


@pytest.mark.timeout(30)
def test_a_pipe_keeps_nobody_waiting(exchange: Exchange) -> None:
    os.mkfifo(exchange.hand_in() / "data.csv")
    exchange.hand_in(student="ben")
    assert exchange.taken() == [("tiny", "ben")]


def test_too_many_files_are_refused(exchange: Exchange) -> None:
    folder = exchange.hand_in()
    for number in range(exchange.inbound.course.settings.limits.scratch_files + 1):
        (folder / str(number)).touch()
    assert exchange.taken() == []
    assert "more than" in exchange.inbound.refused[ADA]


@pytest.mark.parametrize(
    "name",
    ["ada", "+tiny+" + FIRST, "..+tiny+" + FIRST, ".ada+tiny+" + FIRST, "ada+other+" + FIRST],
)
def test_other_names_are_nobodys(exchange: Exchange, name: str) -> None:
    (exchange.folder / name).mkdir()
    assert exchange.taken() == []
    assert exchange.inbound.refused == {}


def test_a_name_without_a_time_is_told(exchange: Exchange) -> None:
    (exchange.folder / "ada+tiny+soon").mkdir()
    assert exchange.taken() == []
    assert "tells no time" in exchange.inbound.refused[ADA]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_nobody_hands_in_for_somebody_else(exchange: Exchange) -> None:
    folder = exchange.hand_in()
    for path in (folder, *folder.iterdir()):
        os.chown(path, 2, 2)
    assert exchange.taken() == []
    assert "it belongs to bin" in exchange.inbound.refused[ADA]
    config = exchange.root / "nbgrader_config.py"
    config.write_text(config.read_text() + "c.ExchangeCollect.check_owner = False\n")
    exchange.open()
    assert exchange.taken() == [ADA]


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to others")
def test_a_file_of_somebody_elses_is_not_taken(exchange: Exchange) -> None:
    os.chown(exchange.hand_in() / "tiny.ipynb", 2, 2)
    assert exchange.taken() == []
    assert "belongs to another user" in exchange.inbound.refused[ADA]
