"""Digests of what was handed in: by them the same work is known again."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping

from autograder.course.submissions import Submission


def work_digest(
    submission: Submission, instructors: Mapping[str, bytes], notebooks: Collection[str] = ()
) -> str:
    """The SHA-256 (hex) of what is the student's own of a submission.

    Parameters
    ----------
    submission
        What was handed in, with the instructor's files in it.
    instructors
        These files as the assignment has them. One that the student has changed is the student's.
    notebooks
        Those that count; by default all.
    """
    own = {
        f"{name}.ipynb": data
        for name, data in submission.notebooks.items()
        if not notebooks or name in notebooks
    }
    own |= {name: data for name, data in submission.files.items() if data != instructors.get(name)}
    return files_digest(own)


def files_digest(files: Mapping[str, bytes]) -> str:
    """The SHA-256 (hex) of files with their names.

    >>> files_digest({"a": b"", "b": b""}) == files_digest({"b": b"", "a": b""})
    True
    """
    digest = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256(files[name]).hexdigest()
        # Names of files that are not UTF-8 hold lone surrogates.
        digest.update(f"{name}\0{content}\0".encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
