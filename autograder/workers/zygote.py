"""The zygote and the processes that it forks: what each of them does.

``python -P -m autograder.workers.zygote CONTROL TALK`` starts the zygote. Both arguments are
descriptors of inherited sockets: requests to fork come over the first, messages over the second.
The coordinator's end is :class:`autograder.workers.forkserver.ZygoteProcess`.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import socket
import sys
from contextlib import redirect_stdout
from dataclasses import replace
from pathlib import Path

from autograder.candidate.endpoint import make_shell, serve
from autograder.errors import IsolationUnavailable
from autograder.examiner.examiner import Examiner
from autograder.examiner.report import CellReport, TestReport
from autograder.ipython.shell import INLINE_BACKEND
from autograder.sandbox.confinement import Confinement, Sandbox, prepare
from autograder.sandbox.limits import Limits
from autograder.sandbox.paths import PythonPaths, guard_imports, prefer_modules_in, python_paths
from autograder.sandbox.view import open_private_view
from autograder.wire import Channel
from autograder.workers import messages
from autograder.workers.candidates import SEED_VARIABLE
from autograder.workers.forkserver import serve_forks


def main() -> None:
    """Import, say ready, then fork until told to end."""
    control, talk = (socket.socket(fileno=int(number)) for number in sys.argv[1:3])
    channel = Channel.over(talk, messages.TRUSTED)
    start = messages.receive(channel)
    assert isinstance(start, messages.StartRequest)
    gc.disable()  # nothing of what is imported is garbage
    _import_everything()
    try:
        zygote = Zygote(start)
    except IsolationUnavailable as error:
        messages.send(channel, messages.RefusedReply(str(error)))
        return
    messages.send(channel, messages.ReadyReply())
    talk.close()  # or whatever is forked would have it, too
    _freeze()
    gc.enable()
    serve_forks(control, zygote.become_parent)
    os._exit(0)  # taking all those modules down would take a third of a second


def _import_everything() -> None:
    """Do once what nearly every submission would otherwise do: import, draw, run a cell, fail."""
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots()
    axes.plot([0, 1], label="$x^2$")
    axes.legend()
    figure.savefig(io.BytesIO(), format="png", bbox_inches="tight")
    plt.close(figure)
    with redirect_stdout(io.StringIO()):
        make_shell(1000).run("raise ValueError")


def _freeze() -> None:
    """Leave all objects out of collections from now on.

    One in a forked process would write to each of them, and so copy its page.
    """
    gc.collect()
    gc.freeze()


class Zygote:
    """The process that was started by exec, after its imports."""

    def __init__(self, start: messages.StartRequest) -> None:
        self._start = start
        self._for_candidates = self._for_examiners = PythonPaths((), (), ())
        if start.isolate:
            with contextlib.suppress(ImportError, RuntimeError):  # told where it is needed
                import pyseccomp  # noqa: F401 - which looks for libraries by programs
            withheld = [Path(path) for path in start.withheld]
            self._for_candidates = python_paths(start.hidden_modules, withheld)
            self._for_examiners = python_paths([], withheld)
            paths = self._for_examiners
            readable = [*paths.readable, *paths.listable, *map(Path, start.readable)]
            open_private_view(readable, [Path(path) for path in start.writable])

    def become_parent(self, _payload: bytes, descriptors: list[int], report: int) -> None:
        """The life of a parent: get a request, prepare, then fork children until told to end."""
        control, talk = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        channel = Channel.over(talk, messages.TRUSTED)
        request = messages.receive(channel)
        try:
            parent: CandidateParent | ExaminerParent
            if isinstance(request, messages.CandidateParentRequest):
                parent = CandidateParent(request, self._start, self._for_candidates)
            else:
                assert isinstance(request, messages.ExaminerParentRequest)
                parent = ExaminerParent(request, self._start, self._for_examiners)
        except IsolationUnavailable as error:
            messages.send(channel, messages.RefusedReply(str(error)))
            return
        messages.send(channel, parent.ready)
        talk.close()
        _freeze()
        serve_forks(control, parent.become_child, private=[report])


class CandidateParent:
    """Holds a ready shell and a ready sandbox for the candidates of one slot."""

    def __init__(
        self,
        request: messages.CandidateParentRequest,
        start: messages.StartRequest,
        python: PythonPaths,
    ) -> None:
        self._shell = make_shell(start.limits.output_bytes)
        self._sandbox: Sandbox | None = None
        guard_imports(start.hidden_modules, python.packages)
        for statement in request.imports:
            with contextlib.suppress(Exception):  # then it fails again where the student sees it
                exec(statement, {})  # noqa: S102 - an import statement of the instructor's
        self.ready = messages.ReadyReply(has_threads=len([*Path("/proc/self/task").iterdir()]) > 1)
        if start.isolate:
            confinement = Confinement(
                python,
                writable=(Path(request.folder),),
                limits=start.limits,
                uid=request.uid,
                cpus=tuple(request.cpus),
            )
            self._sandbox = prepare(confinement)

    def become_child(self, payload: bytes, descriptors: list[int], report: int) -> None:
        """The life of a candidate; from its first line of student code on without ``report``."""
        (wire,) = descriptors
        scratch = Path(payload.decode())
        if self._sandbox is not None:
            self._sandbox.enter(scratch, keep=[wire, report])
        else:
            os.chdir(scratch)
            os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
        os.close(report)
        serve(Channel.over(socket.socket(fileno=wire)), self._shell, str(scratch))


class ExaminerParent:
    """Holds the namespace after the early setup cells, for the examiners of one notebook."""

    def __init__(
        self,
        request: messages.ExaminerParentRequest,
        start: messages.StartRequest,
        python: PythonPaths,
    ) -> None:
        self._folder = request.folder
        self._sandbox: Sandbox | None = None
        guard_imports([], python.packages)
        if start.isolate:
            confinement = Confinement(
                python,
                readable=(Path(request.folder),),
                limits=examiner_limits(start.limits, request.slots),
                uid=request.uid,
            )
            self._sandbox = prepare(confinement)
        os.chdir(request.folder)
        setup = request.setup
        self._examiner = Examiner(
            setup.student_names,
            start.limits.output_bytes,
            setup.dependent_names,
            setup.handed_over,
            modules=prefer_modules_in(Path(request.folder)),
        )
        self._examiner.use()
        reports = [self._examiner.setup(source) for source in setup.early_setup]
        self._examiner.import_ahead(setup.imports)
        for source in setup.later:
            self._examiner.prepare(source)
        failed = {number: report for number, report in enumerate(reports) if report.error}
        self.ready = messages.ReadyReply(failed)

    def become_child(self, payload: bytes, descriptors: list[int], report: int) -> None:
        """The life of an examiner, on the processor whose number ``payload`` is (empty: any)."""
        if payload:
            os.sched_setaffinity(0, [int(payload)])
        if self._sandbox is not None:
            self._sandbox.enter(None, keep=[*descriptors, report])
            os.chdir(self._folder)
        control, *wires = descriptors
        channel = Channel.over(socket.socket(fileno=control), messages.TRUSTED)
        examine(channel, self._examiner, [socket.socket(fileno=wire) for wire in wires])


def examiner_limits(limits: Limits, slots: int) -> Limits:
    """What an examiner may use where its candidates may use ``limits``.

    It holds what they send it beside what it compares that with, hence twice the memory, and has
    all of their wires open. The kernel counts the threads of all examiners of a notebook together,
    one for each slot, since they run as one user.
    """
    return replace(
        limits,
        memory_bytes=2 * limits.memory_bytes,
        open_files=limits.open_files + messages.MAX_CANDIDATES,
        threads=slots * limits.threads,
    )


def examine(channel: Channel, examiner: Examiner, wires: list[socket.socket]) -> None:
    """Be an examiner: do what the coordinator requests until it hangs up."""
    while True:
        request = messages.receive(channel)
        reply = messages.ReportReply()
        match request:
            case messages.BeginRequest(seed):
                begin(examiner, seed)
            case messages.AttachRequest(number):
                examiner.attach(Channel.over(wires[number]))
            case messages.SetupRequest() | messages.RunRequest() | messages.TestRequest():
                reply = messages.ReportReply(execute_cell(examiner, request))
        messages.send(channel, reply)


def begin(examiner: Examiner, seed: int) -> None:
    """Begin with a submission whose random inputs come from ``seed``."""
    os.environ[SEED_VARIABLE] = str(seed)  # for tests that make a generator of their own
    examiner.seed(seed)


def execute_cell(examiner: Examiner, request: messages.CellRequest) -> TestReport | CellReport:
    """Have an examiner execute a cell, itself or in its candidate."""
    match request:
        case messages.SetupRequest(source):
            return examiner.setup(source)
        case messages.RunRequest(source, shown):
            return examiner.run_in_candidate(source, shown=shown)
        case messages.TestRequest(source, expected, given, imported):
            return examiner.test(source, expected, given=given, imported=imported)


if __name__ == "__main__":
    main()
