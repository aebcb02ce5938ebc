"""The grader's own record of each graded notebook, beside the autograded notebook.

It holds what the gradebook has no room for (outcomes, messages, outputs, the seed) and a digest of
everything that the grade depends on, so that nothing is graded twice without need.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from autograder.atomic import write_atomically
from autograder.notebook.edition import Edition
from autograder.results import NotebookResult
from autograder.settings import Settings

SUFFIX = ".grading.json"


class Record(msgspec.Struct):
    """A result and the digest (SHA-256, hex) of what it depends on."""

    digest: str
    result: NotebookResult


def digest_of(
    data: bytes,
    files: Mapping[str, bytes],
    edition: Edition,
    settings: Settings,
    version: str,
    *,
    isolate: bool = True,
) -> str:
    """Changes with the submission, the instructor edition, the limits and the grader.

    ``isolate`` says whether the grade was made in the sandbox: one that was not cannot stand for
    one that would have been.
    """
    parts = [version, edition.digest, repr(settings), hashlib.sha256(data).hexdigest()]
    parts += [repr(sorted(edition.released.items())), repr(sorted(edition.hidden)), repr(isolate)]
    for name in sorted(files):
        parts += [name, hashlib.sha256(files[name]).hexdigest()]
    # Names of files that are not UTF-8 hold lone surrogates.
    return hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


def path_in(folder: Path, notebook: str) -> Path:
    """Where the record of a notebook is, in the folder of the autograded ones."""
    return folder / f"{notebook}{SUFFIX}"


def save(folder: Path, record: Record) -> Path:
    """Write a record to ``folder``, whole or not at all; its path. Raises OSError."""
    path = path_in(folder, record.result.notebook)
    write_atomically(path, msgspec.json.encode(record).decode())
    return path


def discard(folder: Path, notebook: str) -> None:
    """Remove the record of a notebook, if there is one. Raises OSError."""
    path_in(folder, notebook).unlink(missing_ok=True)


def load(folder: Path, notebook: str) -> Record | None:
    """The record of a notebook; None if there is none that can be read."""
    try:
        return msgspec.json.decode(path_in(folder, notebook).read_bytes(), type=Record)
    except (OSError, msgspec.MsgspecError):
        return None
