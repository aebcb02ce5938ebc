"""What a grade depends on besides the course: the versions of grader, Python and libraries.

A student's notebook may import whatever is installed, so that all installed packages count, but
for those that only install others.
"""

from __future__ import annotations

import os
import platform
import re
import subprocess
import sys
from importlib.metadata import distributions

import msgspec

import autograder
from autograder.autograded.record import code_digest
from autograder.errors import ClusterError

_NOT_COMPARED = frozenset({"pip", "setuptools", "uv", "wheel", "maximum-likelihood-course"})
#: Differences that are named; there can be hundreds.
_NAMED = 8


class Versions(msgspec.Struct, frozen=True):
    """What runs somewhere. ``code`` is the digest of the grader's own sources."""

    grader: str
    code: str
    python: str
    libraries: dict[str, str]


def versions_here() -> bytes:
    """What the processes that grade run on this machine: `Versions`, as JSON.

    Another Python is asked: a program that imports the grader may have more on its path than they.

    Raises
    ------
    ClusterError
        There is none that can be asked.
    """
    asked = subprocess.run(
        [sys.executable, "-P", "-c", f"from {__name__} import main; main()"],
        capture_output=True,
        env={**os.environ, "PYTHONNOUSERSITE": "1"},
        check=False,
    )
    if asked.returncode != 0:
        reason = asked.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ClusterError(f"Nobody knows what is installed beside {sys.executable}: {reason}")
    return asked.stdout


def main() -> None:
    """Print what is installed here: the process that `versions_here` starts."""
    libraries: dict[str, str] = {}
    for each in distributions():
        name = re.sub(r"[-_.]+", "-", each.name or "").lower()  # a broken installation has none
        if name and name not in _NOT_COMPARED:
            libraries.setdefault(name, each.version)  # the first one is that which is imported
    python = platform.python_version()
    found = Versions(autograder.__version__, code_digest(), python, libraries)
    sys.stdout.buffer.write(msgspec.json.encode(found))


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
