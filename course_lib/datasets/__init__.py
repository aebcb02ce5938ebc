"""Data sets of the lectures, each with its source, licence and checksum.

Each loader returns new arrays. The small tables are typed in from their publications: the numbers
are facts, to which no copyright applies. `CHECKSUMS` holds the SHA-256 of what each loader returns.
"""

from __future__ import annotations

from course_lib.datasets.checksums import CHECKSUMS, checksum
from course_lib.datasets.downloads import mnist
from course_lib.datasets.measurements import Batters, batters, belgian_calls, newcomb, stack_loss
from course_lib.datasets.tables import diabetes, digits, iris
from course_lib.datasets.text import ALPHABET, frankenstein, letters, werther

__all__ = [
    "ALPHABET",
    "CHECKSUMS",
    "Batters",
    "batters",
    "belgian_calls",
    "checksum",
    "diabetes",
    "digits",
    "frankenstein",
    "iris",
    "letters",
    "mnist",
    "newcomb",
    "stack_loss",
    "werther",
]
