"""Questions and answers over a channel, with both sides able to ask while being asked.

The examiner asks the candidate to call a function; while it waits, the candidate may ask back,
because the test passed in a function. So a conversation is a stack: whoever waits for an answer
serves the other's questions until the answer to its own arrives. One answer to one question.

What the two sides of a conversation send each other: questions, answers and failures.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, ClassVar

import msgspec

from autograder.errors import ProtocolError, TooLarge, WireError
from autograder.wire.decode import Decoder
from autograder.wire.encode import Encoder
from autograder.wire.frames import Channel
from autograder.wire.values import EXCEPTIONS, Memo, Node

MAX_NESTING = 50


class Endpoint(ABC):
    """What one end of a conversation does with the other's questions and objects."""

    #: Which exceptions of performed code are answers rather than the end of the conversation.
    catches: ClassVar[type[BaseException]] = Exception
    #: Whether performing a question can change its objects, so that they must be compared.
    reports_changes: ClassVar[bool] = True

    @abstractmethod
    def perform(self, op: str, operands: list[Any]) -> object:
        """Answer a question."""

    @abstractmethod
    def export(self, value: object) -> Node:
        """The node for a value that is not plain data; TypeError if it may not cross."""

    @abstractmethod
    def resolve(self, tag: str, identity: int, about: Any) -> object:
        """The object for a reference: ``"h"`` to the other side's, ``"b"`` to one's own."""

    def take_printed(self) -> str:
        """What was printed since the last call, to be shown on the other side."""
        return ""

    def show_printed(self, text: str) -> None:  # noqa: B027 - an end may have nowhere to print
        """Print what the other side printed."""

    def has_rebound(self) -> bool:
        """Whether names that the other side has read are bound to other objects by now."""
        return False

    def forget_names(self) -> None:  # noqa: B027 - only the examiner remembers names
        """The other side has bound names anew that were read before."""

    def seed(self, state: bytes) -> None:  # noqa: B027 - only the candidate adopts a state
        """Adopt the other side's state of the global random generators."""

    def describe(self, error: BaseException) -> tuple[list[str], str, str]:
        """``(names of the type and its bases, message, traceback)`` of an exception."""
        names = [f"{kind.__module__}.{kind.__qualname__}" for kind in type(error).__mro__]
        return names, _text(error), ""


class Conversation:
    """One end of the talk between examiner and candidate."""

    def __init__(self, channel: Channel, end: Endpoint) -> None:
        self._channel = channel
        self._end = end
        self._asked = 0
        self._nesting = 0
        self._encode = msgspec.msgpack.Encoder().encode
        self._decode = msgspec.msgpack.Decoder(Message).decode

    def ask(self, op: str, *operands: object, random: bytes | None = None) -> Any:
        """Have the other side perform ``op`` and return what it answers.

        Objects among ``operands`` that it changed are changed here as well, in place.

        Raises:
            WireError: the conversation is over.
            Exception: what performing it raised, under its built-in type, from a `Failed`.
        """
        self._asked += 1
        identity, memo = self._asked, Memo()
        encoder = self._encoder(memo)
        nodes = [encoder.encode(operand) for operand in operands]
        printed = self._end.take_printed()
        self._send(CallRequest(identity, op, nodes, printed, random), encoder)
        while True:
            message, buffers = self._receive()
            if isinstance(message, CallRequest):
                self._answer(message, buffers)
            elif message.id != identity:
                raise ProtocolError("an answer to a question that was not asked")
            else:
                return self._take(message, buffers, memo)

    def serve(self) -> None:
        """Answer questions until the other side ends.

        Raises:
            PeerGone: it has ended.
            ProtocolError: it sent something else than a question.
        """
        while True:
            message, buffers = self._receive()
            if not isinstance(message, CallRequest):
                raise ProtocolError("an answer although nothing was asked")
            self._answer(message, buffers)

    def _take(self, message: ResultReply | ErrorReply, buffers: bytearray, memo: Memo) -> Any:
        decoder = self._decoder(buffers, memo, keep_pristine=False)
        self._end.show_printed(message.printed[:MAX_TEXT])
        for index, node in message.updates:
            decoder.update(index, node)
        if isinstance(message, ErrorReply):
            raise exception_of(message) from RemoteTraceback(message.traceback[:MAX_TEXT])
        return decoder.decode(message.result)

    def _answer(self, question: CallRequest, buffers: bytearray) -> None:
        self._nesting += 1
        memo = Memo()
        decoder = self._decoder(buffers, memo, keep_pristine=self._end.reports_changes)
        try:
            self._end.show_printed(question.printed[:MAX_TEXT])
            operands = [decoder.decode(node) for node in question.operands]
            if question.random is not None:
                self._end.seed(question.random)
            self._reply(question, operands, memo, decoder)
        finally:
            self._nesting -= 1

    def _reply(
        self, question: CallRequest, operands: list[Any], memo: Memo, decoder: Decoder
    ) -> None:
        known = len(memo.objects)
        try:
            if self._nesting > MAX_NESTING:
                raise RecursionError("calls back and forth nested too deeply")
            result = self._end.perform(question.op, operands)
            encoder, updates = self._updates(memo, decoder)
            node = encoder.encode(result)
            self._send(ResultReply(question.id, node, updates, self._end.take_printed()), encoder)
        except TooLarge as error:  # the answer, so nothing of it was sent
            names = ["builtins.ValueError"]
            self._send(ErrorReply(question.id, names, str(error), "", []), self._encoder(Memo()))
        except WireError:
            raise
        except self._end.catches as error:
            names, text, traceback = self._end.describe(error)
            memo.truncate(known)
            encoder, updates = self._updates(memo, decoder)
            printed = self._end.take_printed()
            self._send(ErrorReply(question.id, names, text, traceback, updates, printed), encoder)

    def _updates(self, memo: Memo, decoder: Decoder) -> tuple[Encoder, list[tuple[int, Any]]]:
        """Encoded before the result, as they are decoded before it."""
        encoder = self._encoder(memo)
        if not self._end.reports_changes:
            return encoder, []
        objects = memo.objects
        return encoder, [(i, encoder.contents(objects[i])) for i in decoder.changed()]

    def _encoder(self, memo: Memo) -> Encoder:
        return Encoder(memo, self._end.export, self._channel.limits)

    def _decoder(self, buffers: bytearray, memo: Memo, *, keep_pristine: bool) -> Decoder:
        return Decoder(
            buffers, memo, self._end.resolve, self._channel.limits, keep_pristine=keep_pristine
        )

    def _send(self, message: Message, encoder: Encoder) -> None:
        message.rebound = self._end.has_rebound()
        buffers = encoder.buffers()  # first, since packing settles the offsets in the message
        self._channel.send(self._encode(message), buffers)

    def _receive(self) -> tuple[Message, bytearray]:
        structure, buffers = self._channel.receive()
        try:
            message = self._decode(structure)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError(f"not a message: {error}") from error
        if message.rebound:
            self._end.forget_names()
        return message, buffers


def _text(error: BaseException) -> str:
    try:
        if isinstance(error, KeyError) and len(error.args) == 1:
            return str(error.args[0])  # str() of a KeyError is the repr of its argument
        return str(error)
    except Exception as second:
        return f"(its message could not be shown: {type(second).__name__})"


MAX_TEXT = 100_000


class CallRequest(msgspec.Struct, array_like=True, tag="ask"):
    """A question: perform ``op`` on ``operands``; ``printed`` is what was printed before it.

    ``rebound``, here and in the answers: names that were read have been bound to other objects.
    """

    id: int
    op: str
    operands: list[Any]
    printed: str = ""
    random: bytes | None = None
    rebound: bool = False


class ResultReply(msgspec.Struct, array_like=True, tag="answer"):
    """The result, with the new contents of the question's objects that were changed in place."""

    id: int
    result: Any
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False


class ErrorReply(msgspec.Struct, array_like=True, tag="failure"):
    """The question raised: the names of the exception's type and its bases, nearest first."""

    id: int
    bases: list[str]
    message: str
    traceback: str
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False


Message = CallRequest | ResultReply | ErrorReply


class RemoteTraceback(Exception):
    """Carries a failure's traceback text as the ``__cause__`` of the exception raised for it."""


def exception_of(failure: ErrorReply) -> Exception:
    """The exception to raise for a failure: its nearest base that is a harmless built-in type.

    >>> exception_of(Failure(1, ["notebook.Odd", "builtins.KeyError"], "k", "", []))
    KeyError('k')
    """
    for name in failure.bases[:50]:
        kind = EXCEPTIONS.get(name)
        if kind is not None:
            try:
                return kind(failure.message[:MAX_TEXT])
            except TypeError:  # UnicodeDecodeError and the like want more arguments
                continue
    name = failure.bases[0] if failure.bases else "an exception"
    return RuntimeError(f"{name[:100]}: {failure.message[:MAX_TEXT]}")
