"""What each of the two processes does with the other's requests and objects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

from autograder.wire.values import Node


class Endpoint(ABC):
    """What one end of a conversation does with the other's requests and objects."""

    #: Which exceptions of performed code are reported, rather than end the conversation. Those that
    #: came from the other side always are.
    catches: ClassVar[type[BaseException] | tuple[type[BaseException], ...]] = Exception
    #: Whether views of this side's arrays that have crossed are views on the other side, too.
    keeps_views: ClassVar[bool] = True
    #: Whether plain data of a class of one's own crosses as an object as well.
    sends_objects: ClassVar[bool] = False
    #: Whether it crosses with the name of its class, and what makes it of that on the other side.
    names_classes: ClassVar[bool] = False
    remake: ClassVar[Callable[..., Any] | None] = None
    #: What gives the plain data that an object of a library stands for.
    substitute: ClassVar[Callable[..., Any] | None] = None

    @abstractmethod
    def perform(self, op: str, operands: list[Any]) -> object:
        """Do what the other side requests; the result goes back to it."""

    @abstractmethod
    def export(self, value: object) -> Node:
        """The node for a value that is not plain data; TypeError if it may not cross."""

    @abstractmethod
    def resolve(self, tag: str, identity: int, about: Any) -> object:
        """The object for a reference: ``"h"`` to the other side's, ``"b"`` to one's own."""

    def adopt(
        self, value: Any, is_view: bool, *, is_argument: bool, is_update: bool = False
    ) -> Any:
        """An array, a number or an object of pandas that came, as this side wants it.

        ``is_view`` says that it is a view of an array of this side's, ``is_argument`` that it came
        with a request of the other side's, not in a reply, and ``is_update`` that it goes into an
        object that has crossed before, which the other side has changed.
        """
        return value

    def expect(self, operands: list[Any]) -> None:  # noqa: B027 - only the examiner judges
        """Note the first operands of a request, before the others are decoded."""

    def choose(self, an_object: Any, value: Any, *, is_substitute: bool = False) -> Any:
        """What to go on with for plain data of a class of the other side's own.

        ``is_substitute`` says that it only stands for the object, which is none.
        """
        return value

    def take_printed(self) -> tuple[str, str]:
        """What was printed since the last call, to be shown on the other side.

        On standard output, and on standard error.
        """
        return "", ""

    def show_printed(self, text: str, stderr: str) -> None:  # noqa: B027 - an end may have no place
        """Print what the other side printed."""

    def rebound(self) -> list[str]:
        """The names that the other side has read or bound, and that stand for others by now."""
        return []

    def forget_names(self, names: list[str]) -> None:  # noqa: B027 - only the examiner has some
        """Forget what these names stood for, since the other side has bound them anew."""

    def remember(self, message: bytearray, *, is_reply: bool) -> None:  # noqa: B027 - likewise
        """Keep a message of the other side's, if it may be asked later what has come from there."""

    def seed(self, state: bytes) -> None:  # noqa: B027 - only the candidate adopts a state
        """Adopt the other side's state of the global random generators."""

    def exception_class(self, bases: list[str], kind: type[BaseException]) -> type[BaseException]:
        """The class to raise for an exception of the built-in type ``kind`` that came."""
        return kind

    def note_own(self, error: BaseException) -> None:  # noqa: B027 - only the examiner judges
        """Note an exception of the grader's in place of what the performed code would have done."""

    def note_lost(self) -> None:  # noqa: B027 - likewise
        """Note that the two sides may differ in what has crossed."""

    def note_changing(self, value: Any) -> None:  # noqa: B027 - likewise
        """Note that an object is about to get the contents that the other side reports."""

    def note_changed(self, values: list[Any]) -> None:  # noqa: B027 - likewise
        """Note that the other side has changed objects that have crossed."""

    def traceback_of(self, error: BaseException) -> str:
        """Where an exception of performed code was raised, as far as the other side is told."""
        return ""
