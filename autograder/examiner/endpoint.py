"""The examiner's end of the conversation with a candidate, and what crosses it unseen by a test.

`ExaminerEndpoint` makes requests of the candidate and serves the candidate's own: to call a
function that the test passed in, and to read a line of `StandardInput` where the student's code
calls ``input()``.
"""

from __future__ import annotations

import contextlib
import sys
import threading
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from types import FunctionType
from typing import Any

import numpy as np

from autograder.errors import PeerGone, ProtocolError, TooLarge, WireError
from autograder.examiner.former import Former
from autograder.examiner.names_read import NamesRead
from autograder.examiner.namespace import Namespace
from autograder.examiner.opaque import OpaqueError
from autograder.examiner.passed import PassedFunctions
from autograder.examiner.place_names import place_after
from autograder.examiner.places import Places
from autograder.examiner.provenance import Provenance
from autograder.examiner.proxy import Proxy, Substitute
from autograder.examiner.randomness import Randomness
from autograder.examiner.stdin import StandardInput
from autograder.examiner.student_exceptions import raised_class
from autograder.examiner.student_objects import StudentObjects
from autograder.examiner.student_paths import StudentPath
from autograder.ipython.shell import TRUNCATED, CapturedStream
from autograder.wire import Channel, Conversation, Endpoint, remote_traceback
from autograder.wire.conversation import LEFT_OUT
from autograder.wire.library import is_masked

#: Requests for which none of the student's code runs, so that no random state need cross.
_WITHOUT_STUDENT_CODE = ("read", "bind", "unbind", "restore", "names", "sync", "type")
#: Methods of iterators and generators by which they say that they have ended.
_ENDING = (".__next__()", ".send()", ".throw()")


#: What gives the test something that the student's code has made, and not a part of it.
_GIVE = frozenset(["call", "read", "getattr"])


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
        self._objects = StudentObjects(self.request, self._opaque)
        self._passed = PassedFunctions(self._note_refusal)
        self._names = NamesRead()
        self._place = ""  # of what the candidate is being requested for
        self._binding = False
        self._changed: list[Any] = []  # objects that the candidate has changed since the last look
        self._former = Former()
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
            self._names.forget(operands[0])
        else:
            self._namespace.push(self.request)
        if op == "read":
            return self._names.read(operands[0], self._ask, self.places)
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
            result = self._objects.placed(self._converse(op, *operands), self._place, self.places)
            if op in _GIVE:
                self.places.judge(self._place, result)
        finally:
            # What the candidate has put into objects of the test's, even if it raised then.
            self._objects.placed(operands[1:], f"argument of {self._place}", self.places)
            self.places.judge_changed(f"argument of {self._place}", operands[1:])
            self._place_changed()
            self._objects.settle()
            self._place = outer
        return result

    def _converse(self, op: str, *operands: object) -> Any:
        self._binding, self._runs_cell = op == "bind", op == "run"
        runs_code = op not in _WITHOUT_STUDENT_CODE
        random = self._randomness.to_send() if runs_code else None
        if runs_code:
            self._names.expire()
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
                self._names.expire()

    def choose(self, an_object: Any, value: Any, *, is_substitute: bool = False) -> Any:
        # Where it came is known once all of the message is here.
        if type(value) is PurePosixPath:
            value = StudentPath.of(value, an_object)
        plain = Substitute(value) if is_substitute else value
        object.__setattr__(an_object, "__proxy_plain__", plain)
        return an_object

    def exception_class(self, bases: list[str], kind: type[BaseException]) -> type[BaseException]:
        return raised_class(bases, kind, self._provenance.is_plain_name)

    def note_own(self, error: BaseException) -> None:
        self.places.note_own(error)

    def _note_refusal(self, error: BaseException) -> None:
        self.places.note_own(error, is_refusal=True)

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

    def note_changing(self, value: Any) -> None:
        if self.places.compares:
            self._former.keep(value)

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
            self._objects.placed(value, f"changed by {self._place}", self.places)
            self.places.judge_changed(f"changed by {self._place}", value)
            if not self.places.is_changed(self._namespace.names_of(value), self._place):
                self._former.note_spoiled(value)

    def adopt(
        self, value: Any, is_view: bool, *, is_argument: bool, is_update: bool = False
    ) -> Any:
        if type(value) is np.float64:  # of which there can be many
            return value
        if is_masked(value):
            return self.places.as_masked(self._place_of(is_argument=is_argument), value)
        if isinstance(value, np.ndarray) and not is_view and value.dtype != object:
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
        return f"argument {self._passed.which_is_called}in {self._place}"

    def expect(self, operands: list[Any]) -> None:
        if len(operands) == 1:
            self._passed.expect(operands[0])

    def forget_names(self, names: list[str]) -> None:
        for name in names:
            self._names.forget(name)
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
        if self._former.is_needed:
            with self._conversation.aside():
                self._former.put_back()
        self._names.expire()
        self._namespace.let_go(self._namespace.held())
        self._passed.end_test()

    def _stop_waiting(self) -> None:
        self.gone, self.interrupted = PeerGone("the test has stopped waiting"), True

    def perform(self, op: str, operands: list[Any]) -> object:
        # An allow-list of two: nothing else of the examiner's can be reached by a request.
        match op, operands:
            case "call", [function, tuple() as args, dict() as kwargs]:
                self._names.expire()
                if self._passed.may_be_called(function):
                    place = self._place_of(is_argument=True)
                    args, kwargs = self._objects.placed((args, kwargs), place, self.places)
                    self._place_changed()
                    self._objects.settle()
                    return function(*args, **kwargs)
            case "input", [str(prompt)]:
                return self._stdin.read_line(prompt)
        raise ProtocolError("a request that the student's side may not make")

    def export(self, value: object) -> Any:
        if isinstance(value, Proxy):
            if not self._objects.is_present(value):
                self._not_sent = CandidateGone("the object belongs to a process that has ended")
                raise self._not_sent
            return ["b", value.__proxy_identity__]
        if isinstance(value, Path):  # of a file, which this process must not open in its place
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
        number = self._passed.number_of(value, is_bound=self._binding)
        name = str(getattr(value, "__name__", type(value).__name__))
        return ["h", number, [name, isinstance(value, FunctionType)]]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            return self._passed.numbered(identity)
        return self._objects.resolve(identity, about)

    def show_printed(self, text: str, stderr: str) -> None:
        # A test may have put something else in the place of either.
        for stream, written in ((sys.stdout, text), (sys.stderr, stderr)):
            if written:
                is_read = not isinstance(stream, CapturedStream)
                self.places.cut |= is_read and written.endswith((TRUNCATED, LEFT_OUT))
                stream.write(written)
