"""Special methods of proxies, which a proxy has where the class of its object has them.

Python and tests look for them on the class: for `len`, `with`, `in`, and for `isinstance` of
`collections.abc.Sized`.
"""

from __future__ import annotations

import dis
from collections.abc import Callable
from types import TracebackType
from typing import Any

from autograder.wire.abilities import Ability
from autograder.wire.values import EXCEPTIONS


def _length(proxy: Any) -> int:
    return int(proxy.__proxy_request__("len", proxy))


def _contains(proxy: Any, item: object) -> bool:
    return item in (each for each in proxy)  # an iterator would be asked for itself again


def _contains_by_own_code(proxy: Any, item: object) -> bool:
    # Its answer would decide the test, and that of a loop is not what the student's code says.
    error = proxy.__proxy_opaque__(proxy, "asked what is in it")
    if not hasattr(type(proxy), "__iter__"):
        raise error
    return _contains(proxy, item)


def _reversed(proxy: Any) -> Any:
    return proxy.__proxy_request__("reversed", proxy)


def _enter(proxy: Any) -> Any:
    return proxy.__proxy_request__("enter", proxy)


def _exit(
    proxy: Any,
    kind: type[BaseException] | None,
    error: BaseException | None,
    where: TracebackType | None,
) -> bool:
    if kind is None or error is None or where is None:
        return proxy.__proxy_request__("exit", proxy) is True
    known = next((each for each in kind.__mro__ if each in EXCEPTIONS.values()), RuntimeError)
    # All others are how a test fails. Their messages can hold expected values.
    on_purpose = _is_raised_on_purpose(error, where)
    message = str(error) if on_purpose else ""
    swallowed = proxy.__proxy_request__("exit", proxy, known, message)
    return on_purpose and swallowed is True


def _refused(use: str) -> Callable[[Any], Any]:
    def refuse(proxy: Any) -> Any:
        raise proxy.__proxy_opaque__(proxy, use)

    return refuse


def _hash(proxy: Any) -> int:
    # In a set or a dict that arrives, it is put where it was; nothing can be requested then.
    arriving: int | None = proxy.__proxy_hash__
    return int(proxy.__proxy_request__("hash", proxy)) if arriving is None else arriving


def _is_raised_on_purpose(error: BaseException, where: TracebackType) -> bool:
    """Whether a ``raise`` statement right inside the ``with`` statement raised it."""
    raised = where.tb_frame.f_code.co_code[where.tb_lasti] == dis.opmap["RAISE_VARARGS"]
    return raised and where.tb_next is None and not isinstance(error, AssertionError)


#: By what they make a proxy able to do.
METHODS: dict[Ability, tuple[str, Callable[..., Any] | None]] = {
    Ability.LEN: ("__len__", _length),
    Ability.CONTAINS: ("__contains__", _contains),
    Ability.CONTAINS_BY_OWN_CODE: ("__contains__", _contains_by_own_code),
    Ability.REVERSED: ("__reversed__", _reversed),
    Ability.ENTER: ("__enter__", _enter),
    Ability.EXIT: ("__exit__", _exit),
    Ability.AWAIT: ("__await__", _refused("awaited")),
    Ability.ASYNC_ITER: ("__aiter__", _refused("iterated over asynchronously")),
    Ability.ASYNC_ENTER: ("__aenter__", _refused("entered asynchronously")),
    Ability.FSPATH: ("__fspath__", _refused("used as a path")),
    Ability.HASH_BY_OWN_CODE: ("__hash__", _hash),
}
