"""The examiner's global names, of which the student names are read from the candidate, live."""

from __future__ import annotations

import builtins
import contextlib
import difflib
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

#: Stands for a name that is not bound.
_ABSENT = object()
#: What a notebook's globals say of their module.
_OF_NOTEBOOK = {
    "__name__": "__main__", "__doc__": None, "__package__": None, "__loader__": None,
    "__spec__": None,
}  # fmt: skip


class MissingName(NameError):
    """The submission does not define a student name that the test uses."""

    def __init__(self, name: str, similar: str | None) -> None:
        self.student_feedback = f"Your notebook does not define {name!r}." + (
            f" It does define {similar!r}: was that meant?" if similar else ""
        )
        super().__init__(f"name {name!r} is not defined", name=name)


class Namespace(dict[str, Any]):
    """Globals for test cells: looking a student name up reads it from the candidate.

    What a test binds to a student name, or its deletion, is handed over by `push` before the next
    request, so that the student's own code sees it. The value stays here as well until the
    candidate binds the name anew, or the test ends; then it is read from the candidate again. What
    a test binds to a dependent name, which no answer binds, stays here until the candidate runs its
    next cell: a hidden test may well call its expected value as an instructor's cell calls its
    result.

    Functions of a test store globals straight into the dict, without `__setitem__`; hence
    pending bindings live in the dict itself. The body of a class looks its names up without
    `__missing__`, and then among the built-in names; hence those are a dict with `__missing__`.

    Parameters
    ----------
    student_names
        Names that are the candidate's.
    request
        Has the candidate perform an operation.
    dependent_names
        Student names that only cells of the instructor's bind.
    handed_over
        Names of the instructor's that are read here, and whose values the candidate gets where a
        test changes them, as a parameter or a helper that answers use.
    """

    def __init__(
        self,
        student_names: Iterable[str],
        request: Callable[..., Any],
        dependent_names: Iterable[str] = (),
        handed_over: Iterable[str] = (),
    ) -> None:
        self._student_names = frozenset(student_names)
        self._dependent_names = frozenset(dependent_names)
        self._shared = self._student_names - self._dependent_names
        # Built-in names are here, too: looked up in a subclass of dict, a missing name costs a
        # Python call, which would slow the loops of a test down threefold.
        known = {
            name: value for name, value in vars(builtins).items() if name not in self._student_names
        }
        super().__init__(known)
        super().__setitem__("__builtins__", _Builtins(known, self))
        super().update(_OF_NOTEBOOK)  # in place of what the module of the built-in names has
        self._request = request
        self._deleted: set[str] = set()
        self._held: dict[str, object] = {}  # what the test has bound, and the candidate knows
        # The values of names that are handed over, as setup cells bind them and as the candidate
        # has them; they change without `__setitem__`, too.
        self._originals: dict[str, object] = dict.fromkeys(handed_over, _ABSENT)
        self._known = dict(self._originals)

    def __missing__(self, name: str) -> Any:
        if name not in self._student_names:
            raise KeyError(name)
        try:
            return self._request("read", name)
        except (NameError, KeyError):  # a KeyError from here would mean: look in builtins
            raise MissingName(name, self._similar(name)) from None

    def __contains__(self, name: object) -> bool:
        if super().__contains__(name) or name not in self._student_names:
            return super().__contains__(name)
        try:
            self._request("read", name)
        except (NameError, KeyError):
            return False
        return True

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except (KeyError, NameError):  # the latter also while there is no candidate
            return default

    def keys(self) -> Any:
        """The names, with those student names that the candidate has; `dir()` wants them."""
        of_student = [name for name in self._student_names if name in self]
        return dict.fromkeys([*self, *of_student]).keys()

    def names_of(self, value: object) -> list[str]:
        """The names that an object has here."""
        return [name for name, held in dict.items(self) if held is value]

    def __setitem__(self, name: str, value: Any) -> None:
        self._deleted.discard(name)
        super().__setitem__(name, value)

    def __delitem__(self, name: str) -> None:
        if name in self._student_names:
            self.pop(name, None)
            self._held.pop(name, None)
            if name in self._shared:
                self._deleted.add(name)
        else:
            super().__delitem__(name)

    def push(self, request: Callable[..., Any]) -> None:
        """Hand what the test did to student names over to the candidate."""
        for name in self._shared:
            # By `dict`, since looking a name up here would request it from the candidate.
            value = dict.get(self, name, _ABSENT)
            if value is self._held.get(name, _ABSENT):
                continue
            self._held.pop(name, None)
            self._deleted.add(name)
            if value is not _ABSENT:
                self._deleted.discard(name)
                self._hand_over(name, value, request)
        while self._deleted:
            request("unbind", self._deleted.pop())
        for name, value in self._changed():
            self._known[name] = value
            if value is self._originals[name]:
                request("restore", name)
            elif value is _ABSENT:
                request("unbind", name)
            else:
                with contextlib.suppress(TypeError):  # what cannot cross stays here
                    request("bind", name, value)

    def _hand_over(self, name: str, value: object, request: Callable[..., Any]) -> None:
        try:
            request("bind", name, value)
        except BaseException:  # it cannot cross, which is told once
            self.pop(name, None)
            raise
        self._held[name] = value

    def held(self) -> dict[str, object]:
        """What the test has bound to student names and handed over, and nobody has bound anew."""
        return {name: value for name, value in self._held.items() if self._is_held(name)}

    def _is_held(self, name: str) -> bool:
        return dict.get(self, name, _ABSENT) is self._held[name]

    def let_go(self, names: Iterable[str]) -> None:
        """Read these names from the candidate again, unless the test has bound them anew."""
        for name in names:
            if name in self._held and self._is_held(name):
                del self._held[name]
                self.pop(name, None)

    def _changed(self) -> list[tuple[str, object]]:
        """The names to hand over whose values the candidate does not have, with these."""
        now = ((name, dict.get(self, name, _ABSENT)) for name in self._known)
        return [(name, value) for name, value in now if value is not self._known[name]]

    @contextlib.contextmanager
    def replaced(self, values: Mapping[str, Any]) -> Iterator[None]:
        """Have tests find other values under names of the instructor's, which are put back."""
        before = {name: dict.get(self, name) for name in values}
        self._replace(before, values)
        try:
            yield
        finally:
            self._replace(values, before)

    def _replace(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> None:
        for name, value in new.items():
            if dict.get(self, name) is old[name]:  # or a test has bound it anew
                super().__setitem__(name, value)
                if self._known.get(name, _ABSENT) is old[name]:  # the candidate is not told
                    self._known[name] = value

    def replace_builtins(self, replaced: Mapping[str, Any]) -> None:
        """Have test cells find other functions under the names of built-in ones."""
        for name, value in replaced.items():
            if name not in self._student_names:
                super().__setitem__(name, value)
            self["__builtins__"][name] = value

    def forget_dependent_names(self) -> None:
        """Read the dependent names from the candidate again."""
        for name in self._dependent_names:
            self.pop(name, None)

    def drop_changes(self) -> None:
        """Forget what was done to student names and is not handed over yet."""
        self._deleted.clear()
        self._held.clear()
        for name in self._student_names:
            self.pop(name, None)
        for name, value in self._changed():
            self._known[name] = self._originals[name] = value

    def _similar(self, name: str) -> str | None:
        # What the candidate says of its names is bounded before it is compared.
        names = self._request("names")
        if not isinstance(names, list):
            return None
        plain = [n for n in names[:5000] if isinstance(n, str) and n.isidentifier() and len(n) < 60]
        known = set(self) | self._student_names
        others = [n for n in plain if n not in known]
        same = [n for n in others if n.casefold() == name.casefold()]
        close = same or difflib.get_close_matches(name, others, 1)
        return close[0] if close else None


class _Builtins(dict[str, Any]):
    """The built-in names of test cells, and the student names for those who look for them here."""

    def __init__(self, known: Mapping[str, Any], namespace: Namespace) -> None:
        super().__init__(known)
        self._namespace = namespace

    def __missing__(self, name: str) -> Any:
        return self._namespace.__missing__(name)
