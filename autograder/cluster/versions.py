"""What a grade depends on besides the course: the versions of grader, Python and libraries.

A student's notebook may import whatever is installed, so that all installed packages count, but
for those that only install others.
"""

from __future__ import annotations

import platform
import re
from importlib.metadata import distributions

import msgspec

import autograder
from autograder.autograded.record import code_digest

_NOT_COMPARED = frozenset({"pip", "setuptools", "uv", "wheel", "maximum-likelihood-course"})
#: Differences that are named; there can be hundreds.
_NAMED = 8


class Versions(msgspec.Struct, frozen=True):
    """What runs somewhere. ``code`` is the digest of the grader's own sources."""

    grader: str
    code: str
    python: str
    libraries: dict[str, str]


def versions_here() -> Versions:
    """What runs in this environment."""
    found = {
        re.sub(r"[-_.]+", "-", each.name).lower(): each.version
        for each in distributions()
        if each.name  # an installation that was broken off has none
    }
    libraries = {name: found[name] for name in sorted(found.keys() - _NOT_COMPARED)}
    return Versions(autograder.__version__, code_digest(), platform.python_version(), libraries)


def differences(ours: Versions, theirs: Versions) -> str:
    """What differs between the coordinator (``ours``) and a worker; empty if nothing does.

    Examples
    --------
    >>> here = Versions("1.0", "ab", "3.12.1", {"numpy": "2.4"})
    >>> differences(here, Versions("1.0", "ab", "3.11.7", {"numpy": "2.3", "scipy": "1.17"}))
    'Python is 3.11.7, here 3.12.1; numpy is 2.3, here 2.4; scipy is 1.17, here missing'
    """
    pairs = {
        "the autograder": (theirs.grader, ours.grader),
        "Python": (theirs.python, ours.python),
    }
    if ours.grader == theirs.grader and ours.code != theirs.code:
        pairs["the autograder's code"] = (theirs.code[:12], ours.code[:12])
    for name in sorted(ours.libraries.keys() | theirs.libraries.keys()):
        pairs[name] = (
            theirs.libraries.get(name, "missing"),
            ours.libraries.get(name, "missing"),
        )
    found = [f"{name} is {there}, here {here}" for name, (there, here) in pairs.items()
             if there != here]  # fmt: skip
    more = len(found) - _NAMED
    return "; ".join(found[:_NAMED]) + (f"; and {more} more" if more > 0 else "")
