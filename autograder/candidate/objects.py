"""What the candidate does when asked: run a cell, read a name, call a function, use an object."""

from __future__ import annotations

import operator
import threading
import traceback
from collections.abc import Callable
from typing import Any

from autograder.candidate.shell import Shell
from autograder.errors import ProtocolError
from autograder.wire import Conversation, End, random_state

_TRACEBACK_FRAMES = 12

#: What may be done with an object that stays here, by the name that crosses.
OPERATIONS: dict[str, Callable[..., Any]] = {
    "call": lambda function, args, kwargs: function(*args, **kwargs),
    "getattr": getattr,
    "setattr": setattr,
    "delattr": delattr,
    "getitem": operator.getitem,
    "setitem": operator.setitem,
    "delitem": operator.delitem,
    "len": len,
    "iter": iter,
    "next": next,
    "reversed": reversed,
    "str": str,
    "repr": repr,
    "dir": dir,
    "isinstance": isinstance,
    "issubclass": issubclass,
    "enter": lambda manager: type(manager).__enter__(manager),
    "exit": lambda manager, *error: type(manager).__exit__(manager, *error),
    **{
        name: getattr(operator, name)
        for name in ("add", "sub", "mul", "matmul", "truediv", "floordiv", "mod", "pow", "neg",
                     "pos", "abs", "invert", "and_", "or_", "xor", "lshift", "rshift")
    },
}  # fmt: skip


class CandidateEnd(End):
    """The candidate's end: everything that is not plain data stays here and crosses as a handle."""

    catches = BaseException

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._handles: list[object] = []
        self._numbers: dict[int, int] = {}
        self._callbacks: dict[int, Callback] = {}
        self._read: dict[str, object] = {}
        self._thread = threading.get_ident()
        self.conversation: Conversation | None = None

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
                names[name] = value
            case "unbind", [str(name)]:
                names.pop(name, None)
            case "names", []:
                return [name for name in list(names) if isinstance(name, str)]
            case "seed", [int(number)]:
                random_state.seed(number)
            case _:
                raise ProtocolError(f"an unknown question: {op!r:.60}")
        return None

    def _run(self, source: str, *, shown: bool) -> dict[str, Any]:
        """Run a cell in the shell; its outputs if they will be shown, and how it ended."""
        shell = self._shell
        result = shell.run(source, rich=shown)
        outputs = list(shell.capture.outputs) if shown else []
        shell.capture.clear()
        error = result.error_before_exec or result.error_in_exec
        value: object = result.result
        return {
            "outputs": outputs,
            "error": None if error is None else type(error).__name__,
            "value": float(value) if isinstance(value, (int, float)) else None,
        }

    def export(self, value: object) -> Any:
        if isinstance(value, Callback):
            return ["b", value.identity]
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self._handles)
            self._handles.append(value)
        return ["h", number, [type(value).__name__, callable(value)]]

    def resolve(self, tag: str, identity: int, about: Any) -> object:
        if tag == "b":
            return self._handles[identity]
        if identity not in self._callbacks:
            self._callbacks[identity] = Callback(self, identity, str(about))
        return self._callbacks[identity]

    def call_back(self, callback: Callback, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        if threading.get_ident() != self._thread:
            raise RuntimeError("a function of the test may only be called on the calling thread")
        assert self.conversation is not None
        return self.conversation.ask("call", callback, args, kwargs)

    def take_printed(self) -> str:
        return self._shell.capture.take_text()

    def has_rebound(self) -> bool:
        names = self._shell.user_ns
        if all(name in names and names[name] is value for name, value in self._read.items()):
            return False
        self._read.clear()
        return True

    def seed(self, state: bytes) -> None:
        random_state.restore(state)

    def describe(self, error: BaseException) -> tuple[list[str], str, str]:
        names, message, _ = super().describe(error)
        frames = [
            frame
            for frame in traceback.extract_tb(error.__traceback__)
            if "/autograder/" not in frame.filename
        ]
        lines = traceback.format_list(frames[-_TRACEBACK_FRAMES:])
        return names, message, "".join(lines) + f"{type(error).__name__}: {message}"


class Callback:
    """Stands for a function that the test passed in."""

    def __init__(self, end: CandidateEnd, identity: int, name: str) -> None:
        self._end = end
        self.identity = identity
        self.__name__ = name

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self._end.call_back(self, args, kwargs)
