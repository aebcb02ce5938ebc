"""Which of several versions of a notebook is meant, where a student has handed in more than one.

The newest, if the platform's names tell which that is, or the one that the instructor names.
Otherwise nobody guesses.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

from autograder.collect.entry import number_in
from autograder.collect.platforms import COPY, NAMESAKE, VERSION, Owned, may_be_a_notebook
from autograder.errors import CourseError

_MOST_COMPARED = 100  # copies of one notebook that are read
_NUMBER = re.compile(r"-(\d+)\.ipynb$", re.IGNORECASE)


def without_older(
    names: Sequence[str], theirs: Sequence[Owned], take: Collection[str], limit: int
) -> tuple[list[Owned], int, tuple[str, ...]]:
    """A student's files without the versions of a notebook that do not count.

    Parameters
    ----------
    names
        The assignment's notebooks.
    theirs
        The student's files.
    take
        Paths in the download that the instructor has named: of files that can be meant by the same
        notebook, these count.
    limit
        Bytes of the largest notebook.

    Returns
    -------
    The files, how many versions were left out because they are older, and the paths of those among
    which a person has to choose.
    """
    if chosen := [each for each in theirs if each.entry.path in take]:
        return _as_told(names, theirs, chosen), 0, ()
    kept, older, choices = list(theirs), 0, list[str]()
    for versions in _versions(names, theirs).values():
        newest = _newest(versions, limit)
        if newest is None:
            choices += (each.entry.path for each in versions)
            continue
        kept = [each for each in kept if each is newest or each not in versions]
        older += len(versions) - 1
    return kept, older, tuple(choices)


def _as_told(names: Sequence[str], theirs: Sequence[Owned], chosen: Sequence[Owned]) -> list[Owned]:
    """All but what can be meant by the same notebook as a chosen file."""
    if len(names) == 1:
        others = [each for each in theirs if may_be_a_notebook(each.file)]
    else:
        taken = {_meant(names, each) for each in chosen}
        others = [each for each in theirs if _meant(names, each) in taken - {""}]
    return [each for each in theirs if each in chosen or each not in others]


def _versions(names: Sequence[str], theirs: Iterable[Owned]) -> Mapping[str, list[Owned]]:
    """The files by the notebook that they can be meant by, where these are several."""
    meant: defaultdict[str, list[Owned]] = defaultdict(list)
    for each in theirs:
        meant[_meant(names, each)].append(each)
    return {name: found for name, found in meant.items() if name and len(found) > 1}


def _meant(names: Sequence[str], owned: Owned) -> str:
    """The notebook of which a file's name makes it a version; empty if there is none.

    Only a platform that numbers its files numbers second versions as well: elsewhere it is the
    student who has called a file ``ps1-2.ipynb``.
    """
    if "/" in owned.file or not owned.file.lower().endswith(".ipynb"):
        return ""
    stem = owned.file[: -len(".ipynb")]
    plain = [stem, COPY.sub("", stem), NAMESAKE.sub("", stem)]
    if owned.handed_in.upload and stem not in names:
        plain.append(VERSION.sub("", stem))
    return next((each for each in plain if each in names), "")


def _newest(versions: Sequence[Owned], limit: int) -> Owned | None:
    """The last one that was handed in; None if nothing tells which that is."""
    try:
        if len(versions) <= _MOST_COMPARED and _are_the_same(versions, limit):
            return min(versions, key=lambda each: len(each.file))
    except (OSError, CourseError):
        return None
    found = [_NUMBER.search(each.file) for each in versions]
    numbers = [number_in(match and match[1]) for match in found]
    uploads = [number_in(each.handed_in.upload) for each in versions]
    by_number = [number for _, number in sorted(zip(uploads, numbers, strict=True))]
    # The platform counts both up with each file: what grows apart is a student's own naming.
    if len(set(numbers)) < len(versions) or by_number != sorted(numbers) or 0 in uploads:
        return None
    return versions[numbers.index(max(numbers))]


def _are_the_same(versions: Sequence[Owned], limit: int) -> bool:
    """Whether all hold the same; one after the other is read, up to the first that differs."""
    first = versions[0].entry.read(limit + 1)
    return all(each.entry.read(limit + 1) == first for each in versions[1:])
