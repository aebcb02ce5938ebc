"""Requests of the coordinator to the grader's other processes, and their replies."""

from __future__ import annotations

import msgspec

from autograder.errors import GraderFault, IsolationUnavailable
from autograder.examiner.report import CellReport, TestReport
from autograder.sandbox.limits import Limits
from autograder.wire import Channel, FrameLimits

#: How many candidates one submission may use up: one that crashes more often is stopped.
MAX_CANDIDATES = 24
#: Between our own processes. The largest messages are all tests of a notebook, to the parent of its
#: examiners, and the outputs of a cell; there are no arrays.
TRUSTED = FrameLimits(structure_bytes=1 << 30, buffer_bytes=0)


class StartRequest(msgspec.Struct, tag=True):
    """To the zygote: what holds for all processes that come from it.

    ``withheld`` are paths that none of them may read, wherever they lie. The folders ``readable``
    and ``writable`` are open to those that are given one of them, or a part of it, as their own.
    """

    isolate: bool
    limits: Limits
    hidden_modules: list[str]
    withheld: list[str]
    readable: list[str]
    writable: list[str]


class CandidateParentRequest(msgspec.Struct, tag=True):
    """To a fresh fork of the zygote: become the parent of one slot's candidates.

    The candidates run as the user ``uid`` on the processors ``cpus`` (empty: all), each in a folder
    of its own in ``folder``, and find the statements ``imports`` executed.
    """

    folder: str
    imports: list[str]
    uid: int
    cpus: list[int]


class ExaminerSetup(msgspec.Struct, frozen=True):
    """What all examiners of one notebook have in common.

    Before any submission is there, the ``early_setup`` cells, which stand before every test, are
    run, the statements ``imports`` of the tests executed, and the ``later`` cells compiled.
    """

    student_names: frozenset[str]
    dependent_names: frozenset[str]
    handed_over: frozenset[str]
    early_setup: tuple[str, ...]
    imports: tuple[str, ...]
    later: tuple[str, ...]


class ExaminerParentRequest(msgspec.Struct, tag=True):
    """To a fresh fork of the zygote: become the parent of one notebook's examiners.

    The examiners run as the user ``uid``, at most ``slots`` of them at a time, and can read
    ``folder``, in which they work.
    """

    setup: ExaminerSetup
    folder: str
    uid: int
    slots: int


class ReadyReply(msgspec.Struct, tag=True):
    """The process is ready to fork.

    ``failed`` are reports of the early setup cells that raised, by their number among these.
    ``has_threads`` says that an imported module has started some, so that children could not
    confine themselves.
    """

    failed: dict[int, TestReport] = {}
    has_threads: bool = False


class RefusedReply(msgspec.Struct, tag=True):
    """The process cannot isolate itself, and why."""

    reason: str


class BeginRequest(msgspec.Struct, tag=True):
    """To an examiner: a new submission, with the seed of its random inputs."""

    seed: int


class AttachRequest(msgspec.Struct, tag=True):
    """To an examiner: a fresh candidate is at the other end of the wire of this number."""

    wire: int


class SetupRequest(msgspec.Struct, tag=True):
    """To an examiner: run an instructor's cell."""

    source: str


class RunRequest(msgspec.Struct, tag=True):
    """To an examiner: have the candidate run a cell; keep its outputs if they are ``shown``."""

    source: str
    shown: bool


class TestRequest(msgspec.Struct, tag=True):
    """To an examiner: run a test cell.

    ``expected`` is what came from the candidate in the solution's run of it; None in that run
    itself, and where there is none. ``given`` are names of data that the student's code may have
    changed, ``imported`` those that it has to have imported.
    """

    source: str
    expected: dict[str, list[str]] | None = None
    given: frozenset[str] = frozenset()
    imported: frozenset[str] = frozenset()


#: What has the examiner execute a cell, here or in the candidate.
CellRequest = SetupRequest | RunRequest | TestRequest


class ReportReply(msgspec.Struct, tag=True):
    """From an examiner: what came of executing a cell, if that was what it had to do."""

    report: TestReport | CellReport | None = None


Message = (
    StartRequest | CandidateParentRequest | ExaminerParentRequest | ReadyReply | RefusedReply
    | BeginRequest | AttachRequest | CellRequest | ReportReply
)  # fmt: skip

encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def send(channel: Channel, message: Message) -> None:
    """Send one message to another of the grader's own processes.

    Raises
    ------
    PeerGone
        The process has ended.
    """
    channel.send(encode(message))


def receive(channel: Channel) -> Message:
    """The next message.

    Raises
    ------
    PeerGone
        The process has ended.
    """
    structure, _ = channel.receive()
    return _decoder.decode(structure)


def expect_ready(channel: Channel, what: str) -> ReadyReply:
    """Wait until a process is ready; ``what`` it is, for error messages.

    Raises
    ------
    PeerGone
        It has ended.
    GraderFault
        It replied something else.
    IsolationUnavailable
        The machine cannot isolate.
    """
    match receive(channel):
        case ReadyReply() as ready:
            return ready
        case RefusedReply(reason):
            raise IsolationUnavailable(reason)
        case reply:
            raise GraderFault(f"{what} could not start: it replied {reply!r:.100}")
