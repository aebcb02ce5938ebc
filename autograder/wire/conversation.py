"""Requests and replies over a channel, with both sides able to make requests of each other.

The examiner has the candidate call a function; while it waits, the candidate may call back,
because the test passed in a function. So a conversation is a stack: whoever waits for a reply
serves the other side's requests until the reply to its own arrives. Every request gets one reply.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import msgspec

from autograder.errors import ProtocolError, TooLarge, WireError
from autograder.wire.encode import Encoder, snapshot
from autograder.wire.endpoint import Endpoint
from autograder.wire.exceptions import (
    MAX_CAUSES,
    MAX_TEXT,
    bases_of,
    described,
    exception_named,
    remote_traceback,
)
from autograder.wire.frames import Channel
from autograder.wire.memo import Memo
from autograder.wire.messages import CallRequest, ErrorReply, Message, ResultReply
from autograder.wire.update import UpdatingDecoder
from autograder.wire.values import NotPlain

#: How many requests may be served within one another. Each takes some ten frames of Python's
#: stack on either side, which must not overflow in the examiner.
MAX_NESTING = 50
#: Characters of printed text that are taken with one message, and what stands for the rest.
MAX_PRINTED = 1_000_000
LEFT_OUT = "\n… the rest of what was printed here is left out.\n"
#: Objects that one message says are forgotten: the numbers of a million would not fit into it.
MAX_FORGOTTEN = 100_000
#: How the names of the grader's own types begin.
_OWN = "autograder."


class NestedTooDeeply(RecursionError):
    """Requests were made within requests, more of them than are served."""


class Conversation:
    """One end of the talk between examiner and candidate."""

    def __init__(self, channel: Channel, endpoint: Endpoint) -> None:
        self._channel = channel
        self._endpoint = endpoint
        self._memo = Memo(partial(snapshot, limits=channel.limits))
        self._is_over = False  # what has crossed need not stay associated any longer
        self._is_lost = False
        self._is_final = False  # what is put off is looked at now
        self._released: list[int] = []  # of which the other side has not heard
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
        identity = self._requests
        request = CallRequest(identity, op, [], random=random)
        self._compose(request, list(operands))
        while True:
            message, buffers = self._receive()
            if isinstance(message, CallRequest):
                self._serve_request(message, buffers)
            elif message.id != identity:
                # Or a candidate could send replies ahead, to requests that it has not seen.
                raise ProtocolError("a reply to a request that was not made")
            else:
                return self._result(message, buffers)

    def end_association(self) -> None:
        """Let what has crossed so far be other objects from the next message on."""
        self._is_over = True

    @contextmanager
    def aside(self) -> Iterator[None]:
        """What has crossed, and is associated no longer, may change here: that is not told."""
        untold = set(self._memo.changed())
        yield
        self._memo.forget(set(self._memo.changed()) - untold)

    def look_at_all(self) -> None:
        """Look for all changes before the next message, however long that takes."""
        self._is_final = True

    def has_to_tell(self) -> bool:
        """Whether this side has changed what has crossed since it sent its last message."""
        return bool(len(self._memo) and (self._memo.is_late or self._memo.changed()))

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

    def _result(self, reply: ResultReply | ErrorReply, buffers: bytearray) -> Any:
        decoder = self._decoder(buffers, is_argument=False)
        self._show_printed(reply)
        self._update(reply, decoder)
        if isinstance(reply, ErrorReply):
            self._settle(reply, decoder)
            raise self._raised_for(reply)
        result = decoder.decode(reply.result)
        self._settle(reply, decoder)
        return result

    def _raised_for(self, reply: ErrorReply) -> BaseException:
        derived = self._endpoint.exception_class
        error = exception_named(reply.bases, reply.message, derived)
        error.__remote_traceback__ = reply.traceback[:MAX_TEXT]  # type: ignore[attr-defined]
        last = error
        for bases, message in reply.causes[:MAX_CAUSES]:
            last.__cause__ = last = exception_named(bases, message, derived)
        if reply.bases and reply.bases[0].startswith(_OWN):
            self._endpoint.note_own(error)
        return error

    def _serve_request(self, request: CallRequest, buffers: bytearray) -> None:
        self._nesting += 1
        decoder = self._decoder(buffers, is_argument=True)
        mark = self._memo.mark()
        try:
            self._show_printed(request)
            self._update(request, decoder)
            operands: list[Any] = []
            for node in request.operands:
                operands.append(decoder.decode(node))
                self._endpoint.expect(operands)
            self._settle(request, decoder)
            del decoder
            # What shares memory with something that the other side has changed is not told there.
            if request.updates and self._memo.changed():
                self._lose()
            if request.random is not None:
                self._endpoint.seed(request.random)
            self._reply(request, operands, mark)
        finally:
            self._nesting -= 1

    def _reply(self, request: CallRequest, operands: list[Any], mark: int) -> None:
        try:
            self._perform(request, operands, mark)
        except TooLarge as error:  # the reply is, so nothing of it was sent
            self._endpoint.note_own(error)
            names = [*bases_of(error)[:1], "builtins.ValueError"]
            # What was changed did not fit, perhaps: with this reply both sides begin anew.
            self._memo.clear()
            self._is_over = True
            self._lose()
            self._compose(ErrorReply(request.id, names, str(error), ""), [])

    def _perform(self, request: CallRequest, operands: list[Any], mark: int) -> None:
        """Do what was requested, and send the result or what it raised."""
        reply: ResultReply | ErrorReply = ResultReply(request.id, None)
        try:
            if self._nesting > MAX_NESTING:
                raise NestedTooDeeply("calls back and forth nested too deeply")
            values = [self._endpoint.perform(request.op, operands)]
            operands.clear()  # or nothing that was passed could be forgotten
            self._compose(reply, values, mark)
        except WireError:
            raise
        except BaseException as error:
            if not isinstance(error, self._endpoint.catches) and remote_traceback(error) is None:
                raise
            if isinstance(error, NestedTooDeeply):
                self._endpoint.note_own(error)
            operands.clear()
            (names, text), *causes = described(error)
            where = self._endpoint.traceback_of(error)
            where = f"{where}{type(error).__name__}: {text}" if where else ""
            reply = ErrorReply(request.id, names, text, where, causes=causes)
            self._compose(reply, [])

    def _compose(
        self, message: Message, values: list[Any], strictly_from: float = math.inf
    ) -> None:
        """Send a message with ``values``, and with what the other side has to know before.

        Changes come first, as they are decoded first. ``values`` is empty afterwards, so that what
        nobody else holds is forgotten.

        Raises
        ------
        TooLarge, TypeError
            A value cannot cross, or the contents of an object whose number is at least
            ``strictly_from``: it came with the request that this replies to.
        """
        memo = self._memo
        mark = memo.mark()
        encoder = Encoder(
            memo,
            self._endpoint.export,
            self._channel.limits,
            keeps_views=self._endpoint.keeps_views,
            sends_objects=self._endpoint.sends_objects,
            names_classes=self._endpoint.names_classes,
            substitute=self._endpoint.substitute,
        )
        try:
            message.updates, told = self._changes(encoder, strictly_from)
            if len(self._released) > MAX_FORGOTTEN:
                self._is_over = True
                self._lose()
            if self._is_over:
                memo.clear()
            nodes = [encoder.encode(value) for value in values]
            if isinstance(message, CallRequest):
                message.operands = nodes
            elif isinstance(message, ResultReply):
                [message.result] = nodes
            values.clear()
            self._released += memo.release(MAX_FORGOTTEN - len(self._released))
            message.forgotten = None if self._is_over else self._released
            message.lost = self._is_lost
            message.printed, message.stderr = self._endpoint.take_printed()
            self._send(message, encoder)
        except BaseException:
            # Objects of what was not sent are unknown to the other side.
            memo.truncate(mark)
            self._released = [number for number in self._released if number < mark]
            raise
        self._is_lost = self._is_over = self._is_final = False
        self._released = []
        for number in told:
            memo.renew(number)

    def _send(self, message: Message, encoder: Encoder) -> None:
        message.rebound = self._endpoint.rebound()
        buffers = encoder.buffers()  # before the message, since packing settles the offsets in it
        self._channel.send(self._encode(message), buffers)

    def _changes(
        self, encoder: Encoder, strictly_from: float
    ) -> tuple[list[tuple[int, Any]], list[int]]:
        """The new contents of what was changed here, and its numbers."""
        memo = self._memo
        updates: list[tuple[int, Any]] = []
        told: list[int] = []
        was_late = memo.is_late
        for number in memo.changed(finally_=self._is_final):
            entry = memo.entry(number)
            assert entry is not None
            mark = memo.mark()
            try:
                if not entry.is_relabelled():
                    updates.append((number, encoder.contents(entry.value)))
                    told.append(number)
                    continue
            except NotPlain:
                pass  # a frame that has become an object of the sender's, or an index
            except (TooLarge, TypeError):
                if number >= strictly_from:
                    raise
            # What cannot be told is another object from now on.
            memo.truncate(mark)
            memo.forget([number])
            self._released.append(number)
            self._lose()
        if was_late and told:
            self._lose()
        return updates, told

    def _lose(self) -> None:
        """Note on both sides that they may differ."""
        self._is_lost = True
        self._endpoint.note_lost()

    def _show_printed(self, message: Message) -> None:
        if message.printed or message.stderr:
            self._endpoint.show_printed(_bounded(message.printed), _bounded(message.stderr))

    def _update(self, message: Message, decoder: UpdatingDecoder) -> None:
        """Change what the other side has changed, and forget what it has forgotten altogether."""
        changed = []
        if message.updates:
            self._note()  # or what shares memory with these would seem to be known there
        for index, node in message.updates:
            if (entry := self._memo.entry(index)) is not None:
                self._endpoint.note_changing(entry.value)
            decoder.update(index, node)
            changed.append(index)
        if changed:
            entries = [self._memo.entry(index) for index in changed]
            self._endpoint.note_changed([each.value for each in entries if each is not None])
        if message.forgotten is None:
            self._memo.clear()

    def _settle(self, message: Message, decoder: UpdatingDecoder) -> None:
        """Be ready to tell what changes here from now on."""
        self._memo.forget(message.forgotten or ())
        self._note()
        if message.lost or decoder.unfollowed:
            self._endpoint.note_lost()

    def _note(self) -> None:
        try:
            self._memo.settle()
        except TooLarge:
            self._memo.clear()
            self._is_over = True
            self._lose()

    def _decoder(self, buffers: bytearray, *, is_argument: bool) -> UpdatingDecoder:
        return UpdatingDecoder(
            buffers,
            self._memo,
            self._endpoint.resolve,
            self._channel.limits,
            partial(self._endpoint.adopt, is_argument=is_argument),
            self._endpoint.choose,
            self._endpoint.remake,
        )

    def _receive(self) -> tuple[Message, bytearray]:
        structure, buffers = self._channel.receive()
        try:
            message = self._decode(structure)
        except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
            raise ProtocolError(f"not a message: {error}") from error
        self._endpoint.remember(structure, is_reply=not isinstance(message, CallRequest))
        if message.rebound:
            self._endpoint.forget_names(message.rebound)
        return message, buffers


def _bounded(printed: str) -> str:
    return printed if len(printed) <= MAX_PRINTED else printed[:MAX_PRINTED] + LEFT_OUT
