"""What the warm processes do: the first one, the parents it forks, and their children."""

from __future__ import annotations

import contextlib
import os
import socket
from pathlib import Path

from autograder.candidate.endpoint import make_shell, serve
from autograder.errors import IsolationUnavailable
from autograder.examiner.examiner import Examiner
from autograder.sandbox import (
    Confinement,
    Limits,
    PythonPaths,
    Sandbox,
    guard_imports,
    open_private_view,
    prepare,
    python_paths,
)
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.forkserver import serve_forks

#: How many candidates one examiner may see: a submission that crashes more often is stopped.
EXAMINER_WIRES = 24
SEED_VARIABLE = "GRADING_SEED"


class First:
    """The process that was started by exec, after its imports."""

    def __init__(self, start: messages.Start) -> None:
        self._start = start
        self._for_candidates = self._for_examiners = PythonPaths((), (), ())
        if start.isolate:
            withheld = [Path(path) for path in start.withheld]
            self._for_candidates = python_paths(start.hidden_modules, withheld)
            self._for_examiners = python_paths([], withheld)
            paths = self._for_examiners
            readable = [*paths.readable, *paths.listable, *map(Path, start.readable)]
            open_private_view(readable, [Path(path) for path in start.writable])

    def become_parent(self, _payload: bytes, descriptors: list[int]) -> None:
        """The life of a parent: get orders, prepare, then fork children until told to end."""
        control, talk = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        channel = Channel.over(talk, messages.TRUSTED)
        order = messages.receive(channel)
        try:
            parent: CandidateParent | ExaminerParent
            if isinstance(order, messages.CandidateParent):
                parent = CandidateParent(order, self._start, self._for_candidates)
            else:
                assert isinstance(order, messages.ExaminerParent)
                parent = ExaminerParent(order, self._start, self._for_examiners)
        except IsolationUnavailable as error:
            messages.send(channel, messages.Refused(str(error), isolation=True))
            return
        messages.send(channel, parent.ready)
        talk.close()
        serve_forks(control, parent.become_child)


class CandidateParent:
    """Holds a ready shell and a ready sandbox for the candidates of one slot."""

    def __init__(
        self, order: messages.CandidateParent, start: messages.Start, python: PythonPaths
    ) -> None:
        self._shell = make_shell(order.output_bytes)
        self._sandbox: Sandbox | None = None
        guard_imports(start.hidden_modules, python.packages)
        for statement in order.imports:
            with contextlib.suppress(Exception):  # then it fails again where the student sees it
                exec(statement, {})  # noqa: S102 - an import statement of the instructor's
        self.ready = messages.Ready(has_threads=len([*Path("/proc/self/task").iterdir()]) > 1)
        if start.isolate:
            limits = Limits(
                memory_bytes=order.memory_bytes,
                cpu_seconds=order.cpu_seconds,
                file_bytes=order.file_bytes,
                scratch_bytes=order.scratch_bytes,
                scratch_files=order.scratch_files,
            )
            self._sandbox = prepare(
                Confinement(
                    python,
                    writable=(Path(order.folder),),
                    limits=limits,
                    uid=order.uid,
                    cpus=tuple(order.cpus),
                )
            )

    def become_child(self, payload: bytes, descriptors: list[int]) -> None:
        """The life of a candidate."""
        (wire,) = descriptors
        scratch = Path(payload.decode())
        if self._sandbox is not None:
            self._sandbox.enter(scratch, keep=[wire])
        else:
            os.chdir(scratch)
        serve(Channel.over(socket.socket(fileno=wire)), self._shell, str(scratch))


class ExaminerParent:
    """Holds the namespace after the first setup cells, for the examiners of one notebook."""

    def __init__(
        self, order: messages.ExaminerParent, start: messages.Start, python: PythonPaths
    ) -> None:
        self._folder = order.folder
        self._sandbox: Sandbox | None = None
        guard_imports([], python.packages)
        if start.isolate:
            limits = Limits(
                memory_bytes=order.memory_bytes,
                cpu_seconds=order.cpu_seconds,
                open_files=EXAMINER_WIRES + 64,
            )
            confinement = Confinement(
                python, readable=(Path(order.folder),), limits=limits, uid=order.uid
            )
            self._sandbox = prepare(confinement)
        os.chdir(order.folder)
        self._examiner = Examiner(order.asked, order.output_bytes, order.derived)
        self._examiner.use()
        reports = [self._examiner.setup(source) for source in order.setup]
        for source in order.tests:
            self._examiner.prepare(source)
        self.ready = messages.Ready([report for report in reports if report.error])

    def become_child(self, payload: bytes, descriptors: list[int]) -> None:
        """The life of an examiner."""
        if self._sandbox is not None:
            self._sandbox.enter(None, keep=descriptors)
            os.chdir(self._folder)
        control, *wires = descriptors
        channel = Channel.over(socket.socket(fileno=control), messages.TRUSTED)
        examine(channel, self._examiner, [socket.socket(fileno=wire) for wire in wires])


def examine(channel: Channel, examiner: Examiner, wires: list[socket.socket]) -> None:
    """Be an examiner: follow the coordinator's orders until it hangs up."""
    seed = 0
    while True:
        order = messages.receive(channel)
        done = messages.Done()
        match order:
            case messages.Begin(seed):
                os.environ[SEED_VARIABLE] = str(seed)
                examiner.seed(seed)
            case messages.Attach(number):
                examiner.attach(Channel.over(wires[number]), seed)
            case messages.Setup(source):
                done = messages.Done(test=examiner.setup(source))
            case messages.Run(source, shown):
                done = messages.Done(cell=examiner.run_in_candidate(source, shown=shown))
            case messages.Test(source):
                done = messages.Done(test=examiner.test(source))
        messages.send(channel, done)
