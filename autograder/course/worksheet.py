"""Moodle's grading worksheet, in whichever language it was downloaded, by what its columns hold.

Its titles and the word before a participant's number are in the language of who downloads it. The
columns and their order are not: a number of each participant, then names, later the grade, the
maximum grade beside it, and behind these the time of the submission and that of the grade.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from autograder.course.written_times import written_times

Rows = Sequence[Mapping[str, str]]
#: ``Participant 123``, ``Teilnehmer/in123``: a word, and a number. Nobody's login has so long one.
_PARTICIPANT = re.compile(r"((?=\D*[^\W\d_])(?:\D{7,}|\D*[^\x00-\x7f]\D*))(\d+)")
_LONGEST = 100  # characters
_AMOUNT = re.compile(r"\d+([.,]\d+)?")


@dataclass(frozen=True)
class Worksheet:
    """The titles of the columns that matter; empty where nothing tells which column it is.

    ``times`` are all that can be meant by the time of the submission, which is certain of one.
    """

    number: str
    grade: str
    maximum: str
    times: tuple[str, ...]


def participant_number(text: str) -> str:
    """The number in a name that Moodle gives a participant; empty if it is no such name.

    >>> participant_number("Teilnehmer/in17"), participant_number("参加者17")
    ('17', '17')
    >>> participant_number("s17"), participant_number("x7Kd2")
    ('', '')
    """
    found = _participant(text)
    return found[2] if found else ""


def read_worksheet(titles: Sequence[str], rows: Rows) -> Worksheet:
    """Which column holds what."""
    cells = {title: [row[title].strip() for row in rows] for title in titles}
    number = next((title for title in titles if _are_participants(cells[title])), "")
    alike = [at for at, title in enumerate(titles) if at and _is_amount(cells[title])]
    # A grade that all have alike stands before it.
    maxima = [at for at in alike if at + 1 not in alike]
    times = [at for at, title in enumerate(titles) if times_of(cells[title])]
    first_behind = {next((at for at in times if at > most), -1) for most in maxima} - {-1}
    submitted = sorted(first_behind) if first_behind else times
    most = next((at for at in maxima if len(maxima) == 1), 0)
    return Worksheet(
        number,
        titles[most - 1] if most else "",
        titles[most] if most else "",
        tuple(titles[at] for at in submitted),
    )


def times_of(cells: Sequence[str]) -> dict[str, str]:
    """The times in a column, as ISO 8601 has them; none if it holds something else."""
    told = {cell for cell in cells if cell not in ("", "-")}
    return {text: time.isoformat() for text, time in written_times(told).items()}


def _participant(text: str) -> re.Match[str] | None:
    # What students wrote may stand in a column, too, and be as long as they like.
    return _PARTICIPANT.fullmatch(text.strip()) if len(text) <= _LONGEST else None


def _are_participants(cells: Sequence[str]) -> bool:
    found = list(map(_participant, cells))
    words = {match[1] for match in found if match}
    numbers = {match[2] for match in found if match}
    return len(words) == 1 and len(numbers) == len(cells)


def _is_amount(cells: Sequence[str]) -> bool:
    return len(set(cells)) == 1 and _AMOUNT.fullmatch(cells[0]) is not None
