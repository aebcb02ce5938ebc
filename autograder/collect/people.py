"""Who is in a class, by a table of ids, names and addresses, and whom a platform's name means."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autograder.collect.platforms import student_name
from autograder.course.columns import columns_named
from autograder.course.times_table import read_table
from autograder.course.worksheet import Rows, participant_number, read_worksheet
from autograder.errors import CourseError

#: Small letters and digits of the titles that platforms give the columns of a list of people.
_TITLES: Mapping[str, Collection[str]] = {
    "id": ("id", "studentid", "userid", "username", "login", "sisuserid", "sisloginid", "idnumber"),
    "name": ("name", "fullname", "student", "studentname"),
    "first": ("firstname", "givenname"),
    "last": ("lastname", "surname", "familyname"),
    "email": ("email", "emailaddress", "mail"),
    "platform_id": ("platformid", "identifier", "canvasid", "moodleid"),
}
#: How logins and some platforms spell what is not in ASCII.
_IN_ASCII = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa", "æ": "ae",
     "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Ø": "Oe", "Å": "Aa", "Æ": "Ae"}
)  # fmt: skip


@dataclass(frozen=True)
class Person:
    """One of a class.

    Attributes
    ----------
    label
        What a message calls them.
    id
        What they are called in the course; empty if the table does not say.
    names
        All that a platform may call them, letter for letter.
    spellings
        The letters of their name from any word of it on, as some platforms write it in one, without
        accents.
    platform_id
        The platform's number.
    first, last, email
        As the gradebook has them, each as far as the table tells it.
    """

    label: str
    id: str
    names: frozenset[str]
    spellings: frozenset[str]
    platform_id: str = ""
    first: str = ""
    last: str = ""
    email: str = ""


def read_roster(path: Path) -> list[Person]:
    """The people in a table with a column ``id``, and perhaps of names and e-mail addresses.

    Raises
    ------
    CourseError
        It cannot be read, or has none of these columns.
    """
    titles, rows = read_table(path)
    columns = _columns(titles, rows)
    if not any(columns.values()):
        raise CourseError(
            f"{path} has the columns {', '.join(titles) or 'of none'}, expected id, name or email: "
            "put their titles into the first line."
        )
    return [
        _person({what: row[title].strip() if title else "" for what, title in columns.items()})
        for row in rows
    ]


def meant_by(
    people: Sequence[Person], name: str, platform_id: str = "", platform: str = ""
) -> list[Person]:
    """Who of the class can be meant: by the platform's number, else by the name.

    A name counts letter for letter before it does without accents, hyphens and order. Nobody is
    meant whose number is another one, but on Moodle, which numbers people anew for each assignment.
    What in the column of numbers is none is a user's name, which counts as a name does.

    >>> lee = Person("7", "7", frozenset(), frozenset({"leeparkkim"}))
    >>> [person.id for person in meant_by([lee], "Lee-Park, Kim")]
    ['7']
    """
    if numbered := [p for p in people if platform_id and p.platform_id == platform_id]:
        return numbered
    has_number = platform_id and platform != "moodle"
    others = [p for p in people if not (has_number and p.platform_id.isdecimal())]
    known, letters = _known_by(name), _letters(name)
    exact = [person for person in others if known in person.names]
    return exact or [person for person in others if letters in person.spellings]


def _columns(titles: Sequence[str], rows: Rows) -> dict[str, str]:
    """The columns by their titles; addresses and those of Moodle's worksheet by what they hold."""
    columns = columns_named(titles, _TITLES)
    addresses = (title for title in titles if rows and all("@" in row[title] for row in rows))
    columns["email"] = columns["email"] or next(addresses, "")
    if number := read_worksheet(titles, rows).number:
        columns["platform_id"] = number
        columns["id"] = "" if columns["id"] == number else columns["id"]
        behind = titles[titles.index(number) + 1 :]
        columns["name"] = columns["name"] or next(iter(behind), "")
    return columns


def _person(row: Mapping[str, str]) -> Person:
    first, last = row["first"], row["last"]
    both = f"{first} {last}".strip()
    names = [row["id"], row["name"], row["email"], row["email"].partition("@")[0]]
    names += [row["platform_id"], both, f"{last}, {first}" if first and last else ""]
    full = list(map(student_name, (row["name"], both)))
    full += [name.translate(_IN_ASCII) for name in full]
    spelt = {spelling for name in full for spelling in _turned(name)}
    return Person(
        row["id"] or row["name"] or both or row["email"],
        row["id"],
        frozenset(filter(None, map(_known_by, names))),
        frozenset(spelt),
        participant_number(row["platform_id"]) or row["platform_id"],
        *_first_and_last(row),
        row["email"],
    )


def _first_and_last(row: Mapping[str, str]) -> tuple[str, str]:
    """Of a name in one column, what stands before a comma, or the last word, is the family's."""
    if row["first"] or row["last"]:
        return row["first"], row["last"]
    last, comma, first = (part.strip() for part in row["name"].partition(","))
    if comma:
        return first, last
    first, _, last = row["name"].rpartition(" ")
    return first, last


def _turned(name: str) -> Iterator[str]:
    """The letters of a name from each of its words on: the family name may come first.

    >>> sorted(_turned("Kim Lee-Park"))
    ['kimleepark', 'leeparkkim', 'parkkimlee']
    """
    words = list(filter(None, map(_letters, re.split(r"[\s,\-‐‑]+", name))))
    for number in range(len(words)):
        yield "".join(words[number:] + words[:number])


def _letters(name: str) -> str:
    """Small letters and digits of a name, without accents."""
    apart = unicodedata.normalize("NFKD", student_name(name)).casefold()
    return "".join(character for character in apart if character.isalnum())


def _known_by(name: str) -> str:
    return student_name(name).casefold()
