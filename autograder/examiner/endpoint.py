"""The examiner's end of the conversation with a candidate, and what crosses it unseen by a test.

`ExaminerEndpoint` makes requests of the candidate and serves the candidate's own: to call a
function that the test passed in, and to read a line of `StandardInput` where the student's code
calls ``input()``.
"""

from __future__ import annotations

import builtins
import contextlib
import sys
import threading
import weakref
from collections.abc import Callable, Mapping
from types import FunctionType
from typing import Any

import numpy as np

from autograder.errors import PeerGone, ProtocolError, TooLarge, WireError
from autograder.examiner.namespace import Namespace
from autograder.examiner.places import Places, item_place, place_after
from autograder.examiner.provenance import Provenance
from autograder.examiner.proxy import (
    CallableProxy,
    OpaqueError,
    Proxy,
    proxy_type,
    stand_in_type,
)
from autograder.examiner.randomness import Randomness
from autograder.examiner.stand_in import StandIn
from autograder.examiner.student_exceptions import raised_class
from autograder.wire import Channel, Conversation, Endpoint, remote_traceback
from autograder.wire.abilities import about_of

#: Requests for which none of the student's code runs, so that no random state need cross.
_WITHOUT_STUDENT_CODE = ("read", "bind", "unbind", "restore", "names", "sync", "type")
#: Methods of iterators and generators by which they say that they have ended.
_ENDING = (".__next__()", ".send()", ".throw()")


class CandidateGone(BaseException):
    """The candidate ended, was killed or broke the protocol, in the middle of a test.

    ``broke_rules`` tells the last from the others. Not an Exception, so that a test's own
    ``except Exception`` does not swallow it.
    """

    def __init__(self, reason: str, *, broke_rules: bool = False) -> None:
        super().__init__(reason)
        self.broke_rules = broke_rules

    @classmethod
    def because_of(cls, error: WireError) -> CandidateGone:
        """The exception for a test, made of what ended the conversation."""
        return cls(str(error), broke_rules=isinstance(error, ProtocolError))


class ExaminerEndpoint(Endpoint):
    """Makes requests of one candidate, and serves its calls of functions that tests passed in.

    What a test did to student names in ``namespace`` is handed over before student code can run.

    Attributes
    ----------
    gone
        What ended the conversation; None while it lasts.
    interrupted
        Whether it ended because the test stopped waiting, with the candidate still busy.
    places
        What came in the present test.
    before_call
        Called before student code is, in a run that is compared with nothing: the solution's.
    """

    # What a function of the test's raises is the student's code's to catch.
    catches = (Exception, SystemExit, GeneratorExit)

    def __init__(
        self,
        channel: Channel,
        randomness: Randomness,
        namespace: Namespace,
        stdin: StandardInput,
        provenance: Provenance,
    ) -> None:
        self.places = Places(None)
        self.before_call: Callable[[], None] | None = None
        self.gone: WireError | None = None
        self.interrupted = False
        self._conversation = Conversation(channel, self)
        self._randomness = randomness
        self._namespace = namespace
        self._stdin = stdin
        self._provenance = provenance
        self._runs_cell = False
        # Proxies by number, for as long as the test keeps them: one object has one proxy, and one
        # more for each place at which it stands in for plain data.
        self._proxies: weakref.WeakValueDictionary[tuple[int, str], Proxy] = (
            weakref.WeakValueDictionary()
        )
        self._place = ""  # of what the candidate is being requested for
        self._resolved: dict[int, Proxy] = {}  # what came since the last look, by its id()
        self._callbacks: list[Callable[..., Any]] = []
        self._bound: set[int] = set()
        # Functions by name, until the candidate says that the name is bound to something else. It
        # could lie about that, but no more than it could in reply to "read".
        self._functions: dict[object, CallableProxy] = {}
        self._binding = False
        self._changed: list[Any] = []  # objects that the candidate has changed since the last look
        self._turn = threading.RLock()  # a test may have threads of its own
        self._not_sent: BaseException | None = None  # why what a test passes in stayed here

    def request(self, op: str, *operands: object) -> Any:
        """Have the candidate perform ``op``.

        Raises
        ------
        CandidateGone
            There is no candidate any more.
        ValueError
            What the test passes in is too large to cross.
        """
        with self._turn:
            return self._request(op, *operands)

    def _request(self, op: str, *operands: object) -> Any:
        if self.gone is not None:
            raise CandidateGone.because_of(self.gone)
        if op not in ("bind", "unbind", "restore"):
            self._namespace.push(self.request)
        if op == "read" and operands[0] in self._functions:
            self.places.note(str(operands[0]), self._functions[operands[0]])
            return self._functions[operands[0]]
        # Whether something is an instance of a student's class may be asked of anything.
        if op not in ("isinstance", "issubclass") and operands and isinstance(operands[0], Proxy):
            stand_in = operands[0].__proxy_stand_in__
            if stand_in is not None:
                return stand_in.perform(op, operands, self.places, self._ask)
        return self._ask(op, *operands)

    def _ask(self, op: str, *operands: object) -> Any:
        outer, self._place = self._place, place_after(op, operands)
        if op == "call" and self.before_call is not None and not self.places.compares:
            self.before_call()
        self.places.send(operands[1:])
        try:
            result = self._placed(self._converse(op, *operands), self._place)
        finally:
            # What the candidate has put into objects of the test's, even if it raised then.
            self._placed(operands[1:], f"argument of {self._place}")
            self.places.judge_changed(f"argument of {self._place}", operands[1:])
            self._place_changed()
            self._look_no_more()
            self._place = outer
        if op == "read" and isinstance(result, CallableProxy) and not result.__proxy_stand_in__:
            self._functions[operands[0]] = result
        return result

    def _converse(self, op: str, *operands: object) -> Any:
        self._binding, self._runs_cell = op == "bind", op == "run"
        random = None if op in _WITHOUT_STUDENT_CODE else self._randomness.to_send()
        try:
            return self._conversation.request(op, *operands, random=random)
        except StopIteration as error:
            if op == "next" or self._place.endswith(_ENDING):
                raise
            # It would end a loop of the test over `map(…)` before anything was compared.
            ended = RuntimeError("StopIteration outside an iterator")
            ended.__remote_traceback__ = remote_traceback(error)  # type: ignore[attr-defined]
            raise self._own(ended) from error.__cause__
        except TooLarge as error:
            raise self._own(ValueError(str(error))) from error
        except WireError as error:
            self.gone = error
            # The wire has no deadlines, so the handler of a test's own alarm has raised this.
            if isinstance(error.__cause__, TimeoutError):
                self.interrupted = True
                raise error.__cause__ from None
            raise CandidateGone.because_of(error) from error
        except BaseException as error:
            if error is not self._not_sent and remote_traceback(error) is None:
                # A signal's handler, say: the candidate is still busy with the request, and its
                # reply would be taken for that to the next one.
                self._stop_waiting()
            raise

    def _placed(self, value: Any, place: str, seen: frozenset[int] = frozenset()) -> Any:
        """A value that came, in which a proxy stands in for plain data where no object may come."""
        if isinstance(value, Proxy):
            # Not what the test has put there.
            return self._proxy_at(value, place) if id(value) in self._resolved else value
        self.places.note(place, value)
        if id(value) in seen or not self._resolved:
            return value
        seen |= {id(value)}
        if isinstance(value, tuple):
            items = enumerate(value)
            return tuple(self._placed(item, item_place(place, key), seen) for key, item in items)
        if isinstance(value, (list, dict)):
            for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
                value[key] = self._placed(item, item_place(place, key), seen)
        return value

    def _proxy_at(self, proxy: Proxy, place: str) -> Proxy:
        self.places.note(place, proxy)
        wanted = self.places.wanted(place)
        if wanted is None:
            if not proxy.__proxy_place__:
                object.__setattr__(proxy, "__proxy_place__", place)
            return proxy
        key = proxy.__proxy_identity__, place
        stand_in = self._proxies.get(key)
        if stand_in is None:
            stand_in = self._proxies[key] = stand_in_type(type(proxy))(
                self.request,
                self._opaque,
                key[0],
                proxy.__proxy_kind__,
                place,
                StandIn(place, wanted),
            )
        return stand_in

    def exception_class(self, bases: list[str], kind: type[BaseException]) -> type[BaseException]:
        return raised_class(bases, kind, self._provenance.is_plain_name)

    def note_own(self, error: BaseException) -> None:
        self.places.note_own(error)

    def _own(self, error: BaseException) -> BaseException:
        """An exception to raise in place of what the student's code would have done."""
        self.places.note_own(error)
        return error

    def _opaque(self, proxy: Proxy, use: str) -> OpaqueError:
        error = OpaqueError(proxy.__proxy_kind__, use)
        self.places.note_own(error)
        return error

    def note_lost(self) -> None:
        self.places.lost = True

    def note_changed(self, values: list[Any]) -> None:
        self._changed += values

    def _place_changed(self) -> None:
        """Look at what came in objects that had crossed before, as at what comes otherwise."""
        changed, self._changed = self._changed, []
        for value in changed:
            self._placed(value, f"changed by {self._place}")
            self.places.judge_changed(f"changed by {self._place}", value)

    def _look_no_more(self) -> None:
        """All that came has its place now."""
        for proxy in self._resolved.values():
            object.__setattr__(proxy, "__proxy_hash__", None)
        self._resolved.clear()

    def adopt(
        self, value: Any, is_view: bool, *, is_argument: bool, is_update: bool = False
    ) -> Any:
        if type(value) is np.float64:  # of which there can be many
            return value
        if isinstance(value, np.ndarray) and not is_view:
            value = value.copy(
                order="K"
            )  # no two of its items share memory, nor does another array
        place = self._place_of(is_argument=is_argument)
        if is_update:
            place = f"argument of {place}"
        return self.places.as_wide_as_it_looks(place, value)

    def _place_of(self, *, is_argument: bool) -> str:
        """The place of the result of the present request, or of what it calls functions with."""
        return f"argument in {self._place}" if is_argument else self._place

    def forget_names(self) -> None:
        self._functions.clear()

    def remember(self, message: bytearray, *, is_reply: bool) -> None:
        # What a cell of the student's has shown goes to the coordinator; no test sees it.
        if not (is_reply and self._runs_cell):
            self._provenance.receive(message)

    def settle(self) -> None:
        """Have the candidate know what the test has done to what crossed, and look for the reverse.

        What one side has changed may share memory with something else that the other has.
        """
        with contextlib.suppress(CandidateGone):
            if self.gone is None and self._conversation.has_to_tell():
                self._conversation.look_at_all()
                self._ask("sync")

    def end_test(self) -> None:
        """End the functions that a test passed in, but for those bound to a name.

        What has crossed is associated no longer. A request whose reply a thread of the test's still
        waits for ends the conversation.
        """
        if self._turn.acquire(blocking=False):
            self._turn.release()
        else:
            self._stop_waiting()
        self._conversation.end_association()
        for number in range(len(self._callbacks)):
            if number not in self._bound:
                self._callbacks[number] = self._ended

    def _ended(self, *_: object, **__: object) -> None:
        raise self._own(RuntimeError("the test that passed this function in has ended"))

    def _stop_waiting(self) -> None:
        self.gone, self.interrupted = PeerGone("the test has stopped waiting"), True

    def perform(self, op: str, operands: list[Any]) -> object:
        # An allow-list of two: nothing else of the examiner's can be reached by a request.
        match op, operands:
            case "call", [function, tuple() as args, dict() as kwargs]:
                if any(function is known for known in self._callbacks):
                    place = self._place_of(is_argument=True)
                    args, kwargs = self._placed((args, kwargs), place)
                    self._place_changed()
                    self._look_no_more()
                    return function(*args, **kwargs)
            case "input", [str(prompt)]:
                return self._stdin.read_line(prompt)
        raise ProtocolError("a request that the student's side may not make")

    def export(self, value: object) -> Any:
        if isinstance(value, Proxy):
            identity, stand_in = value.__proxy_identity__, value.__proxy_stand_in__
            key = identity, "" if stand_in is None else value.__proxy_place__
            if self._proxies.get(key) is not value:
                self._not_sent = CandidateGone("the object belongs to a process that has ended")
                raise self._not_sent
            return ["b", identity]
        if not callable(value):
            self._not_sent = self._own(
                TypeError(
                    f"an object of type {type(value).__name__!r} cannot be handed to the student's "
                    "process: pass numbers, text, lists, arrays or a function, or tag the cell "
                    "run-in-candidate"
                )
            )
            raise self._not_sent
        number = self._number_of(value)
        if self._binding:
            self._bound.add(number)
        name = str(getattr(value, "__name__", type(value).__name__))
        return ["h", number, [name, isinstance(value, FunctionType)]]

    def _number_of(self, function: Callable[..., Any]) -> int:
        for number, known in enumerate(self._callbacks):
            if known is function:
                return number
        self._callbacks.append(function)
        return len(self._callbacks) - 1

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            if not 0 <= identity < len(self._callbacks):
                raise ProtocolError("a function that was never passed in")
            return self._callbacks[identity]
        match about:
            case [str(kind), bool(), bool(), bool(), *more]:
                told = about_of(more)
                proxy = self._proxies.get((identity, ""))
                if proxy is None:
                    make = proxy_type(*about[1:4], told.abilities, told.kind)
                    proxy = self._proxies[identity, ""] = make(
                        self.request, self._opaque, identity, kind[:100], about=told
                    )
                object.__setattr__(proxy, "__proxy_hash__", told.hash_now)
                self._resolved[id(proxy)] = proxy
                return proxy
        raise ProtocolError("a malformed reference to an object")

    def show_printed(self, text: str, stderr: str) -> None:
        # A test may have put something else in the place of either.
        for stream, written in ((sys.stdout, text), (sys.stderr, stderr)):
            if written:
                stream.write(written)


_INPUT = builtins.input


class StandardInput:
    """What the student's code reads by ``input()``: whatever the test has put in its place.

    ``names`` are the test's globals.
    """

    def __init__(self, names: Mapping[str, Any]) -> None:
        self._names = names
        self._stdin = sys.stdin

    def read_line(self, prompt: str) -> object:
        """The result of the test's own ``input``, mocked or defined, or a line of its ``stdin``.

        Raises
        ------
        EOFError
            The test has put neither in place, or there is no line left.
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
