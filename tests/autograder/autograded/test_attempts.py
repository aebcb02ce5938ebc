"""Attempts are counted by what was handed in, each once."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from autograder.autograded.attempts import (
    Attempt,
    Attempts,
    Policy,
    load_attempts,
    save_attempts,
)

NOW = datetime(2026, 11, 30, tzinfo=UTC)
TWO = Policy(allowed=2)
SCORES = {"n": {"q": 1.0}}


def made(*digests: str) -> Attempts:
    attempts = Attempts()
    for digest in digests:
        attempts = attempts.begun(Attempt(digest, NOW), TWO, {}).graded(SCORES)
    return attempts


def test_a_version_counts_once() -> None:
    attempts = made("a").begun(Attempt("a", NOW), TWO, {})
    assert len(attempts.made) == 1
    assert attempts.made[0].scores == SCORES


@pytest.mark.parametrize(
    ("digests", "digest", "is_left"),
    [("", "a", True), ("a", "b", True), ("ab", "b", True), ("ab", "c", False), ("ab", "a", False)],
)
def test_as_many_are_left_as_allowed(digests: str, digest: str, is_left: bool) -> None:
    assert made(*digests).is_left_for(digest, TWO) is is_left
    assert made(*digests).is_left_for(digest, Policy())


def test_what_could_not_be_graded_is_no_attempt() -> None:
    attempts = made("a").begun(Attempt("b", NOW), TWO, {}).graded({})
    assert [each.digest for each in attempts.made] == ["a"]


def test_seeds_stay() -> None:
    attempts = Attempts().begun(Attempt("a", NOW), TWO, {"n": 1}).graded({})
    assert attempts.begun(Attempt("b", NOW), TWO, {"n": 2}).seeds == {"n": 1}


def test_a_refused_version_is_noted_with_its_first_time() -> None:
    later = NOW.replace(hour=1)
    attempts = made("a").with_refused(Attempt("b", NOW), TWO).with_refused(Attempt("b", later), TWO)
    assert attempts.refused is not None
    assert attempts.refused.at == NOW
    assert attempts.begun(Attempt("a", NOW), TWO, {}).refused == attempts.refused
    assert attempts.begun(Attempt("c", NOW), TWO, {}).refused is None


def test_they_are_read_as_they_were_written(tmp_path: Path) -> None:
    save_attempts(tmp_path / "ada", made("a", "b"))
    save_attempts(tmp_path / "ben", made("a"))
    (tmp_path / "cleo").mkdir()
    (tmp_path / "cleo" / "watch.attempts.json").write_text("{")
    folders = [tmp_path / name for name in ("ben", "ada", "cleo", "dan")]
    assert load_attempts(folders) == made("a", "b")
    assert load_attempts([tmp_path / "cleo"]) == Attempts()


def test_what_a_kill_has_left_is_removed(tmp_path: Path) -> None:
    (tmp_path / ".watch.attempts.json.x.unfinished").touch()
    save_attempts(tmp_path, made("a"))
    assert [path.name for path in tmp_path.iterdir()] == ["watch.attempts.json"]
