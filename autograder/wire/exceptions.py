"""Exceptions in messages: the names of their bases, their texts and their causes."""

from __future__ import annotations

import re
from collections.abc import Callable

from autograder.wire.abilities import has_its_name
from autograder.wire.values import EXCEPTIONS

#: Makes of the names of an exception's bases, and of a built-in type, the class to raise.
Derive = Callable[[list[str], type[BaseException]], type[BaseException]]

#: Characters of a message or a traceback that are taken from the other side.
MAX_TEXT = 100_000
#: Names of base classes that are looked at, of those that the other side lists.
_MAX_BASES = 50
_EXIT_CODE = re.compile(r"-?\d{1,9}")
#: Exceptions of which each is the next one's cause that are told.
MAX_CAUSES = 5


def remote_traceback(error: BaseException) -> str | None:
    """Where an exception was raised that came from the other side; None if it did not."""
    where: str | None = getattr(error, "__remote_traceback__", None)
    return where


def exception_named(
    bases: list[str], message: str, derived: Derive = lambda _, kind: kind
) -> BaseException:
    """The exception to raise for an error: of its nearest base that is a built-in type.

    Of a type that derives from all of them, where there are several none of which derives from
    another: a test may catch any.

    Types are looked up by name and never imported: importing would run code that the sender
    chooses. ``derived`` has the class to raise for such a type.

    >>> exception_named(["notebook.Odd", "builtins.KeyError"], "k")
    KeyError('k')
    >>> exception_named(["builtins.SystemExit"], "3").code
    3
    >>> isinstance(exception_named(["builtins.AttributeError", "builtins.KeyError"], "k"), KeyError)
    True
    """
    text = message[:MAX_TEXT]
    known = [EXCEPTIONS[name] for name in bases[:_MAX_BASES] if name in EXCEPTIONS]
    for kind in (*_joined(known), *known):
        if kind is SystemExit:
            return _exit_with(text)
        try:
            return derived(bases, kind)(text)
        except TypeError:  # UnicodeDecodeError and the like want more arguments
            continue
    name = bases[0] if bases else "an exception"
    return RuntimeError(f"{name[:100]}: {text}")


def _joined(known: list[type[BaseException]]) -> list[type[BaseException]]:
    """A type that derives from all of these; none where the first one does."""
    apart = [
        kind
        for kind in dict.fromkeys(known)
        if not any(issubclass(other, kind) for other in known if other is not kind)
    ]
    if len(apart) < 2:
        return []
    try:
        return [type(known[0].__name__, tuple(apart), {"__module__": known[0].__module__})]
    except TypeError:  # their instances differ in memory
        return []


def _exit_with(text: str) -> SystemExit:
    """A SystemExit by its text, whose code is a number for most."""
    if text in ("", "None"):
        return SystemExit()
    return SystemExit(int(text) if _EXIT_CODE.fullmatch(text) else text)


def described(error: BaseException) -> list[tuple[list[str], str]]:
    """Bases and message of an exception, of its cause, and so on."""
    told = [(bases_of(error), _message_of(error))]
    while error.__cause__ is not None and len(told) <= MAX_CAUSES:
        error = error.__cause__
        told.append((bases_of(error), _message_of(error)))
    return told


def bases_of(error: BaseException) -> list[str]:
    """The names of an exception's type and its bases, nearest first."""
    # A class whose name another one has, or none, cannot be caught by that name.
    return [
        f"{kind.__module__}{'' if has_its_name(kind) else '.<locals>'}.{kind.__qualname__}"
        for kind in type(error).__mro__
    ]


def _message_of(error: BaseException) -> str:
    """The text of an exception, whose own ``__str__`` may be a student's and may raise."""
    try:
        is_quoted = type(error).__str__ is KeyError.__str__
        if is_quoted and len(error.args) == 1:
            return str(error.args[0])  # str() of a KeyError is the repr of its argument
        return str(error)
    except Exception as second:
        return f"(its message could not be shown: {type(second).__name__})"
