"""Exceptions of the student's own classes, and of libraries', as a test catches them.

Of an exception the candidate tells the names of its classes. It is raised at the examiner under a
class that derives from its built-in type, and from all of these that a test can name: classes of
libraries and of the instructor's cells, and for one of the student's a class that stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, cast

from autograder.examiner.library_classes import known_class
from autograder.examiner.proxy import Proxy
from autograder.wire.values import EXCEPTIONS

#: Classes of one exception that are looked at, and characters of their names.
_MAX_CLASSES, _MAX_NAME = 20, 100
#: Functions that are called with a class of exceptions.
CATCHING = frozenset(["raises", "assertRaises", "assertRaisesRegex", "assert_raises", "suppress"])


def raised_class(
    names: Sequence[str], kind: type[BaseException], is_named: Callable[[str], bool]
) -> type[BaseException]:
    """The class to raise an exception under, whose own class and bases have these names.

    Only what the instructor's cells name is claimed (``is_named``): a test cannot catch anything
    else, and a library that runs it, such as unittest, may take a class of its own for a word.

    Examples
    --------
    >>> names = ["__main__.Broke", "unittest.case.SkipTest", "builtins.ValueError"]
    >>> made = raised_class(names, ValueError, lambda name: name == "Broke")
    >>> made.__name__, [each.__name__ for each in made.__mro__[1:3]]
    ('Broke', ['ValueError', 'Exception'])
    """
    told = [name for name in names[:_MAX_CLASSES] if is_named(_last(name)) and _is_told(name)]
    claimed = tuple(dict.fromkeys(map(_exception_class, told)))
    if not claimed:
        return kind
    label = _last(names[0]) if names[0] == told[0] else kind.__name__
    try:
        members = {"__module__": "__main__", "__claimed__": claimed}
        return cast("type[BaseException]", _Raised(label, (kind,), members))
    except TypeError:  # instances of one of them are no ordinary exceptions in memory
        return kind


def caught(value: Any) -> Any:
    """What an ``except`` clause, or a function such as `pytest.raises`, takes for a class."""
    if isinstance(value, tuple):
        return tuple(map(caught, value))
    if not isinstance(value, Proxy) or not value.__proxy_about__.is_class:
        return value
    names: Sequence[str] = value.__proxy_about__.class_names
    return _exception_class(names[0].replace(":", ".")) if names and names[0] else value


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def _is_told(name: str) -> bool:
    """Whether it is the name of a class that is no type which both sides know."""
    is_known = name in EXCEPTIONS or name.startswith(("builtins.", "autograder."))
    is_name = len(name) <= _MAX_NAME and all(map(str.isidentifier, name.split(".")))
    return is_name and not is_known


@lru_cache(256)
def _stand_in(name: str) -> type[BaseException]:
    return type(_last(name), (Exception,), {"__module__": "__main__"})


def _exception_class(name: str) -> type[BaseException]:
    """The class of this name that tests can catch: a library's, the instructor's or a stand-in."""
    module, _, path = name.rpartition(".")
    known = known_class(f"{module}:{path}")
    return known if known is not None and issubclass(known, BaseException) else _stand_in(name)


class _Raised(type):
    """The class of classes of exceptions that derive from others without any code being run."""

    def mro(cls) -> list[type]:
        # The built-in type comes first: no exception is made by a method of another.
        *own, of_all = type.mro(cls)
        return [*own, *(each for each in vars(cls)["__claimed__"] if each not in own), of_all]
