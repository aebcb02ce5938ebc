"""What a platform says in files of its own, beside the students' folders: names and times.

None of these files lies within a student's folder: there it would be the student's word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import yaml

from autograder.collect.entry import Entry
from autograder.collect.patterns import time_of
from autograder.collect.platforms import Owned, student_name
from autograder.course.times import in_zone
from autograder.errors import CourseError

#: The same in C, where that was built.
_SafeLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_GRADESCOPES = "submission_metadata.yml"
_LARGEST = 64 << 20  # bytes of such a file that are read
_DEEPEST = 100
_ANEW = "Export the submissions from Gradescope once more."
_SAKAIS = re.compile(r"(?P<who>(?:.*/)?[^/]*\([^/()]+\))[/_]timestamp\.txt")


@dataclass(frozen=True)
class Submitted:
    """Who handed a submission in together, and when, if that is told."""

    names: tuple[str, ...]
    time: datetime | None = None


def with_what_lies_beside(owned: Sequence[Owned], nobodys: Iterable[Entry]) -> list[Owned]:
    """The files with the names and times that a platform's own files tell of them.

    What several people handed in together is each one's.

    Raises
    ------
    CourseError
        A platform's list of its submissions cannot be read.
    """
    found = list(owned)
    for entry in nobodys:
        if entry.problem:
            continue
        folder, _, name = entry.path.rpartition(_GRADESCOPES)
        beside = all(each.entry.path.startswith(f"{folder}{each.student}/") for each in owned)
        if not name and beside and (not folder or folder.endswith("/")):
            told = gradescope_submissions(_text(entry))
            found = [one for each in found for one in _each_ones(each, told.get(each.student))]
        elif stamp := _SAKAIS.fullmatch(entry.path):
            time = _sakai_time(_text(entry))
            theirs = tuple(f"{stamp['who']}{mark}Submission attachment(s)" for mark in "/_")
            found = [
                _at(each, time) if time and each.entry.path.startswith(theirs) else each
                for each in found
            ]
    return found


def _each_ones(owned: Owned, told: Submitted | None) -> Iterator[Owned]:
    if told is None:
        yield owned
        return
    together = owned.student if len(told.names) > 1 else ""
    for name in told.names:
        theirs = _at(owned, told.time)
        yield replace(theirs, student=student_name(name), together=together)


def _at(owned: Owned, time: datetime | None) -> Owned:
    return replace(owned, handed_in=replace(owned.handed_in, time=time))


def _text(entry: Entry) -> str:
    try:
        data = entry.read(_LARGEST + 1)
    except (OSError, CourseError):
        return ""
    if len(data) > _LARGEST:
        raise CourseError(f"{entry.path} has more than {_LARGEST >> 20} MiB: it is no such list.")
    return data.decode("utf-8", "replace")


def gradescope_submissions(text: str) -> Mapping[str, Submitted]:
    """Who made each submission, by the file ``submission_metadata.yml`` of a Gradescope export.

    Raises
    ------
    CourseError
        It is no such file.
    """
    try:
        _expect_flat(text)
        content = yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except (yaml.YAMLError, ValueError, RecursionError, ArithmeticError) as error:
        reason = " ".join(str(error).split())[:200]
        raise CourseError(f"{_GRADESCOPES} cannot be read ({reason}). {_ANEW}") from error
    if not isinstance(content, dict):
        raise CourseError(f"{_GRADESCOPES} does not list any submissions. {_ANEW}")
    found = {}
    for submission, told in content.items():
        told = told if isinstance(told, dict) else {}
        people = told.get(":submitters")
        names = [_called(each) for each in people] if isinstance(people, list) else []
        when = told.get(":created_at")
        time = in_zone(when, UTC) if isinstance(when, datetime) else None
        if any(names):
            found[str(submission)] = Submitted(tuple(dict.fromkeys(filter(None, names))), time)
    return found


def _expect_flat(text: str) -> None:
    """Raise ValueError for values nested so deep that the parser in C would end this process."""
    depth = 0
    for event in yaml.parse(text, _Loader):
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise ValueError(f"more than {_DEEPEST} values within values")


def _called(person: object) -> str:
    """The name of one who handed in, or the address where there is none."""
    known = person if isinstance(person, dict) else {}
    return next((str(known[key]) for key in (":name", ":email", ":sid") if known.get(key)), "")


class _Loader(_SafeLoader):  # type: ignore[valid-type, misc]  # it has no types
    """Plain values alone. What they were made of, in Ruby, does not matter."""

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        """Merge nothing: a few lines of ``<<`` can ask for any amount of memory. It is refused."""


def _plain(loader: _Loader, _: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_scalar(node)


_Loader.add_multi_constructor("!", _plain)


def _sakai_time(text: str) -> datetime | None:
    """A time as Sakai writes it: ISO 8601, or formerly 17 digits; both in UTC."""
    text = text.strip()
    return time_of(text[:14] if re.fullmatch(r"\d{17}", text) else text, UTC)
