"""The examiner's end of the conversation with a candidate."""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable
from typing import Any

from autograder.errors import ProtocolError, TooLarge, WireError
from autograder.examiner.handle import CallableHandle, Handle
from autograder.examiner.randomness import Randomness
from autograder.wire import Channel, Conversation, End

#: Questions for which none of the student's code runs, so that no random state need cross.
_WITHOUT_STUDENT_CODE = ("read", "bind", "unbind", "names")


class CandidateGone(BaseException):
    """The candidate ended, was killed or broke the protocol, in the middle of a test.

    ``broke_rules`` tells the last from the others. Not an Exception, so that a test's own
    ``except Exception`` does not swallow it.
    """

    def __init__(self, reason: str, *, broke_rules: bool = False) -> None:
        super().__init__(reason)
        self.broke_rules = broke_rules


class Link(End):
    """Asks one candidate and answers its calls of the functions that the tests passed in."""

    def __init__(self, channel: Channel, randomness: Randomness) -> None:
        self._conversation = Conversation(channel, self)
        self._randomness = randomness
        self._handles: weakref.WeakValueDictionary[int, Handle] = weakref.WeakValueDictionary()
        self._callbacks: list[Callable[..., Any]] = []
        self._bound: set[int] = set()
        # Functions by name, until the candidate says that the name is bound to something else. It
        # could lie about that, but no more than it could in answer to "read".
        self._known: dict[object, CallableHandle] = {}
        self._binding = False
        self.gone: WireError | None = None

    def ask(self, op: str, *operands: object) -> Any:
        """Have the candidate perform ``op``.

        Raises:
            CandidateGone: there is no candidate any more.
            ValueError: what the test passes in is too large to cross.
        """
        if self.gone is not None:
            raise self._lost(self.gone)
        if op == "read" and operands[0] in self._known:
            return self._known[operands[0]]
        self._binding = op == "bind"
        random = None if op in _WITHOUT_STUDENT_CODE else self._randomness.to_send()
        try:
            answer = self._conversation.ask(op, *operands, random=random)
        except StopIteration as error:
            if op == "next":
                raise
            # It would end a loop of the test over `map(…)` before anything was compared.
            raise RuntimeError("StopIteration outside an iterator") from error.__cause__
        except TooLarge as error:
            raise ValueError(str(error)) from error
        except WireError as error:
            self.gone = error
            raise self._lost(error) from error
        if op == "read" and isinstance(answer, CallableHandle):
            self._known[operands[0]] = answer
        return answer

    def forget_names(self) -> None:
        self._known.clear()

    def end_test(self) -> None:
        """The functions that a test passed in end with it, but for those bound to a name."""
        for number in range(len(self._callbacks)):
            if number not in self._bound:
                self._callbacks[number] = _ended

    def perform(self, op: str, operands: list[Any]) -> object:
        match op, operands:
            case "call", [function, tuple() as args, dict() as kwargs]:
                if any(function is known for known in self._callbacks):
                    return function(*args, **kwargs)
        raise ProtocolError("a question that the student's side may not ask")

    def export(self, value: object) -> Any:
        if isinstance(value, Handle):
            if self._handles.get(value._identity) is not value:
                raise CandidateGone("the object belongs to a process that has ended")
            return ["b", value._identity]
        if not callable(value):
            raise TypeError(
                f"an object of type {type(value).__name__!r} cannot be handed to the student's "
                "process: pass numbers, text, lists, arrays or a function, or tag the cell "
                "run-in-candidate"
            )
        known = [number for number, each in enumerate(self._callbacks) if each is value]
        if not known:
            known = [len(self._callbacks)]
            self._callbacks.append(value)
        if self._binding:
            self._bound.add(known[0])
        return ["h", known[0], getattr(value, "__name__", type(value).__name__)]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            if not 0 <= identity < len(self._callbacks):
                raise ProtocolError("a function that was never passed in")
            return self._callbacks[identity]
        match about:
            case [str(kind), bool(is_callable)]:
                handle = self._handles.get(identity)
                if handle is None:
                    make = CallableHandle if is_callable else Handle
                    handle = self._handles[identity] = make(self.ask, identity, kind[:100])
                return handle
        raise ProtocolError("a malformed reference to an object")

    def _lost(self, error: WireError) -> CandidateGone:
        return CandidateGone(str(error), broke_rules=isinstance(error, ProtocolError))

    def show_printed(self, text: str) -> None:
        if text:
            sys.stdout.write(text)


def _ended(*_: object, **__: object) -> None:
    raise RuntimeError("the test that passed this function in has ended")
