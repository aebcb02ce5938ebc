"""Functions that tests pass in, which the candidate calls by their numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from autograder.errors import ProtocolError


class PassedFunctions:
    """The functions of this test, and those that an earlier one has bound to a name.

    ``note_own`` is told of what is raised in place of a function whose test has ended.
    """

    def __init__(self, note_own: Callable[[BaseException], None]) -> None:
        self._note_own = note_own
        self._functions: list[Callable[..., Any]] = []
        self._numbers: dict[int, int] = {}  # by id(), of those that have not ended
        self._passed: dict[int, int] = {}  # those of this test, in its order
        self._bound: set[int] = set()
        self._called: int | None = None  # the one that the candidate is calling
        self._over = self._ended  # in place of one whose test has ended

    def number_of(self, function: Callable[..., Any], *, is_bound: bool) -> int:
        """The number of a function that is passed in, or bound to a name, which lasts."""
        number = self._numbers.setdefault(id(function), len(self._functions))
        if number == len(self._functions):
            self._functions.append(function)
        self._passed.setdefault(number, len(self._passed))
        if is_bound:
            self._bound.add(number)
        return number

    def numbered(self, number: int) -> Callable[..., Any]:
        """The function of a number.

        Raises
        ------
        ProtocolError
            None was ever passed in by it.
        """
        if not 0 <= number < len(self._functions):
            raise ProtocolError("a function that was never passed in")
        return self._functions[number]

    def expect(self, function: object) -> None:
        """The candidate is about to call a function, or something else."""
        self._called = self._numbers.get(id(function))

    def may_be_called(self, function: object) -> bool:
        """Whether what is about to be called is one of these, be its test over."""
        return self._called is not None or function is self._over

    @property
    def which_is_called(self) -> str:
        """Which of the test's functions the candidate is calling, for the place of an argument."""
        passed = None if self._called is None else self._passed.get(self._called)
        return "" if passed is None else f"of function {passed + 1} "

    def end_test(self) -> None:
        """End the functions of this test, but for those bound to a name."""
        for number in self._passed:
            if number not in self._bound:
                self._numbers.pop(id(self._functions[number]), None)
                self._functions[number] = self._over
        self._passed.clear()

    def _ended(self, *_: object, **__: object) -> None:
        error = RuntimeError("the test that passed this function in has ended")
        self._note_own(error)
        raise error
