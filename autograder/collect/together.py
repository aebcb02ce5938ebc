"""Who has handed in together, as a download tells it: what ``groups.csv`` has to say of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from autograder.collect.people import Person, meant_by
from autograder.collect.planned import Action, PlannedSubmission
from autograder.collect.platforms import student_name

#: What stands between the names of several people in one; the last may be within a name as well.
_BETWEEN = tuple(
    re.compile(between)
    for between in (r" *[;&+] *| (?:and|und|et|y|e|och|og|en) ", r" *[,;&+] *", r"_and_|[-_]")
)
_MOST = 20  # people in one name


def groups_told(
    plan: Iterable[PlannedSubmission], people: Sequence[Person] = ()
) -> dict[str, tuple[str, ...]]:
    """The members of each group that a download tells of, by a name for the group.

    A platform's list has several people of one submission, or a team's folder theirs, of whom some
    may have handed in nothing; or a folder is called by the names of several of the class, and then
    the group is called like the folder, which counts for all of it.
    """
    taken = [
        each
        for each in plan
        if each.action is not Action.REFUSE and (each.together or each.action is not Action.NOTHING)
    ]
    partners: defaultdict[str, list[str]] = defaultdict(list)
    for each in taken:
        if each.together:
            partners[each.together].append(each.student)
    found = {" & ".join(sorted(each)): tuple(sorted(each)) for each in partners.values()}
    found |= {each.student: _named_in(people, each.student) for each in taken if not each.together}
    return {group: members for group, members in found.items() if len(members) > 1}


def _named_in(people: Sequence[Person], name: str) -> tuple[str, ...]:
    """The ids of the class's people in a name that is nobody's; none if a part of it is no name.

    >>> both = [Person("1", "1", frozenset({"ada roe"}), frozenset()),
    ...         Person("2", "2", frozenset({"roe, ben"}), frozenset())]
    >>> _named_in(both, "Ada Roe & Roe, Ben"), _named_in(both, "Ada Roe, Cy")
    (('1', '2'), ())
    """
    if not people or meant_by(people, name):
        return ()
    for between in _BETWEEN:
        parts = list(filter(None, between.split(name)))
        if not 1 < len(parts) <= _MOST:
            continue
        found = [meant_by(people, part) for part in parts]
        if all(len(meant) == 1 and meant[0].id for meant in found):
            return tuple(dict.fromkeys(student_name(meant[0].id) for meant in found))
    return ()


def not_yet_known(
    told: Mapping[str, Sequence[str]], known: Mapping[str, Sequence[str]]
) -> tuple[dict[str, Sequence[str]], list[str]]:
    """The groups that ``groups.csv`` lacks, and sentences on those of which it says otherwise.

    >>> not_yet_known({"ada & ben": ["ada", "ben"]}, {"red": ["ada", "ben", "cy"]})
    ({}, [])
    """
    group_of = {member: group for group, members in known.items() for member in members}
    new: dict[str, Sequence[str]] = {}
    others: list[str] = []
    for group, members in told.items():
        theirs = {group_of.get(member, "") for member in members}
        if theirs == {""} and group not in known:
            new[group] = members
        elif "" in theirs or len(theirs) > 1 or (group not in theirs and group in known):
            others.append(_said_otherwise(members, list(_groups_of(members, group_of))))
    return new, others


def _groups_of(members: Iterable[str], group_of: Mapping[str, str]) -> Iterator[str]:
    for member in members:
        yield f"{member} in {group_of[member]}" if member in group_of else f"{member} in no group"


def _said_otherwise(members: Sequence[str], known: Sequence[str]) -> str:
    return (
        f"{' and '.join(members)} have handed in together, and groups.csv has "
        f"{', '.join(known)}: correct it if the download is right."
    )
