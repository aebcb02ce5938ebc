"""The examiner's global names, of which the asked ones are the candidate's, read live."""

from __future__ import annotations

import builtins
import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any


class MissingName(NameError):
    """The submission does not define a name that the test asks for."""

    def __init__(self, name: str, similar: str | None) -> None:
        self.student_feedback = f"Your notebook does not define {name!r}." + (
            f" It does define {similar!r}: was that meant?" if similar else ""
        )
        super().__init__(f"name {name!r} is not defined", name=name)


class Namespace(dict[str, Any]):
    """Globals for test cells: looking an asked name up asks the candidate.

    What a test binds to an asked name, or its deletion, is recorded and handed over by `push`
    before the next question, so that the student's own code sees it; from then on the name is
    read from the candidate again. But what a test binds to one of the ``derived`` names, which no
    answer binds, stays here until the candidate runs its next cell: a hidden test may well call its
    expected value as an instructor's cell calls its result.

    Functions of a test store globals straight into the dict, without `__setitem__`; hence
    pending bindings live in the dict itself. The body of a class looks its names up without
    `__missing__`, and then among the built-in names; hence those are of a kind of their own.
    """

    def __init__(
        self,
        student_names: Iterable[str],
        ask: Callable[..., Any],
        dependent_names: Iterable[str] = (),
    ) -> None:
        self._asked = frozenset(student_names)
        self._derived = frozenset(dependent_names)
        self._shared = self._asked - self._derived
        # Built-in names are here, too: looked up in a subclass of dict, a missing name costs a
        # Python call, which would slow the loops of a test down threefold.
        known = {name: it for name, it in vars(builtins).items() if name not in self._asked}
        super().__init__(known)
        super().__setitem__("__builtins__", _Builtins(known, self))
        self._ask = ask
        self._deleted: set[str] = set()

    def __missing__(self, name: str) -> Any:
        if name not in self._asked:
            raise KeyError(name)
        try:
            return self._ask("read", name)
        except (NameError, KeyError):  # a KeyError from here would mean: look in builtins
            raise MissingName(name, self._similar(name)) from None

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name) or name not in self._asked:
            return super().__contains__(name)
        try:
            self._ask("read", name)
        except (NameError, KeyError):
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except (KeyError, MissingName):
            return default

    def keys(self) -> Any:
        """The names, those of the student's that are asked for included; `dir()` wants them."""
        return dict.fromkeys([*self, *(name for name in self._asked if name in self)]).keys()

    def __setitem__(self, name: str, value: Any) -> None:
        self._deleted.discard(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self._asked:
            self.pop(name, None)
            self._deleted.update({name} & self._shared)
        else:
            super().__delitem__(name)

    def push(self, ask: Callable[..., Any]) -> None:
        """Hand what the test did to asked names over to the candidate."""
        for name in [name for name in self._shared if super(Namespace, self).__contains__(name)]:
            self._deleted.discard(name)
            ask("bind", name, self.pop(name))
        while self._deleted:
            ask("unbind", self._deleted.pop())

    def forget_dependent_names(self) -> None:
        """Read the derived names from the candidate again."""
        for name in self._derived:
            self.pop(name, None)

    def drop_changes(self) -> None:
        """Forget what was done to asked names and is not handed over yet."""
        self._deleted.clear()
        for name in self._asked:
            self.pop(name, None)

    def _similar(self, name: str) -> str | None:
        names = self._ask("names")
        if not isinstance(names, list):
            return None
        plain = [n for n in names[:5000] if isinstance(n, str) and n.isidentifier() and len(n) < 60]
        known = set(self) | self._asked
        close = difflib.get_close_matches(name, [n for n in plain if n not in known], 1)
        return close[0] if close else None


class _Builtins(dict[str, Any]):
    """The built-in names of test cells, and the asked names for those who look for them here."""

    def __init__(self, known: Mapping[str, Any], namespace: Namespace) -> None:
        super().__init__(known)
        self._namespace = namespace

    def __missing__(self, name: str) -> Any:
        return self._namespace.__missing__(name)
