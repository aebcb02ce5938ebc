"""Requests and replies over a channel, with both sides able to make requests of each other.

The examiner has the candidate call a function; while it waits, the candidate may call back,
because the test passed in a function. So a conversation is a stack: whoever waits for a reply
serves the other side's requests until the reply to its own arrives. Every request gets one reply.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from functools import partial
from typing import Any, ClassVar

import msgspec

from autograder.errors import ProtocolError, TooLarge, WireError
from autograder.wire.decode import Decoder
from autograder.wire.encode import Encoder
from autograder.wire.frames import Channel
from autograder.wire.values import EXCEPTIONS, Memo, Node

#: How many requests may be served within one another. Each takes some ten frames of Python's
#: stack on either side, which must not overflow in the examiner.
MAX_NESTING = 50
#: Characters of a message, a traceback or printed text that are taken from the other side.
MAX_TEXT = 100_000
#: Names of base classes that are looked at, of those that the other side lists.
_MAX_BASES = 50
_EXIT_CODE = re.compile(r"-?\d{1,9}")
#: Exceptions of which each is the next one's cause that are told.
_MAX_CAUSES = 5
#: How the names of the grader's own types begin.
_OWN = "autograder."

# The messages are arrays on the wire, which are shorter than maps and quicker to decode. Their
# tags are part of the protocol: attacks and the fuzzer's corpus are recorded with them.


class CallRequest(msgspec.Struct, array_like=True, tag="ask"):
    """A request to perform ``op`` on ``operands``.

    ``printed`` is what was printed before it. ``random`` is a state of the global generators to
    adopt first. ``rebound``, here and in the replies, says that names which the other side has
    read are bound to other objects by now.
    """

    id: int
    op: str
    operands: list[Any]
    printed: str = ""
    random: bytes | None = None
    rebound: bool = False


class ResultReply(msgspec.Struct, array_like=True, tag="answer"):
    """The result, with the new contents of the request's objects that were changed in place."""

    id: int
    result: Any
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False


class ErrorReply(msgspec.Struct, array_like=True, tag="failure"):
    """Performing the request raised an exception.

    ``bases`` are the names of the exception's type and its bases, nearest first. ``causes`` are
    bases and message of its cause, of that one's cause and so on.
    """

    id: int
    bases: list[str]
    message: str
    traceback: str
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False
    causes: list[tuple[list[str], str]] = []


Message = CallRequest | ResultReply | ErrorReply


class NestedTooDeeply(RecursionError):
    """Requests were made within requests, more of them than are served."""


class Endpoint(ABC):
    """What one end of a conversation does with the other's requests and objects."""

    #: Which exceptions of performed code are reported, rather than end the conversation. Those that
    #: came from the other side always are.
    catches: ClassVar[type[BaseException] | tuple[type[BaseException], ...]] = Exception

    @abstractmethod
    def perform(self, op: str, operands: list[Any]) -> object:
        """Do what the other side requests; the result goes back to it."""

    @abstractmethod
    def export(self, value: object) -> Node:
        """The node for a value that is not plain data; TypeError if it may not cross."""

    @abstractmethod
    def resolve(self, tag: str, identity: int, about: Any) -> object:
        """The object for a reference: ``"h"`` to the other side's, ``"b"`` to one's own."""

    def adopt(
        self, value: Any, is_view: bool, *, is_argument: bool, is_update: bool = False
    ) -> Any:
        """An array, a number or an object of pandas that came, as this side wants it.

        ``is_view`` says that it is a view of an array of this side's, ``is_argument`` that it came
        with a request of the other side's, not in a reply, and ``is_update`` that it goes into a
        frame of this side's, which the other side has changed.
        """
        return value

    def take_printed(self) -> str:
        """What was printed since the last call, to be shown on the other side."""
        return ""

    def show_printed(self, text: str) -> None:  # noqa: B027 - an end may have nowhere to print
        """Print what the other side printed."""

    def has_rebound(self) -> bool:
        """Whether names that the other side has read are bound to other objects by now."""
        return False

    def forget_names(self) -> None:  # noqa: B027 - only the examiner remembers names
        """Forget the names read so far, since the other side has bound some of them anew."""

    def remember(self, message: bytearray, *, is_reply: bool) -> None:  # noqa: B027 - likewise
        """Keep a message of the other side's, if it may be asked later what has come from there."""

    def seed(self, state: bytes) -> None:  # noqa: B027 - only the candidate adopts a state
        """Adopt the other side's state of the global random generators."""

    def note_own(self, error: BaseException) -> None:  # noqa: B027 - only the examiner judges
        """Note an exception of the grader's in place of what the performed code would have done."""

    def traceback_of(self, error: BaseException) -> str:
        """Where an exception of performed code was raised, as far as the other side is told."""
        return ""


class Conversation:
    """One end of the talk between examiner and candidate."""

    def __init__(self, channel: Channel, endpoint: Endpoint) -> None:
        self._channel = channel
        self._endpoint = endpoint
        self._requests = 0
        self._nesting = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Message).decode

    def request(self, op: str, *operands: object, random: bytes | None = None) -> Any:
        """Have the other side perform ``op`` and return its result.

        Objects among ``operands`` that it changed are changed here as well, in place. While the
        reply is awaited, requests of the other side are served.

        Parameters
        ----------
        op
            What to perform, by a name that the other side's endpoint knows.
        operands
            Plain data, or what this side's endpoint exports.
        random
            A state of the global generators that the other side adopts first.

        Raises
        ------
        WireError
            The conversation is over.
        BaseException
            Whatever performing it raised, under its nearest built-in type and with its causes;
            `remote_traceback` tells it from others.
        """
        self._requests += 1
        identity, memo = self._requests, Memo()
        encoder = self._encoder(memo)
        nodes = [encoder.encode(operand) for operand in operands]
        printed = self._endpoint.take_printed()
        self._send(CallRequest(identity, op, nodes, printed, random), encoder)
        while True:
            message, buffers = self._receive()
            if isinstance(message, CallRequest):
                self._serve_request(message, buffers)
            elif message.id != identity:
                # Or a candidate could send replies ahead, to requests that it has not seen.
                raise ProtocolError("a reply to a request that was not made")
            else:
                return self._result(message, buffers, memo)

    def serve(self) -> None:
        """Serve requests until the other side ends.

        Raises
        ------
        PeerGone
            It has ended.
        ProtocolError
            It sent something else than a request.
        """
        while True:
            message, buffers = self._receive()
            if not isinstance(message, CallRequest):
                raise ProtocolError("a reply although no request was made")
            self._serve_request(message, buffers)

    def _result(self, reply: ResultReply | ErrorReply, buffers: bytearray, memo: Memo) -> Any:
        decoder = self._decoder(buffers, memo, keep_pristine=False)
        self._endpoint.show_printed(reply.printed[:MAX_TEXT])
        for index, node in reply.updates:
            decoder.update(index, node)
        if isinstance(reply, ErrorReply):
            raise self._raised_for(reply)
        return decoder.decode(reply.result)

    def _raised_for(self, reply: ErrorReply) -> BaseException:
        error = _exception_of(reply.bases, reply.message)
        error.__remote_traceback__ = reply.traceback[:MAX_TEXT]  # type: ignore[attr-defined]
        last = error
        for bases, message in reply.causes[:_MAX_CAUSES]:
            last.__cause__ = last = _exception_of(bases, message)
        if reply.bases and reply.bases[0].startswith(_OWN):
            self._endpoint.note_own(error)
        return error

    def _serve_request(self, request: CallRequest, buffers: bytearray) -> None:
        self._nesting += 1
        memo = Memo()
        decoder = self._decoder(buffers, memo, keep_pristine=True)
        try:
            self._endpoint.show_printed(request.printed[:MAX_TEXT])
            operands = [decoder.decode(node) for node in request.operands]
            if request.random is not None:
                self._endpoint.seed(request.random)
            self._reply(request, operands, memo, decoder)
        finally:
            self._nesting -= 1

    def _reply(
        self, request: CallRequest, operands: list[Any], memo: Memo, decoder: Decoder
    ) -> None:
        known = len(memo.objects)
        try:
            if self._nesting > MAX_NESTING:
                raise NestedTooDeeply("calls back and forth nested too deeply")
            result = self._endpoint.perform(request.op, operands)
            encoder, updates = self._updates(memo, decoder)
            node = encoder.encode(result)
            printed = self._endpoint.take_printed()
            self._send(ResultReply(request.id, node, updates, printed), encoder)
        except TooLarge as error:  # the reply is, so nothing of it was sent
            self._endpoint.note_own(error)
            names = [*_bases_of(error)[:1], "builtins.ValueError"]
            self._send(ErrorReply(request.id, names, str(error), "", []), self._encoder(Memo()))
        except WireError:
            raise
        except BaseException as error:
            if not isinstance(error, self._endpoint.catches) and remote_traceback(error) is None:
                raise
            if isinstance(error, NestedTooDeeply):
                self._endpoint.note_own(error)
            # Objects of a result that could not be encoded are unknown to the other side.
            memo.truncate(known)
            encoder, updates = self._updates(memo, decoder)
            (names, text), *causes = _described(error)
            where, printed = self._endpoint.traceback_of(error), self._endpoint.take_printed()
            where = f"{where}{type(error).__name__}: {text}" if where else ""
            reply = ErrorReply(request.id, names, text, where, updates, printed, causes=causes)
            self._send(reply, encoder)

    def _updates(self, memo: Memo, decoder: Decoder) -> tuple[Encoder, list[tuple[int, Any]]]:
        """The changed objects of a request, encoded before the result as they are decoded."""
        encoder = self._encoder(memo)
        objects = memo.objects
        return encoder, [(i, encoder.contents(objects[i])) for i in decoder.changed()]

    def _encoder(self, memo: Memo) -> Encoder:
        return Encoder(memo, self._endpoint.export, self._channel.limits)

    def _decoder(self, buffers: bytearray, memo: Memo, *, keep_pristine: bool) -> Decoder:
        return Decoder(
            buffers,
            memo,
            self._endpoint.resolve,
            self._channel.limits,
            partial(self._endpoint.adopt, is_argument=keep_pristine),
            keep_pristine=keep_pristine,
        )

    def _send(self, message: Message, encoder: Encoder) -> None:
        message.rebound = self._endpoint.has_rebound()
        buffers = encoder.buffers()  # before the message, since packing settles the offsets in it
        self._channel.send(self._encode(message), buffers)

    def _receive(self) -> tuple[Message, bytearray]:
        structure, buffers = self._channel.receive()
        try:
            message = self._decode(structure)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError(f"not a message: {error}") from error
        self._endpoint.remember(structure, is_reply=not isinstance(message, CallRequest))
        if message.rebound:
            self._endpoint.forget_names()
        return message, buffers


def remote_traceback(error: BaseException) -> str | None:
    """Where an exception was raised that came from the other side; None if it did not."""
    where: str | None = getattr(error, "__remote_traceback__", None)
    return where


def _exception_of(bases: list[str], message: str) -> BaseException:
    """The exception to raise for an error: of its nearest base that is a built-in type.

    Types are looked up by name and never imported: importing would run code that the sender
    chooses.

    >>> _exception_of(["notebook.Odd", "builtins.KeyError"], "k")
    KeyError('k')
    >>> _exception_of(["builtins.SystemExit"], "3").code
    3
    """
    text = message[:MAX_TEXT]
    for name in bases[:_MAX_BASES]:
        kind = EXCEPTIONS.get(name)
        if kind is None:
            continue
        if kind is SystemExit:
            return _exit_with(text)
        try:
            return kind(text)
        except TypeError:  # UnicodeDecodeError and the like want more arguments
            continue
    name = bases[0] if bases else "an exception"
    return RuntimeError(f"{name[:100]}: {text}")


def _exit_with(text: str) -> SystemExit:
    """A SystemExit by its text, whose code is a number for most."""
    if text in ("", "None"):
        return SystemExit()
    return SystemExit(int(text) if _EXIT_CODE.fullmatch(text) else text)


def _described(error: BaseException) -> list[tuple[list[str], str]]:
    """Bases and message of an exception, of its cause, and so on."""
    told = [(_bases_of(error), _message_of(error))]
    while error.__cause__ is not None and len(told) <= _MAX_CAUSES:
        error = error.__cause__
        told.append((_bases_of(error), _message_of(error)))
    return told


def _bases_of(error: BaseException) -> list[str]:
    return [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]


def _message_of(error: BaseException) -> str:
    """The text of an exception, whose own ``__str__`` may be a student's and may raise."""
    try:
        if isinstance(error, KeyError) and len(error.args) == 1:
            return str(error.args[0])  # str() of a KeyError is the repr of its argument
        return str(error)
    except Exception as second:
        return f"(its message could not be shown: {type(second).__name__})"
