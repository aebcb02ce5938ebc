"""What is to be done with one student's files of a download."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum

from autograder.collect.entry import Entry
from autograder.collect.handin import NOTHING_KNOWN, HandIn


class Action(StrEnum):
    """What is done with a student's files; the value is the word that the plan shows for it."""

    ADD = "new"
    KEEP = "unchanged"  # the same files are there already
    DATE = "time noted"  # the same files are there already, without when they were handed in
    REPLACE = "replaced"
    NOTHING = "nothing handed in"  # there is a folder for the student, and no file in it
    REFUSE = "refused"  # nothing of the student is taken


@dataclass
class PlannedSubmission:
    """What is to be done with one student's files.

    ``choices`` are paths in the download among which a person has to choose. ``files``,
    ``origins`` (the names in the download) and ``digests`` (SHA-256) are kept by the path that a
    file will have in the submission. ``left_out`` counts the hidden files, which are never taken,
    by the name or folder that hides them, ``earlier`` the attempts before the one that is taken.
    ``name`` is what the platform calls the student, ``together`` the submission where it is several
    people's. ``reason`` says why all of it is refused.
    """

    student: str
    files: dict[str, Entry] = field(default_factory=dict)
    origins: dict[str, str] = field(default_factory=dict)
    digests: dict[str, bytes] = field(default_factory=dict)
    left_out: Counter[str] = field(default_factory=Counter)
    action: Action = Action.ADD
    reason: str = ""
    earlier: int = 0
    name: str = ""
    handed_in: HandIn = NOTHING_KNOWN
    choices: tuple[str, ...] = ()
    together: str = ""

    def refuse(self, reason: str) -> None:
        """Take nothing of this student. If it is refused already, the first reason stays."""
        if self.action is not Action.REFUSE:
            self.action, self.reason = Action.REFUSE, reason
