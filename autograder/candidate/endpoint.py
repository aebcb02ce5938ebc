"""The candidate's end of the conversation, and its main loop.

At the examiner's request it runs a cell, reads or binds a name, or uses an object that stays here.
`serve` does that until the examiner hangs up; `main` is a candidate without sandbox or zygote.
"""

from __future__ import annotations

import builtins
import contextlib
import copy
import inspect
import io
import operator
import os
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path
from types import MethodType
from typing import Any

import msgspec

from autograder.candidate.classes import remade
from autograder.candidate.substitutes import substitute
from autograder.errors import PeerGone, ProtocolError
from autograder.ipython.shell import INLINE_BACKEND, Capture, Shell, number_in
from autograder.sandbox.paths import guard_imports, prefer_modules_in
from autograder.wire import Channel, Conversation, Endpoint, random_state
from autograder.wire.abilities import Ability, abilities_of, class_names

#: Frames of the student's code that are reported of a traceback, the innermost ones.
_TRACEBACK_FRAMES = 12


def _exit(manager: Any, kind: type[Exception] | None = None, message: str = "") -> object:
    """Leave a ``with`` statement of the test, perhaps by an exception raised there."""
    if kind is None:
        return type(manager).__exit__(manager, None, None, None)
    return type(manager).__exit__(manager, kind, kind(message), None)


def _signature(function: Callable[..., Any]) -> tuple[list[tuple[Any, ...]], list[Any]]:
    """The parameters (name, kind, default, annotation) of a function, and what it returns.

    What is not there crosses as an empty list, since `inspect.Parameter.empty` could not.
    """

    def optional(value: object) -> list[object]:
        return [] if value is inspect.Parameter.empty else [value]

    signature = inspect.signature(function)
    parameters = [
        (each.name, int(each.kind), optional(each.default), optional(each.annotation))
        for each in signature.parameters.values()
    ]
    return parameters, optional(signature.return_annotation)


#: What may be done with an object that stays here, by the name that crosses.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda function, args, kwargs: function(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "format": format,
    "hash": hash,
    "len": len,
    "sizeof": lambda value: value.__sizeof__(),
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "str": str,
    "repr": repr,
    "type": type,
    "dir": dir,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "enter": lambda manager: type(manager).__enter__(manager),
    "exit": _exit,
    "signature": _signature,
    **{
        name: getattr(operator, name)
        for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "neg",
                     "pos", "abs", "invert", "and_", "or_", "xor", "lshift", "rshift", "iadd",
                     "isub", "imul", "imatmul", "itruediv", "ifloordiv", "imod", "ipow", "iand",
                     "ior", "ixor", "ilshift", "irshift")
    },
    "divmod": divmod,
}  # fmt: skip


class OtherThread(RuntimeError):
    """A function of the test's was called on a thread that must not talk to the examiner."""


class CandidateEndpoint(Endpoint):
    """Performs the examiner's requests; what is not plain data stays here, and crosses as a number.

    Nothing here is a secret or has to hold: student code shares the process and may replace it all.
    """

    # Whatever student code raises is reported, SystemExit and KeyboardInterrupt included.
    catches = BaseException
    sends_objects = True
    substitute = staticmethod(substitute)
    keeps_views = False  # the examiner gives each array that comes memory of its own

    def __init__(self, shell: Shell) -> None:
        self.conversation: Conversation | None = None
        self._shell = shell
        # Objects that have crossed, and their numbers by `id`; kept, so that no id is used again.
        self._objects: list[object] = []
        self._numbers: dict[int, int] = {}
        self._names_of_classes: dict[int, list[str]] = {}
        self._callbacks: dict[int, Callback] = {}
        self._late: dict[int, BaseException] = {}  # to be raised by iterators when asked next
        self._read: dict[str, object] = {}
        self._displaced: dict[str, object] = {}
        self._thread = threading.get_ident()

    def perform(self, op: str, operands: list[Any]) -> object:
        if op in OPERATIONS:
            return OPERATIONS[op](*operands)
        names = self._shell.user_ns
        match op, operands:
            case "run", [str(source), bool(shown)]:
                return self._run(source, shown=shown)
            case "read", [str(name)]:
                if name not in names:
                    raise NameError(f"name {name!r} is not defined")
                self._read[name] = names[name]
                return names[name]
            case "bind", [str(name), value]:
                self._displace(name)
                names[name] = self._read[name] = value
            case "unbind", [str(name)]:
                self._displace(name)
                names.pop(name, None)
            case "restore", [str(name)]:
                if name in self._displaced:
                    names[name] = self._displaced.pop(name)
            case "names", []:
                return [name for name in list(names) if isinstance(name, str)]
            case "take", [iterator, int(count)]:
                return self._take(iterator, count)
            case "seed", [int(number)]:
                random_state.seed(number)
            case "sync", []:
                assert self.conversation is not None
                self.conversation.look_at_all()
            case "prefer", [list(modules)]:
                prefer_modules_in(Path.cwd(), modules)
            case _:
                raise ProtocolError(f"an unknown request: {op!r:.60}")
        return None

    def _displace(self, name: str) -> None:
        """Keep what a name stood for before a test gave it another value."""
        names = self._shell.user_ns
        if name in names:
            self._displaced.setdefault(name, names[name])

    def _take(self, iterator: Any, count: int) -> list[Any]:
        """So many items, or those that are left; what is raised in place of one comes after."""
        items: list[Any] = []
        number = self._number_of(iterator)
        if number in self._late:
            raise self._late.pop(number)
        while len(items) < count:
            try:
                items.append(next(iterator))
            except StopIteration:
                break
            except BaseException as error:
                if not items:
                    raise
                self._late[number] = error
                break
        return items

    def _run(self, source: str, *, shown: bool) -> dict[str, Any]:
        """Run a cell in the shell; its outputs if they will be shown, and how it ended."""
        shell = self._shell
        result = shell.run(source, rich=shown)
        outputs = list(shell.capture.outputs) if shown else []
        shell.capture.clear()
        error = result.error_before_exec or result.error_in_exec
        return {
            "outputs": outputs,
            "error": None if error is None else type(error).__name__,
            "value": number_in(result.result),
        }

    def export(self, value: object) -> Any:
        if isinstance(value, Callback):
            return ["b", value.identity]
        kind = type(value)
        can = [callable(value), hasattr(kind, "__iter__"), hasattr(kind, "__next__")]
        abilities = abilities_of(kind)
        about = [kind.__name__, *can, int(abilities), self._number_of(kind)]
        hash_now = None
        if Ability.HASH_BY_OWN_CODE in abilities:
            with contextlib.suppress(Exception):
                hash_now = hash(value)
        names = self._class_names(value if isinstance(value, type) else kind)
        if names or isinstance(value, type):
            about += [hash_now, isinstance(value, type), names]
        elif hash_now is not None:
            about.append(hash_now)
        return ["h", self._number_of(value), about]

    def _class_names(self, kind: type) -> list[str]:
        number = self._number_of(kind)
        if number not in self._names_of_classes:
            self._names_of_classes[number] = class_names(kind)
        return self._names_of_classes[number]

    def _number_of(self, value: object) -> int:
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._objects)
            self._objects.append(value)
        return number

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            return self._objects[identity]
        if len(about) == 1:  # a path, which leads to a file here only
            return Path(*about)
        if identity not in self._callbacks:
            name, is_function = about
            make = FunctionCallback if is_function else Callback
            self._callbacks[identity] = make(self, identity, str(name))
        return self._callbacks[identity]

    def remake(self, module: str, path: str, plain: Any, state: list[Any]) -> object:
        """Data that a test passes, of the class that it has there."""
        return remade(self._shell.user_ns, module, path, plain, state)

    def call_back(self, callback: Callback, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        """Have the examiner call a function that the test passed in."""
        return self._request("call", callback, args, kwargs)

    def read_line(self, prompt: object = "", /) -> Any:
        """`input` as the student's code finds it."""
        return self._request("input", str(prompt))

    def _request(self, op: str, *operands: object) -> Any:
        # Two threads would take each other's replies.
        if threading.get_ident() != self._thread:
            raise OtherThread("a function of the test may only be called on the calling thread")
        assert self.conversation is not None
        return self.conversation.request(op, *operands)

    def take_printed(self) -> tuple[str, str]:
        return self._shell.capture.take_streams()

    def rebound(self) -> list[str]:
        names = self._shell.user_ns
        # By identity, since `==` may be the student's.
        found = [
            name
            for name, value in self._read.items()
            if name not in names or names[name] is not value
        ]
        for name in found:
            del self._read[name]
        return found

    def seed(self, state: bytes) -> None:
        random_state.restore(state)

    def traceback_of(self, error: BaseException) -> str:
        # Without the frames of this module, through which every call of the student's code comes.
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if "/autograder/" not in frame.filename
        ]
        return "".join(traceback.format_list(frames[-_TRACEBACK_FRAMES:]))


class Callback:
    """Stands for a function that the test passed in."""

    def __init__(self, endpoint: CandidateEndpoint, identity: int, name: str) -> None:
        self._endpoint = endpoint
        self.identity = identity
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._endpoint.call_back(self, args, kwargs)


class FunctionCallback(Callback):
    """Stands for a plain function, which becomes a method where a class has it."""

    def __get__(self, instance: object, owner: type) -> Any:
        return self if instance is None else MethodType(self, instance)


def make_shell(output_limit: int, *, draws: bool = True) -> Shell:
    """The shell that a candidate's parent makes before it forks, to save every candidate the time.

    ``output_limit`` is the number of characters kept of what one cell prints and shows.
    """
    return Shell(Capture(output_limit), draws=draws)


def serve(channel: Channel, shell: Shell, scratch: str) -> None:
    """Be a candidate: use ``shell`` as the process's own and serve requests over ``channel``.

    The scratch folder is last on ``sys.path``, so that a submitted ``numpy/`` shadows nothing.
    """
    sys.path[:] = [entry for entry in sys.path if entry not in ("", scratch)] + [scratch]
    shell.use()
    endpoint = CandidateEndpoint(shell)
    endpoint.conversation = Conversation(channel, endpoint)
    builtins.input = endpoint.read_line
    with contextlib.suppress(PeerGone):
        endpoint.conversation.serve()


class Start(msgspec.Struct):
    """What a candidate on its own is told: its scratch folder, and settings of the course."""

    scratch: str
    output_limit: int
    hidden_modules: tuple[str, ...]


def main() -> None:
    """Be a candidate on its own, as soon as one frame has told a `Start`.

    It talks over standard input and output, without a zygote and without a sandbox: for
    ``autograder check`` on a student's own machine, whatever the system.
    """
    # The wire moves to private descriptors, so that nothing that the student prints can fall in.
    channel = Channel(io.FileIO(os.dup(0), "rb"), io.FileIO(os.dup(1), "wb"))
    with open(os.devnull, "r+b", buffering=0) as null:
        for descriptor in (0, 1):
            os.dup2(null.fileno(), descriptor)
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    with contextlib.suppress(PeerGone):
        told, _ = channel.receive()
        start = msgspec.msgpack.decode(told, type=Start)
        os.chdir(start.scratch)
        guard_imports(start.hidden_modules)
        # What a check says of a notebook does not show its figures.
        serve(channel, make_shell(start.output_limit, draws=False), start.scratch)


if __name__ == "__main__":
    main()
