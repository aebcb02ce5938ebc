"""How often somebody has handed in, and what came of it: what `autograder watch` counts.

It lies beside the records of those for whom it counts. An attempt is on file, by the digest of what
was handed in, before it is graded: whoever goes on after a kill finds it there, and counts it once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

import msgspec

from autograder.course.files import remove_unfinished, write_atomically

#: By its ending, no file of a student's gets this name, and none is removed (`pictures`).
FILE = "watch.attempts.json"


class Policy(msgspec.Struct, frozen=True):
    """How many attempts are graded, and until when hidden tests' results are not shown."""

    allowed: int | None = None
    hidden_until: datetime | None = None

    def hides(self, now: datetime) -> bool:
        """Whether hidden tests' results are not shown yet."""
        return self.hidden_until is not None and now < self.hidden_until


class Attempt(msgspec.Struct, frozen=True):
    """One version of what was handed in: its digest, when it was, and its scores.

    ``scores`` are the tests', by notebook and ``grade_id``; none before it is graded. ``works`` are
    the digests of its notebooks, as records have them.
    """

    digest: str
    at: datetime
    scores: dict[str, dict[str, float | None]] = {}
    works: dict[str, str] = {}


class Attempts(msgspec.Struct, frozen=True):
    """The attempts of one student, or group, at one assignment, the first one first.

    ``seeds`` are those of the random inputs, by notebook: the same for every attempt. ``refused``
    is a version that came when no attempt was left.
    """

    seeds: dict[str, int] = {}
    made: tuple[Attempt, ...] = ()
    policy: Policy = Policy()
    refused: Attempt | None = None

    def is_left_for(self, digest: str, policy: Policy) -> bool:
        """Whether a version may be graded: one that has begun always may."""
        is_last = bool(self.made) and self.made[-1].digest == digest
        return is_last or policy.allowed is None or len(self.made) < policy.allowed

    def is_last(self, notebook: str, work: str) -> bool:
        """Whether that is the last attempt's notebook, by its digest."""
        known = self.made[-1].works if self.made else {}
        return not known or known.get(notebook) == work

    def begun(self, version: Attempt, policy: Policy, seeds: Mapping[str, int]) -> Attempts:
        """With this version as the last attempt; the one that it was already stays one."""
        made, refused = self.made, self.refused
        if not made or made[-1].digest != version.digest:
            made, refused = (*made, version), None
        return Attempts({**seeds, **self.seeds}, made, policy, refused)

    def graded(self, scores: Mapping[str, Mapping[str, float | None]]) -> Attempts:
        """With the scores of the last attempt; without it, if there are none: nobody was graded."""
        if not self.made:
            return self
        *before, last = self.made
        if not scores:
            return msgspec.structs.replace(self, made=tuple(before))
        found = {name: dict(each) for name, each in scores.items()}
        last = msgspec.structs.replace(last, scores=found)
        return msgspec.structs.replace(self, made=(*before, last))

    def with_refused(self, version: Attempt, policy: Policy) -> Attempts:
        """With a version that came too late to be an attempt."""
        is_known = self.refused is not None and self.refused.digest == version.digest
        refused = self.refused if is_known else version
        return msgspec.structs.replace(self, refused=refused, policy=policy)


def load_attempts(folders: Iterable[Path]) -> Attempts:
    """What is on file in these folders of one party; where they differ, what has most attempts."""
    found = [Attempts()]
    for folder in folders:
        try:
            found.append(msgspec.json.decode((folder / FILE).read_bytes(), type=Attempts))
        except (OSError, msgspec.MsgspecError):
            continue
    return max(found, key=lambda each: (len(each.made), bool(each.seeds)))


def save_attempts(folder: Path, attempts: Attempts) -> None:
    """Write them to ``folder``, whole or not at all; nobody else writes there meanwhile.

    Raises
    ------
    OSError
        They cannot be written.
    """
    if folder.is_dir():
        remove_unfinished(folder)  # what a kill has left of this very file
    write_atomically(folder / FILE, msgspec.json.encode(attempts))
