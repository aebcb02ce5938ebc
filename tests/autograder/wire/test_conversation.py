"""Requests, replies, exceptions and calls back, with both sides in good faith."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograder.errors import PeerGone, TooLarge
from autograder.wire import FrameLimits, remote_traceback
from tests.autograder.wire.peer import Talk, talking


def raising(error: BaseException) -> Callable[..., object]:
    def function(*_: object) -> object:
        raise error

    return function


class Custom(LookupError):
    pass


class Mute(ValueError):
    def __str__(self) -> str:
        raise RuntimeError


@pytest.mark.parametrize(
    ("error", "kind", "message"),
    [
        (ValueError("n must be >= 1"), ValueError, "n must be >= 1"),
        (KeyError("name"), KeyError, "'name'"),
        (ZeroDivisionError("division by zero"), ZeroDivisionError, "division by zero"),
        (StopIteration(), StopIteration, ""),
        (FileNotFoundError(2, "No such file"), FileNotFoundError, "[Errno 2] No such file"),
        (np.linalg.LinAlgError("Singular matrix"), np.linalg.LinAlgError, "Singular matrix"),
        (UserWarning("careful"), UserWarning, "careful"),
        (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad"), UnicodeError, "'utf-8' codec can't"),
        (Custom("mine"), LookupError, "mine"),
        (Mute(), ValueError, "(its message could not be shown: RuntimeError)"),
        (ExceptionGroup("several", [ValueError()]), Exception, "several"),
        (SystemExit(3), SystemExit, "3"),
        (SystemExit("bye"), SystemExit, "bye"),
        (KeyboardInterrupt(), KeyboardInterrupt, ""),
        (GeneratorExit(), GeneratorExit, ""),
        (BaseExceptionGroup("all", [KeyboardInterrupt()]), BaseException, "all"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else "",
)
def test_exceptions_arrive_under_their_nearest_harmless_built_in_type(
    error: BaseException, kind: type[BaseException], message: str
) -> None:
    with talking(raising(error)) as talk:
        with pytest.raises(kind) as caught:
            talk.request()
        assert type(caught.value) is kind
        assert str(caught.value).startswith(message)
        assert caught.value.__cause__ is None
        assert remote_traceback(caught.value) is not None


def test_the_causes_of_an_exception_come_with_it() -> None:
    def function(*_: object) -> None:
        try:
            [][0]
        except IndexError as error:
            raise ValueError("no item") from error

    with talking(function) as talk, pytest.raises(ValueError, match="no item") as caught:
        talk.request()
    cause = caught.value.__cause__
    assert type(cause) is IndexError
    assert str(cause) == "list index out of range"
    assert cause.__cause__ is None


def test_the_code_of_an_exit_is_a_number() -> None:
    for code in (0, 3, -1, None, "text"):
        with talking(raising(SystemExit(code))) as talk, pytest.raises(SystemExit) as caught:
            talk.request()
        assert caught.value.code == code


def test_after_an_exception_the_conversation_goes_on() -> None:
    with talking(lambda a, b: a / b) as talk:
        with pytest.raises(ZeroDivisionError):
            talk.request(1, 0)
        assert talk.request(1, 2) == 0.5


def test_what_was_printed_comes_with_the_result() -> None:
    def function(*_: object) -> None:
        talk.peer.to_print = "hello\n"

    with talking(function) as talk:
        talk.request()
        talk.request()
        assert talk.end.printed == ["hello\n", "hello\n"]


def test_what_was_printed_comes_with_an_exception() -> None:
    def function(*_: object) -> None:
        talk.peer.to_print = "before\n"
        raise ValueError("wrong")

    with talking(function) as talk:
        with pytest.raises(ValueError, match="wrong"):
            talk.request()
        assert talk.end.printed == ["before\n"]


def test_a_function_is_called_back() -> None:
    with talking(lambda f, x: f(x) + 1) as talk:
        assert talk.request(lambda x: 10 * x, 2) == 21


def test_a_function_that_is_returned_is_the_very_same() -> None:
    with talking(lambda f: {"f": f}) as talk:
        assert talk.request(len)["f"] is len


def test_a_called_back_function_may_call_again() -> None:
    def factorial(f: Callable[..., int], n: int) -> int:
        return 1 if n == 0 else n * f(n - 1)

    with talking(factorial) as talk:

        def again(n: int) -> int:
            return talk.request(again, n)

        assert talk.request(again, 10) == 3628800


def test_calls_back_and_forth_without_end_are_a_recursion_error() -> None:
    with talking(lambda f: f()) as talk:

        def again() -> Any:
            return talk.request(again)

        with pytest.raises(RecursionError, match="back and forth"):
            talk.request(again)
        assert talk.request(lambda: "usable") == "usable"


def test_an_exception_of_a_called_back_function_can_be_caught_there() -> None:
    def careful(f: Callable[[], object]) -> str:
        try:
            f()
        except KeyError as error:
            return f"caught {error.args[0]}"
        return "nothing"

    with talking(careful) as talk:
        assert talk.request(raising(KeyError("x"))) == "caught x"


def test_an_exception_of_a_called_back_function_passes_through() -> None:
    with talking(lambda f: f()) as talk, pytest.raises(AssertionError, match="called wrongly"):
        talk.request(raising(AssertionError("called wrongly")))


def test_a_called_back_function_changes_its_arguments_in_place() -> None:
    def function(f: Callable[..., object]) -> Any:
        numbers = [3, 1, 2]
        f(numbers)
        return numbers

    with talking(function) as talk:
        assert talk.request(lambda numbers: numbers.sort()) == [1, 2, 3]


def test_a_called_back_function_may_return_what_cannot_cross() -> None:
    with talking(lambda f: f()) as talk:
        with pytest.raises(TypeError, match="object may not cross"):
            talk.request(object)
        assert talk.request(lambda: 1) == 1


def test_a_called_back_function_may_leave_behind_what_cannot_cross() -> None:
    with talking(lambda f: f([])) as talk:
        with pytest.raises(TypeError, match="object may not cross"):
            talk.request(lambda numbers: numbers.append(object()))
        assert talk.request(lambda _: 1) == 1


def nest(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth):
        value = [value]
    return value


SMALL = FrameLimits(structure_bytes=2000, buffer_bytes=4096, nodes=300, depth=20, int_bytes=64)
TOO_MUCH = {
    "nested": lambda: nest(21),
    "text": lambda: "x" * 2000,
    "parts": lambda: [None] * 300,
    "array": lambda: np.zeros(513),
    "broadcast": lambda: np.broadcast_to(1.0, (10**9,)),
    "list of floats": lambda: [1.5] * 600,
    "int": lambda: 1 << 600,
}


@pytest.fixture(params=TOO_MUCH)
def too_much(request: pytest.FixtureRequest) -> Callable[[], Any]:
    return TOO_MUCH[request.param]


def identity_after(talk: Talk) -> Any:
    """Whether the conversation still works."""
    talk.peer.function = lambda value: [value]
    return talk.request("usable")


def test_too_much_is_refused_before_it_is_sent(too_much: Callable[[], Any]) -> None:
    with talking(lambda *_: None, SMALL) as talk:
        with pytest.raises(TooLarge, match=r"more than|at most"):
            talk.request(too_much())
        assert identity_after(talk) == ["usable"]


def test_too_much_of_a_result_is_an_error_of_the_call(too_much: Callable[[], Any]) -> None:
    with talking(lambda *_: too_much(), SMALL) as talk:
        with pytest.raises(ValueError, match=r"more than|at most"):
            talk.request()
        assert identity_after(talk) == ["usable"]


def test_too_much_in_an_operand_is_an_error_of_the_call(too_much: Callable[[], Any]) -> None:
    with talking(lambda there: there.append(too_much()), SMALL) as talk:
        with pytest.raises(ValueError, match=r"more than|at most"):
            talk.request([])
        assert identity_after(talk) == ["usable"]


@pytest.mark.parametrize("depth", [18, 19, 20])
def test_what_is_just_small_enough_to_send_is_also_accepted(depth: int) -> None:
    with talking(lambda there: there.append(nest(depth)), SMALL) as talk:
        here: list[Any] = []
        try:
            talk.request(here)
        except ValueError:
            assert depth == 20  # and not a ProtocolError
        else:
            assert here == [nest(depth)]


def test_as_many_parts_as_allowed_are_accepted_in_a_reply() -> None:
    with talking(lambda there: there.extend([None] * 299), SMALL) as talk:
        here: list[Any] = []
        assert talk.request(here) is None
        assert len(here) == 299


def test_the_end_of_the_other_side_is_noticed() -> None:
    with talking(raising(PeerGone("over"))) as talk, pytest.raises(PeerGone):
        talk.request()
