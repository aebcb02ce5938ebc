"""The examiner's end of the conversation with a candidate, and what crosses it unseen by a test.

`ExaminerEndpoint` makes requests of the candidate and serves the candidate's own: to call a
function that the test passed in, and to read a line of `StandardInput` where the student's code
calls ``input()``.
"""

from __future__ import annotations

import builtins
import contextlib
import math
import sys
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from types import FunctionType
from typing import Any

import numpy as np

from autograder.errors import PeerGone, ProtocolError, TooLarge, WireError
from autograder.examiner.namespace import Namespace
from autograder.examiner.place_names import item_place, place_after
from autograder.examiner.places import Places
from autograder.examiner.provenance import Provenance
from autograder.examiner.proxy import (
    NO_DATA,
    CallableProxy,
    OpaqueError,
    Proxy,
    proxy_type,
    stand_in_type,
)
from autograder.examiner.randomness import Randomness
from autograder.examiner.stand_in import StandIn
from autograder.examiner.student_exceptions import raised_class
from autograder.ipython.shell import TRUNCATED, CapturedStream
from autograder.wire import Channel, Conversation, Endpoint, remote_traceback
from autograder.wire.abilities import about_of
from autograder.wire.conversation import LEFT_OUT
from autograder.wire.library import VIEWS, FieldTuple, build, is_masked

#: Requests for which none of the student's code runs, so that no random state need cross.
_WITHOUT_STUDENT_CODE = ("read", "bind", "unbind", "restore", "names", "sync", "type")
#: Seconds for which a name is not read again while none of the student's code is asked to run.
_STILL = 0.05
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
    names_classes = True

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
        self._callback_numbers: dict[int, int] = {}  # by id(), of those that have not ended
        self._passed: dict[int, int] = {}  # those of this test, in its order
        self._called: int | None = None  # the one that the candidate is calling
        self._over = self._ended  # in place of one whose test has ended
        self._bound: set[int] = set()
        # Functions by name, until the candidate says that the name is bound to something else. It
        # could lie about that, but no more than it could in reply to "read".
        self._functions: dict[object, CallableProxy] = {}
        # What other names gave, and when, until the student's code can run again.
        self._read: dict[object, tuple[Any, float]] = {}
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
        if op in ("bind", "unbind", "restore"):
            self._functions.pop(operands[0], None)
            self._read.pop(operands[0], None)
        else:
            self._namespace.push(self.request)
        if op == "read":
            return self._read_name(*operands)
        # Whether something is an instance of a student's class may be asked of anything.
        if op not in ("isinstance", "issubclass") and operands and isinstance(operands[0], Proxy):
            stand_in = operands[0].__proxy_stand_in__
            if stand_in is not None:
                return stand_in.perform(op, operands, self.places, self._ask)
        return self._ask(op, *operands)

    def _read_name(self, name: object) -> Any:
        """What a name gives, which is the same until the student's code has run.

        Only a thread of the student's changes it meanwhile, for which a test may wait.
        """
        if name in self._functions:
            self.places.note(str(name), self._functions[name])
            return self._functions[name]
        before, when = self._read.get(name, (None, -math.inf))
        if time.monotonic() - when < _STILL:
            self.places.note(str(name), before)
            return before
        result = self._ask("read", name)
        if isinstance(result, CallableProxy) and not result.__proxy_stand_in__:
            self._functions[name] = result
        else:
            if name in self._read and not _is_still(before, result):
                self.places.note_changing(str(name))
            self._read[name] = result, time.monotonic()
        return result

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
        return result

    def _converse(self, op: str, *operands: object) -> Any:
        self._binding, self._runs_cell = op == "bind", op == "run"
        runs_code = op not in _WITHOUT_STUDENT_CODE
        random = self._randomness.to_send() if runs_code else None
        if runs_code:
            self._read.clear()
        try:
            return self._conversation.request(op, *operands, random=random)
        except StopIteration as error:
            if op == "next" or self._place.endswith(_ENDING):
                raise
            # It would end a loop of the test over `map(…)` before anything was compared.
            ended = RuntimeError("StopIteration outside an iterator")
            ended.__remote_traceback__ = remote_traceback(error)  # type: ignore[attr-defined]
            self.places.note_own(ended, is_refusal=True)
            raise ended from error.__cause__
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
        finally:
            if runs_code:  # a function of the test's, which it has called, may have read names
                self._read.clear()

    def _placed(self, value: Any, place: str, seen: frozenset[int] = frozenset()) -> Any:
        """A value that came, in which a proxy stands in for plain data where no object may come."""
        if isinstance(value, Proxy):
            # Not what the test has put there.
            if id(value) not in self._resolved:
                return value
            if self._is_data_at(place, value):
                return self._placed(value.__proxy_plain__, place, seen)
            return self._proxy_at(value, place)
        self.places.note(place, value)
        if id(value) in seen or not self._resolved:
            return value
        seen |= {id(value)}
        if type(value) is tuple or isinstance(value, FieldTuple):
            items = enumerate(value)
            placed = (self._placed(item, item_place(place, key), seen) for key, item in items)
            return type(value)(placed)
        if type(value) in VIEWS:
            return build(
                VIEWS[type(value)], [self._placed(each, f"{place}[…]", seen) for each in value]
            )
        if isinstance(value, (set, frozenset, dict)) and any(isinstance(x, Proxy) for x in value):
            self.places.judge_objects_in(place, value)
        if isinstance(value, (list, deque, dict)):
            for key, item in list(value.items() if isinstance(value, dict) else enumerate(value)):
                value[key] = self._placed(item, item_place(place, key), seen)
        return value

    def choose(self, an_object: Any, value: Any) -> Any:
        # Where it came is known once all of the message is here.
        object.__setattr__(an_object, "__proxy_plain__", value)
        return an_object

    def _is_data_at(self, place: str, proxy: Proxy) -> bool:
        """Whether data of a student's class is wanted as data: the solution gave no object."""
        if proxy.__proxy_plain__ is NO_DATA:
            return False
        return not self.places.compares or self.places.wanted(place) is not None

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
                StandIn(place, wanted, type(proxy)),
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
        self.places.note_own(error, is_refusal=True)
        return error

    def note_lost(self) -> None:
        self.places.lost = True

    def note_changed(self, values: list[Any]) -> None:
        self._changed += values
        changed = {id(value) for value in values}
        for name, value in self._namespace.held().items():
            if id(value) in changed:
                self.places.is_rebound(name)

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
        if is_masked(value):
            return self.places.as_masked(self._place_of(is_argument=is_argument), value)
        if isinstance(value, np.ndarray) and not is_view:
            value = value.copy(
                order="K"
            )  # no two of its items share memory, nor does another array
        places = self.places
        if is_update:
            changed = f"changed by {self._place}"
            return places.as_wide_as_it_looks(f"argument of {self._place}", value, changed)
        return places.as_wide_as_it_looks(self._place_of(is_argument=is_argument), value)

    def _place_of(self, *, is_argument: bool) -> str:
        """The place of the result of the present request, or of what it calls functions with."""
        if not is_argument:
            return self._place
        passed = None if self._called is None else self._passed.get(self._called)
        which = "" if passed is None else f"of function {passed + 1} "
        return f"argument {which}in {self._place}"

    def expect(self, operands: list[Any]) -> None:
        if len(operands) == 1:
            self._called = self._callback_numbers.get(id(operands[0]))

    def forget_names(self, names: list[str]) -> None:
        for name in names:
            self._functions.pop(name, None)
            self._read.pop(name, None)
        held = self._namespace.held()
        self._namespace.let_go(
            name for name in names if name in held and self.places.is_rebound(name)
        )

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
        self._read.clear()
        self._namespace.let_go(self._namespace.held())
        for number in self._passed:
            if number not in self._bound:
                self._callback_numbers.pop(id(self._callbacks[number]), None)
                self._callbacks[number] = self._over
        self._passed.clear()

    def _ended(self, *_: object, **__: object) -> None:
        error = RuntimeError("the test that passed this function in has ended")
        self.places.note_own(error, is_refusal=True)
        raise error

    def _stop_waiting(self) -> None:
        self.gone, self.interrupted = PeerGone("the test has stopped waiting"), True

    def perform(self, op: str, operands: list[Any]) -> object:
        # An allow-list of two: nothing else of the examiner's can be reached by a request.
        match op, operands:
            case "call", [function, tuple() as args, dict() as kwargs]:
                self._read.clear()
                if self._called is not None or function is self._over:
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
        if type(value) is type(Path()):  # of a file, which this process must not open in its place
            return ["h", -1, [str(value)]]
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
        number = self._callback_numbers.setdefault(id(function), len(self._callbacks))
        if number == len(self._callbacks):
            self._callbacks.append(function)
        self._passed.setdefault(number, len(self._passed))
        return number

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
                is_read = not isinstance(stream, CapturedStream)
                self.places.cut |= is_read and written.endswith((TRUNCATED, LEFT_OUT))
                stream.write(written)


def _is_still(before: Any, now: Any) -> bool:
    """Whether a name still gives what it gave. What can be changed is the same object, or another.

    >>> _is_still((1, 2.0), (1, 2.0)), _is_still(1, True), _is_still([1], [1])
    (True, False, False)
    """
    if isinstance(before, tuple) and isinstance(now, tuple):
        return len(before) == len(now) and all(map(_is_still, before, now))
    if before is now or isinstance(before, (Proxy, list, dict, set, np.ndarray)):
        return before is now
    if type(before) is not type(now):
        return False
    try:
        return bool(before == now) or bool(before != before and now != now)
    except ValueError:  # an index of pandas
        return False


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
