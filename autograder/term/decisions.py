"""Which questions count, decided after the release: ``questions.toml`` in the course folder."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from autograder.course.directory import Course
from autograder.errors import CourseError
from autograder.term.log import append_table, expect_keys, read_toml

FILE = "questions.toml"
_KEYS = ("assignment", "notebook", "question", "decision", "points", "why")


class Kind(StrEnum):
    """What becomes of a question."""

    DROP = "drop"  # the share of the points for all others stands in its place
    VOID = "void"  # worth nothing; the assignment has fewer points
    FULL = "full"  # all points for everybody who handed in
    ADD = "add"  # so many points more for everybody who handed in
    RESTORE = "restore"  # as it was graded


#: What students are told of it, on their pages.
TOLD: Mapping[str, str] = {
    Kind.DROP: "This question does not count. In its place stands your share of the points for all "
    "other questions, so that the most that can be reached is what it was.",
    Kind.VOID: "This question does not count: it is worth no points.",
    Kind.FULL: "Everybody who handed in has all points for this question.",
    Kind.ADD: "Everybody who handed in has more points for this question.",
}


@dataclass(frozen=True)
class Decision:
    """What was decided of one question; ``points`` are those of `Kind.ADD`."""

    kind: Kind
    points: float = 0.0

    @property
    def is_without_score(self) -> bool:
        """Whether nobody's points depend on the question's own score."""
        return self.kind in (Kind.DROP, Kind.VOID, Kind.FULL)


#: By assignment, then by notebook and question.
Decisions = Mapping[str, Mapping[tuple[str, str], Decision]]


@dataclass(frozen=True)
class Standing:
    """One question of one submission.

    ``score`` is a person's or the automatic one, None if there is neither. ``handed_in`` says
    whether its notebook was, and was graded: by its tests, or where they could not, by a person.
    """

    notebook: str
    question: str
    score: float | None
    max_score: float
    handed_in: bool


def decided_scores(
    standings: Iterable[Standing], decisions: Mapping[tuple[str, str], Decision]
) -> dict[tuple[str, str], float]:
    """The points of those questions of a submission that something was decided of.

    >>> first, second = Standing("p", "a", 1.0, 4.0, True), Standing("p", "b", 3.0, 4.0, True)
    >>> decided_scores([first, second], {("p", "a"): Decision(Kind.DROP)})
    {('p', 'a'): 3.0}
    """
    scores: dict[tuple[str, str], float] = {}
    dropped: dict[tuple[str, str], float] = {}
    earned = possible = 0.0  # for all questions that count
    for each in standings:
        key = each.notebook, each.question
        decision = decisions.get(key)
        is_known = each.score is not None
        if decision is None:
            pass
        elif decision.kind is Kind.FULL and each.handed_in:
            scores[key] = max(each.max_score, each.score or 0.0)
        elif decision.kind is Kind.ADD and each.handed_in and is_known:
            scores[key] = (each.score or 0.0) + decision.points
        elif decision.kind in (Kind.DROP, Kind.VOID):
            if is_known or each.handed_in:
                scores[key] = 0.0
            if decision.kind is Kind.DROP:
                dropped[key] = each.max_score
            continue
        # What is added is on top, and no part of the share that stands for what is dropped.
        is_on_top = decision is not None and decision.kind is Kind.ADD
        earned += (each.score or 0.0) if is_on_top else scores.get(key, each.score or 0.0)
        possible += each.max_score
    for key in dropped.keys() & scores.keys():
        scores[key] = dropped[key] * earned / possible if possible else 0.0
    return scores


def read_decisions(course: Course) -> Decisions:
    """What was decided; the last word on a question holds.

    Raises
    ------
    CourseError
        The file cannot be read, or something in it is unknown.
    """
    path = course.root / FILE
    found: dict[str, dict[tuple[str, str], Decision]] = {}
    entries = read_toml(path, ("decision",)).get("decision", [])
    for number, entry in enumerate(entries if isinstance(entries, list) else [entries], start=1):
        entry = expect_keys(f"{path}: decision {number}", entry, _KEYS)
        names = [entry.get(key) for key in ("assignment", "notebook", "question")]
        if not all(isinstance(name, str) and name for name in names):
            raise CourseError(
                f"{path}: decision {number} has to name an assignment, a notebook and a question."
            )
        assignment, notebook, question = map(str, names)
        known = found.setdefault(assignment, {})
        known[notebook, question] = _decision(path, number, entry)
    return {
        assignment: {key: each for key, each in known.items() if each.kind is not Kind.RESTORE}
        for assignment, known in found.items()
    }


def add_decision(
    course: Course, assignment: str, question: tuple[str, str], decision: Decision, why: str = ""
) -> None:
    """Write a decision on a notebook's ``question`` to the end of the file.

    Raises
    ------
    CourseError
        The file is of another form.
    """
    values: dict[str, Any] = dict(zip(_KEYS, (assignment, *question), strict=False))
    values["decision"] = str(decision.kind)
    values |= {"points": decision.points} if decision.kind is Kind.ADD else {}
    append_table(course.root / FILE, "decision", values | ({"why": why} if why else {}))


def _decision(path: Path, number: int, entry: Mapping[str, Any]) -> Decision:
    kind, points = entry.get("decision"), entry.get("points", 0.0)
    if kind not in list(Kind):
        raise CourseError(
            f"{path}: decision {number} is {kind!r}, expected one of {', '.join(Kind)}."
        )
    is_number = isinstance(points, int | float) and not isinstance(points, bool)
    if not is_number or not abs(points) < 1e6:
        raise CourseError(
            f"{path}: decision {number} has the points {points!r}, expected a number."
        )
    return Decision(Kind(kind), float(points))
