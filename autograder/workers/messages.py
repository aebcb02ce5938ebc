"""What the coordinator tells the warm processes, and the examiner's questions and answers."""

from __future__ import annotations

import msgspec

from autograder.errors import GraderFault, IsolationUnavailable, PeerGone
from autograder.examiner.report import CellReport, TestReport
from autograder.wire import Channel, Limits

#: Between our own processes; large notebooks are one message.
TRUSTED = Limits(structure_bytes=1 << 30, buffer_bytes=0)


class StartRequest(msgspec.Struct, tag=True):
    """To the first process: what its descendants may read and write, and whether to isolate."""

    isolate: bool
    hidden_modules: list[str]
    withheld: list[str]
    readable: list[str]
    writable: list[str]


class CandidateParentRequest(msgspec.Struct, tag=True):
    """Become the parent of one slot's candidates, with modules imported by ``imports``."""

    folder: str
    imports: list[str]
    uid: int
    cpus: list[int]
    memory_bytes: int
    file_bytes: int
    scratch_bytes: int
    scratch_files: int
    cpu_seconds: int
    output_bytes: int


class ExaminerParentRequest(msgspec.Struct, tag=True):
    """Become the parent of one notebook's examiners.

    Its first setup cells are run and its tests compiled before any submission is there.
    """

    student_names: list[str]
    dependent_names: list[str]
    setup: list[str]
    tests: list[str]
    folder: str
    uid: int
    memory_bytes: int
    cpu_seconds: int
    output_bytes: int


class ReadyReply(msgspec.Struct, tag=True):
    """The process is ready to fork.

    ``failed`` are reports of setup cells that raised. ``has_threads`` says that an imported module
    has started some, so that children could not confine themselves.
    """

    failed: list[TestReport] = []
    has_threads: bool = False


class RefusedReply(msgspec.Struct, tag=True):
    """The process cannot do what it was told."""

    reason: str
    isolation: bool = False


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
    """To an examiner: have the candidate run a cell."""

    source: str
    shown: bool


class TestRequest(msgspec.Struct, tag=True):
    """To an examiner: run a test cell."""

    source: str


#: What has the examiner execute a cell, here or in the candidate.
CellRequest = SetupRequest | RunRequest | TestRequest


class ReportReply(msgspec.Struct, tag=True):
    """From an examiner: what came of executing a cell, if that was what it had to do."""

    report: TestReport | CellReport | None = None


Message = (
    StartRequest | CandidateParentRequest | ExaminerParentRequest | ReadyReply | RefusedReply
    | BeginRequest | AttachRequest | CellRequest | ReportReply
)  # fmt: skip

_encode = msgspec.msgpack.Encoder().encode
_decoder: msgspec.msgpack.Decoder[Message] = msgspec.msgpack.Decoder(Message)


def send(channel: Channel, request: Message) -> None:
    """Send one message to another of the grader's own processes."""
    channel.send(_encode(request))


def receive(channel: Channel) -> Message:
    """The next message.

    Raises:
        PeerGone: the process has ended.
    """
    structure, _ = channel.receive()
    return _decoder.decode(structure)


def expect_ready(channel: Channel, what: str) -> ReadyReply:
    """Wait until a process is ready.

    Raises:
        GraderFault: it ended or refused.
        IsolationUnavailable: it refused because the machine cannot isolate.
    """
    try:
        answer = receive(channel)
    except PeerGone as error:
        raise GraderFault(f"{what} ended before it was ready: {error}") from error
    if isinstance(answer, ReadyReply):
        return answer
    if isinstance(answer, RefusedReply) and answer.isolation:
        raise IsolationUnavailable(answer.reason)
    reason = answer.reason if isinstance(answer, RefusedReply) else f"it answered {answer!r:.100}"
    raise GraderFault(f"{what} could not start: {reason}")
