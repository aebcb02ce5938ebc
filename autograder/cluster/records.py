"""What travels between the coordinator and the workers of a cluster: plain data, never objects.

JSON by Python's own module where a notebook is in it, since that alone keeps every number and every
character as it is; MessagePack for submissions, which are bytes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from traitlets.config import Config

from autograder.course.directory import Course
from autograder.course.settings import Settings
from autograder.course.source import SourceNotebook
from autograder.errors import GraderFault
from autograder.grading.plan import Plan
from autograder.grading.task import Task
from autograder.notebook.cells import Notebook
from autograder.results import Expected, NotebookResult

T = TypeVar("T")

#: What of a course's configuration says which interpreter a notebook's kernel is.
_OF_KERNELS = ("ExecutePreprocessor", "Execute")


class PoolOrder(msgspec.Struct, frozen=True):
    """What a worker needs to know to open its worker pool.

    Attributes
    ----------
    settings
        Those of the course.
    isolate
        Whether student code enters the sandbox.
    withheld
        Paths that no candidate may read, should they be on that machine, too.
    versions
        What the coordinator runs, as `versions.versions_here` has it; JSON.
    is_local
        Whether the worker is a child of the coordinator's, which Ctrl-C would reach as well.
    """

    settings: Settings
    isolate: bool
    withheld: tuple[str, ...]
    versions: bytes
    is_local: bool


class NotebookRecord(msgspec.Struct, frozen=True):
    """A source notebook with its plan.

    ``graded`` and ``files`` are made by the coordinator: a worker has no course folder. Names of
    files are bytes, since not all are UTF-8.
    """

    assignment: str
    name: str
    notebook: Notebook
    released: dict[str, str]
    hidden: frozenset[str]
    digest: str
    plan: Plan
    graded: Notebook
    files: tuple[tuple[bytes, bytes], ...]
    settings: Settings
    kernels: dict[str, str]

    @classmethod
    def of(cls, source: SourceNotebook, plan: Plan) -> NotebookRecord:
        config: Mapping[str, Any] = source.course.config
        names = {each: config.get(each, {}).get("kernel_name") for each in _OF_KERNELS}
        return cls(
            source.assignment,
            source.name,
            source.notebook,
            dict(source.released),
            source.hidden,
            source.digest,
            plan,
            source.graded,
            tuple((os.fsencode(name), data) for name, data in source.files.items()),
            source.course.settings,
            {section: str(name) for section, name in names.items() if name},
        )

    def source(self) -> SourceNotebook:
        """The source notebook, in a course without a folder."""
        config = Config({each: {"kernel_name": name} for each, name in self.kernels.items()})
        course = Course(Path("/nonexistent"), self.settings, config=config)
        source = SourceNotebook(
            self.assignment,
            self.name,
            self.notebook,
            self.released,
            self.hidden,
            self.digest,
            course,
        )
        # In place of what it would make of the course folder.
        vars(source)["graded"] = self.graded
        vars(source)["files"] = {os.fsdecode(name): data for name, data in self.files}
        return source


class SubmissionRecord(msgspec.Struct, frozen=True):
    """A task without what all tasks of its notebook share.

    ``submitted`` is the file; None stands for the source notebook itself. Of ``files``, None stands
    for the assignment's own file of that name.
    """

    student: bytes
    seed: int
    keeps_seed: bool
    submitted: bytes | None
    files: tuple[tuple[bytes, bytes | None], ...]

    @classmethod
    def of(cls, task: Task) -> SubmissionRecord:
        submitted = task.submitted
        if isinstance(submitted, Notebook) and submitted is not task.source.notebook:
            raise TypeError("a cluster grades files, and of notebooks the source alone")
        shared = task.source.files
        return cls(
            os.fsencode(task.student),
            task.seed,
            task.keeps_seed,
            None if isinstance(submitted, Notebook) else submitted,
            tuple(
                (os.fsencode(name), None if shared.get(name) == data else data)
                for name, data in task.files.items()
            ),
        )

    def task(
        self, source: SourceNotebook, plan: Plan, expected: Mapping[str, Expected] | None
    ) -> Task:
        """The task, on the worker."""
        names = [(os.fsdecode(name), data) for name, data in self.files]
        return Task(
            os.fsdecode(self.student),
            source,
            plan,
            self.seed,
            source.notebook if self.submitted is None else self.submitted,
            {name: source.files[name] if data is None else data for name, data in names},
            expected,
            self.keeps_seed,
        )


class Reply(msgspec.Struct, frozen=True):
    """What came of a submission; or what ends the run, by the name of its error."""

    result: NotebookResult | None = None
    error: str = ""
    message: str = ""


def encode(record: object) -> bytes:
    r"""A record as JSON.

    >>> decode(encode([1 << 70, "\ud800"]), list[object])
    [1180591620717411303424, '\ud800']
    """
    return json.dumps(msgspec.to_builtins(record, str_keys=True)).encode()


def decode(data: bytes, kind: type[T]) -> T:
    """The record of that kind which `encode` has made.

    Raises
    ------
    GraderFault
        It is another one.
    """
    try:
        return msgspec.convert(json.loads(data), kind, str_keys=True)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise GraderFault(f"a record of the cluster's is no {kind}: {error}") from error


encode_submission = msgspec.msgpack.Encoder().encode
decode_submission = msgspec.msgpack.Decoder(SubmissionRecord).decode
