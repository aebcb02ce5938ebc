"""Pairs of submissions side by side, as one self-contained HTML page for the instructor.

What students wrote is shown as lines of plain text, which the template escapes: nothing parses it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autograder.course.files import write_atomically
from autograder.sanitise import Room, plain_text
from autograder.sanitise.templates import page_templates
from autograder.similarity.fingerprints import Passage
from autograder.similarity.pairs import FEWEST_SHARED, LEAST_SHARE, Comparison, Pair, usual_number

MOST_PAIRS = 50  # side by side on the page
MOST_ROWS = 300  # in the table of the page
LINES = 200  # of a cell
LINE_LIMIT = 200  # characters of a line
NAME_LIMIT = 200  # characters of a student's name or a reason
# The style sheet of feedback pages serves here as well.
_TEMPLATES = (Path(__file__).parent, Path(__file__).parents[1] / "feedback")


@dataclass(frozen=True)
class Excerpt:
    """A cell of one student: its lines, and whether they are in the other one's as well."""

    notebook: str
    lines: tuple[tuple[str, bool], ...]
    left_out: int


def write_comparison(comparison: Comparison, folder: Path) -> Path:
    """Write the page to ``folder``, and return its path.

    Raises
    ------
    OSError
        It cannot be written.
    """
    path = folder / f"{comparison.assignment}.html"
    write_atomically(path, render_comparison(comparison))
    return path


def render_comparison(comparison: Comparison) -> str:
    """The page: no script, nothing loaded from elsewhere, text of students escaped and bounded."""
    environment = page_templates(*_TEMPLATES)
    environment.filters["plain"] = partial(plain_text, limit=NAME_LIMIT)
    room = Room()
    return environment.get_template("similar.html.j2").render(
        comparison=comparison,
        rows=comparison.pairs[:MOST_ROWS],
        shown=[
            (pair, list(_side_by_side(comparison, pair, room)))
            for pair in comparison.pairs[:MOST_PAIRS]
        ],
        usual=usual_number(comparison.compared),
        least_share=LEAST_SHARE,
        fewest=FEWEST_SHARED,
    )


def _side_by_side(
    comparison: Comparison, pair: Pair, room: Room
) -> Iterator[tuple[Excerpt, Excerpt]]:
    """The cells that share something, each beside the one with which it shares the most."""
    shared = comparison.shared(pair)
    seen: set[int] = set()
    for left, right in _matches(pair, shared):
        if {id(left), id(right)} <= seen:
            continue
        seen |= {id(left), id(right)}
        common = shared & frozenset(left.fingerprints) & frozenset(right.fingerprints)
        if not room.take(characters=len(left.text) + len(right.text)):
            return
        yield _excerpt(left, common), _excerpt(right, common)


def _matches(pair: Pair, shared: frozenset[int]) -> list[tuple[Passage, Passage]]:
    """Cells of both that have something of ``shared`` in common, those with the most first."""
    lefts, rights = (
        [(passage, shared.intersection(passage.fingerprints)) for passage in work.passages]
        for work in (pair.first, pair.second)
    )
    found = [
        (len(ours & theirs), left, right)
        for left, ours in lefts
        if ours
        for right, theirs in rights
        if ours & theirs
    ]
    return [(left, right) for _, left, right in sorted(found, key=lambda each: -each[0])]


def _excerpt(passage: Passage, common: frozenset[int]) -> Excerpt:
    marked = passage.lines_with(common)
    lines = passage.text.split("\n")
    shown = ((_cut(line), n in marked) for n, line in enumerate(lines[:LINES]))
    return Excerpt(passage.notebook, tuple(shown), max(0, len(lines) - LINES))


def _cut(line: str) -> str:
    """The beginning of a line, on one line, and that it goes on."""
    shown = plain_text(line, len(line))
    return shown if len(shown) <= LINE_LIMIT else f"{shown[: LINE_LIMIT - 1]}…"
