"""The sandbox: a process confines itself, for good, before it sees untrusted code.

In the parent that forks candidates or examiners, once::

    python = python_paths(hidden_modules=["course_lib.losses"])
    open_private_view((*python.readable, *python.listable), writable=[slot_folder])
    sandbox = prepare(Confinement(python, writable=(slot_folder,)))

and in each child that it forks::

    sandbox.enter(scratch=slot_folder / "submission-17", keep=[wire])

Linux only, without containers or helpers. There are four layers: an unprivileged user without
capabilities (:mod:`.identity`), file access by :mod:`.landlock`, an allow-list of system calls
(:mod:`.seccomp`), resource :mod:`.limits`. Any layer that does not hold raises
:class:`~autograder.errors.IsolationUnavailable`.
"""

from __future__ import annotations

from autograder.sandbox.confinement import DEFAULT_UID, Confinement, Sandbox, prepare
from autograder.sandbox.limits import Limits, Usage, measure, remove, threads_of
from autograder.sandbox.paths import (
    PythonPaths,
    forget_modules_in,
    guard_imports,
    prefer_modules_in,
    python_paths,
)
from autograder.sandbox.probe import Feature, probe_features, require
from autograder.sandbox.view import open_private_view

__all__ = [
    "DEFAULT_UID",
    "Confinement",
    "Feature",
    "Limits",
    "PythonPaths",
    "Sandbox",
    "Usage",
    "forget_modules_in",
    "guard_imports",
    "measure",
    "open_private_view",
    "prefer_modules_in",
    "prepare",
    "probe_features",
    "python_paths",
    "remove",
    "require",
    "threads_of",
]
