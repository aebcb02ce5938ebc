"""What lies in the submitted folder is told once it is whole, and again when it has changed."""

from __future__ import annotations

from pathlib import Path

import pytest

from autograder.course.directory import load_course
from autograder.course.submissions import Submission, read_submission
from autograder.watch.arrivals import PATIENCE, SETTLE, Arrivals
from tests.autograder.tiny_course import hand_in, make_course

ADA = ("tiny", "ada")


class Place:
    """A course with a clock of its own."""

    def __init__(self, root: Path) -> None:
        self.root = make_course(root)
        self.course = load_course(root)
        self.now = 0.0
        self.arrivals = Arrivals(self.course, ["tiny"], lambda: self.now)

    def after(self, seconds: float) -> list[tuple[str, str]]:
        self.now += seconds
        return self.arrivals.look()

    def read(self) -> Submission:
        return read_submission(self.course, "tiny", "ada")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path / "course")


def test_it_is_told_once_when_it_has_settled(place: Place) -> None:
    hand_in(place.root, "ada")
    assert place.after(0.0) == []
    assert place.arrivals.seconds_to_wait() == SETTLE
    assert place.after(SETTLE) == [ADA]
    assert place.arrivals.is_whole(ADA, place.read())
    assert place.after(100.0) == []
    assert place.arrivals.seconds_to_wait() is None


def test_it_is_told_again_when_it_has_changed(place: Place) -> None:
    hand_in(place.root, "ada")
    place.after(0.0)
    assert place.after(SETTLE) == [ADA]
    hand_in(place.root, "ada", halve="0")
    assert place.after(1.0) == []
    assert place.after(SETTLE) == [ADA]


def test_what_changes_while_it_is_read_is_not_whole(place: Place) -> None:
    hand_in(place.root, "ada")
    place.after(0.0)
    assert place.after(SETTLE) == [ADA]
    submission = place.read()
    hand_in(place.root, "ada", halve="0")
    assert not place.arrivals.is_whole(ADA, submission)


@pytest.mark.parametrize("text", ["", '{"cells": ['], ids=["empty", "half"])
def test_half_a_notebook_is_waited_for(place: Place, text: str) -> None:
    hand_in(place.root, "ada", text or "")
    place.after(0.0)
    assert place.after(SETTLE) == [ADA]
    assert not place.arrivals.is_whole(ADA, place.read())
    assert place.after(PATIENCE / 2) == []
    assert place.after(PATIENCE / 2) == [ADA]
    assert place.arrivals.is_whole(ADA, place.read())


def test_a_missing_notebook_is_waited_for(place: Place) -> None:
    hand_in(place.root, "ada").unlink()
    place.after(0.0)
    assert place.after(SETTLE) == [ADA]
    assert not place.arrivals.is_whole(ADA, place.read())


def test_a_link_is_looked_at_and_not_followed(place: Place) -> None:
    hand_in(place.root, "ben")
    (place.root / "submitted" / "ada").mkdir()
    (place.root / "submitted" / "ada" / "tiny").symlink_to(place.root / "source" / "tiny")
    place.after(0.0)
    assert ADA in place.after(SETTLE)
    watched = {path.name for path in place.arrivals.folders()}
    assert watched == {"submitted", "ada", "ben", "tiny"}
    assert not any(path.is_symlink() for path in place.arrivals.folders())


def test_what_is_gone_is_nobodys(place: Place) -> None:
    hand_in(place.root, "ada").unlink()
    place.after(0.0)
    (place.root / "submitted" / "ada" / "tiny").rmdir()
    assert place.after(SETTLE) == []
    assert place.arrivals.party(ADA) is None
