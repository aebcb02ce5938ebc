"""How learning platforms name, in a download, what a student has handed in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from autograder.collect.downloads import Entry
from autograder.errors import CourseError

#: Paths of the files of a download, the surest first.
PATTERNS = (
    # Moodle
    re.compile(r"(?P<student>[^/]+)_(?P<id>\d+)_assignsubmission_file_?[^/]*/(?P<file>.+)"),
    # Canvas
    re.compile(r"(?P<student>[^/_]+)(_LATE)?_(?P<id>\d+)_\d+_(?P<file>[^/]+)", re.IGNORECASE),
    # a folder for each student
    re.compile(r"(?P<student>[^/]+)/(?P<file>.+)"),
)
#: What browsers and platforms add to the name of a second copy.
_COPY = re.compile(r"( ?\(\d+\)|-\d+| - Copy)$")


def pattern_of(source: Path, paths: Sequence[str]) -> re.Pattern[str]:
    """The first of `PATTERNS` that fits most notebooks of the download ``source``.

    Raises:
        CourseError: none does.
    """
    notebooks = [path for path in paths if path.endswith(".ipynb")]
    for pattern in PATTERNS:
        if 2 * sum(pattern.fullmatch(path) is not None for path in notebooks) > len(notebooks):
            return pattern
    shown = ", ".join(notebooks[:3]) or "no notebook at all"
    raise CourseError(
        f"{source} does not tell whose its notebooks are ({shown}). Expected a folder for each "
        "student, or the names that Moodle or Canvas give. Say how to read a name with "
        r"--pattern, such as '(?P<student>\w+)-.*/(?P<file>.+)'."
    )


def without_common_folder(theirs: Sequence[tuple[str, Entry]]) -> Sequence[tuple[str, Entry]]:
    """What a student has put into a folder first, without that folder."""
    folders = {file.partition("/")[0] if "/" in file else "" for file, _ in theirs}
    if len(folders) != 1 or folders == {""}:
        return theirs
    return [(file.partition("/")[2], entry) for file, entry in theirs]


def targets_of(names: Sequence[str], files: Sequence[str]) -> dict[str, str]:
    """Where each file goes: a notebook's copy or resubmission under the notebook's own name."""
    notebooks = [file for file in files if file.endswith(".ipynb") and "/" not in file]
    targets = {file: file for file in files}
    for file in notebooks:
        stem = _COPY.sub("", file.removesuffix(".ipynb"))
        if stem in names:
            targets[file] = f"{stem}.ipynb"
    if len(names) == len(notebooks) == 1:  # whatever it is called
        targets[notebooks[0]] = f"{names[0]}.ipynb"
    return targets
