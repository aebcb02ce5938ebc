"""What the two sides of a conversation send each other: questions, answers and failures."""

from __future__ import annotations

from typing import Any

import msgspec

from autograder.wire.types import EXCEPTIONS

MAX_TEXT = 100_000


class Ask(msgspec.Struct, array_like=True, tag="ask"):
    """A question: perform ``op`` on ``operands``; ``printed`` is what was printed before it.

    ``rebound``, here and in the answers: names that were read have been bound to other objects.
    """

    id: int
    op: str
    operands: list[Any]
    printed: str = ""
    random: bytes | None = None
    rebound: bool = False


class Answer(msgspec.Struct, array_like=True, tag="answer"):
    """The result, with the new contents of the question's objects that were changed in place."""

    id: int
    result: Any
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False


class Failure(msgspec.Struct, array_like=True, tag="failure"):
    """The question raised: the names of the exception's type and its bases, nearest first."""

    id: int
    bases: list[str]
    message: str
    traceback: str
    updates: list[tuple[int, Any]]
    printed: str = ""
    rebound: bool = False


Message = Ask | Answer | Failure


class Failed(Exception):
    """Carries a failure's traceback text as the ``__cause__`` of the exception raised for it."""


def exception_of(failure: Failure) -> Exception:
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
