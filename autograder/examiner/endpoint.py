"""The examiner's end of the conversation with a candidate.

What the student's code reads by `input()`: what the test has put in its place.

When the candidate has to adopt the examiner's random state.

Only in this direction: a candidate that could set the examiner's generators could make every
"random" test input zero. The state crosses when it has changed since it last crossed, and also
when the test seeded a generator to the very state that it had before.
"""

from __future__ import annotations

import builtins
import random
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from autograder.errors import PeerGone, ProtocolError, TooLarge, WireError
from autograder.examiner.namespace import Namespace
from autograder.examiner.proxy import CallableProxy, Proxy, proxy_type
from autograder.wire import Channel, Conversation, Endpoint, RemoteTraceback, random_state

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


class ExaminerEndpoint(Endpoint):
    """Asks one candidate and answers its calls of the functions that the tests passed in.

    What a test did to asked names in ``namespace`` is handed over before student code can run.
    """

    def __init__(
        self, channel: Channel, randomness: Randomness, namespace: Namespace, stdin: StandardInput
    ) -> None:
        self._conversation = Conversation(channel, self)
        self._randomness = randomness
        self._namespace = namespace
        self._stdin = stdin
        self._handles: weakref.WeakValueDictionary[int, Proxy] = weakref.WeakValueDictionary()
        self._callbacks: list[Callable[..., Any]] = []
        self._bound: set[int] = set()
        # Functions by name, until the candidate says that the name is bound to something else. It
        # could lie about that, but no more than it could in answer to "read".
        self._known: dict[object, CallableProxy] = {}
        self._binding = False
        self._turn = threading.RLock()  # a test may have threads of its own
        self.gone: WireError | None = None
        self.interrupted = False
        self._not_sent: BaseException | None = None  # why what a test passes in stayed here

    def ask(self, op: str, *operands: object) -> Any:
        """Have the candidate perform ``op``.

        Raises:
            CandidateGone: there is no candidate any more.
            ValueError: what the test passes in is too large to cross.
        """
        with self._turn:
            return self._ask(op, *operands)

    def _ask(self, op: str, *operands: object) -> Any:
        if self.gone is not None:
            raise self.lost(self.gone)
        if op not in ("bind", "unbind"):
            self._namespace.push(self.ask)
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
            if isinstance(error.__cause__, TimeoutError):  # the wire has none of its own
                self.interrupted = True
                raise error.__cause__ from None
            raise self.lost(error) from error
        except BaseException as error:
            if error is not self._not_sent and not isinstance(error.__cause__, RemoteTraceback):
                # A signal's handler, say: the candidate is still busy with the question.
                self.gone, self.interrupted = PeerGone("the test has stopped waiting"), True
            raise
        if op == "read" and isinstance(answer, CallableProxy):
            self._known[operands[0]] = answer
        return answer

    def forget_names(self) -> None:
        self._known.clear()

    def end_test(self) -> None:
        """The functions that a test passed in end with it, but for those bound to a name.

        So does a question that a thread of the test's still waits for.
        """
        if self._turn.acquire(blocking=False):
            self._turn.release()
        else:
            self.gone, self.interrupted = PeerGone("the test has stopped waiting"), True
        for number in range(len(self._callbacks)):
            if number not in self._bound:
                self._callbacks[number] = _ended

    def perform(self, op: str, operands: list[Any]) -> object:
        match op, operands:
            case "call", [function, tuple() as args, dict() as kwargs]:
                if any(function is known for known in self._callbacks):
                    return function(*args, **kwargs)
            case "input", [str(prompt)]:
                return self._stdin.read_line(prompt)
        raise ProtocolError("a question that the student's side may not ask")

    def export(self, value: object) -> Any:
        if isinstance(value, Proxy):
            if self._handles.get(value._identity) is not value:
                self._not_sent = CandidateGone("the object belongs to a process that has ended")
                raise self._not_sent
            return ["b", value._identity]
        if not callable(value):
            self._not_sent = TypeError(
                f"an object of type {type(value).__name__!r} cannot be handed to the student's "
                "process: pass numbers, text, lists, arrays or a function, or tag the cell "
                "run-in-candidate"
            )
            raise self._not_sent
        known = [number for number, each in enumerate(self._callbacks) if each is value]
        if not known:
            known = [len(self._callbacks)]
            self._callbacks.append(value)
        if self._binding:
            self._bound.add(known[0])
        name = str(getattr(value, "__name__", type(value).__name__))
        return ["h", known[0], [name, isinstance(value, FunctionType)]]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            if not 0 <= identity < len(self._callbacks):
                raise ProtocolError("a function that was never passed in")
            return self._callbacks[identity]
        match about:
            case [str(kind), bool(), bool(), bool()]:
                handle = self._handles.get(identity)
                if handle is None:
                    make = proxy_type(*about[1:])
                    handle = self._handles[identity] = make(self.ask, identity, kind[:100])
                return handle
        raise ProtocolError("a malformed reference to an object")

    def lost(self, error: WireError) -> CandidateGone:
        """The exception for a test whose candidate is not there any more."""
        return CandidateGone(str(error), broke_rules=isinstance(error, ProtocolError))

    def show_printed(self, text: str) -> None:
        if text:
            sys.stdout.write(text)


def _ended(*_: object, **__: object) -> None:
    raise RuntimeError("the test that passed this function in has ended")


_INPUT = builtins.input


class StandardInput:
    """Answers the candidate's `input()`; ``names`` are the test's globals."""

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._stdin = sys.stdin

    def read_line(self, prompt: str) -> object:
        """Ask the test's own `input`, mocked or defined, else its own standard input.

        Raises:
            EOFError: it has put neither in place; nobody sits at a keyboard.
        """
        for replaced in (self._names.get("input", _INPUT), builtins.input):
            if replaced is not _INPUT:
                return replaced(prompt)
        if sys.stdin is self._stdin:
            raise EOFError("EOF when reading a line: nobody types while a notebook is graded")
        sys.stdout.write(prompt)
        line = sys.stdin.readline()
        if not line:
            raise EOFError("EOF when reading a line")
        return line.removesuffix("\n")


_SEEDING = (
    (random, "seed"),
    (random, "setstate"),
    (np.random, "seed"),
    (np.random, "set_state"),
)


class Randomness:
    """Watches the global generators of this process; `watch` it once, in the examiner only."""

    def __init__(self) -> None:
        self._sent: object = None
        self._seeded = False

    def watch(self) -> None:
        """Notice from now on when code seeds a global generator."""
        for module, name in _SEEDING:
            setattr(module, name, self._noticing(getattr(module, name)))

    def to_send(self) -> bytes | None:
        """The state that the candidate should adopt before it goes on, or None."""
        fingerprint = random_state.fingerprint()
        if fingerprint == self._sent and not self._seeded:
            return None
        self._sent, self._seeded = fingerprint, False
        return random_state.capture()

    def forget(self) -> None:
        """A fresh candidate has not adopted anything yet."""
        self._sent = None

    def _noticing(self, function: Callable[..., Any]) -> Callable[..., Any]:
        def seed(*args: Any, **kwargs: Any) -> Any:
            self._seeded = True
            return function(*args, **kwargs)

        seed.__doc__ = function.__doc__
        return seed
