"""What came from the candidate at which place of a test, and what may have come there.

A *place* says how a test got at a value: ``softmax()``, ``Model().weights``, ``fit()[0]`` or
``argument of spy``. The solution's run notes at each place what came, in a few words: its kind, the
dtypes of its numbers, and whether there were objects in it. In a submission's run an object that
came where the solution gave plain data is not asked for anything, and numbers are as wide as they
look: NumPy computes with a test's own numbers in the type of the other operand.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from autograder.examiner.kinds import (
    CATCHES,
    EMPTY,
    EXPECTABLE,
    INDICES,
    KINDS,
    MASKED,
    MISSING,
    NAN,
    NO_DIFFERENCE_WRAPS,
    OBJECT,
    OBJECTS,
    PANDAS,
    PLAIN_INSIDE,
    WIDE,
    catches_assertions,
    has_empty,
    is_wide,
    kind_of,
    largest_in,
    words_of,
)
from autograder.examiner.place_names import most_alike, without_index
from autograder.examiner.widths import is_real, plain_number, put_numpy_bools, widened
from autograder.wire import dataframes

#: Places that are noted in one test.
_MAX_PLACES = 2_000
#: Items of what a test passes that are looked at, of each list.
_MAX_SENT = 20


class Refused(BaseException):
    """A test asked something of an object where the solution gave plain data.

    Not an Exception: a test that expects an exception must not take this for it.
    """


class Places:
    """What came in one test, compared with what came in the solution's run of it.

    Parameters
    ----------
    expected
        The words for each place of the solution's run; None in that run itself, in which all is
        noted and nothing refused.

    Attributes
    ----------
    refused
        The first refusal: the test fails, even if it has caught it.
    own
        The first exception that the grader raised in place of what the student's code would have
        done. A person decides about a test that goes on after that and passes.
    hindered
        The first of these by which the grader did not do what one process would have done: it
        refused nothing that the student's code gave. A person decides, whatever becomes of the
        test.
    unjudged
        Whether a person has to decide, should the test pass: an object was used at a place that the
        solution's run knows nothing of, or numbers came of a kind that it did not give.
    cut
        Whether something that the test looks at is left out, since it is too long: a person has to
        decide, whether the test passes or not.
    lost
        Whether something that has crossed may not be what it is in the other process, so that a
        person has to decide about a test that passes.
    """

    def __init__(self, expected: Mapping[str, Sequence[str]] | None) -> None:
        self._expected = expected
        self._known: dict[str, frozenset[str]] = {}
        self._sent: set[str] = set()
        self._noted: dict[str, set[str]] = {}
        self.refused: Refused | None = None
        self.own: BaseException | None = None
        self.hindered: BaseException | None = None
        self.unjudged = False
        self.cut = False
        self.lost = False

    @property
    def noted(self) -> dict[str, list[str]]:
        """What came at each place."""
        return {place: sorted(words) for place, words in self._noted.items()}

    @property
    def compares(self) -> bool:
        """Whether there is a run of the solution's to compare with."""
        return self._expected is not None

    def send(self, value: object) -> None:
        """Note the precision of what the test passes to the candidate: it may come back."""
        if isinstance(value, (np.ndarray, np.generic)):
            if value.dtype.kind in "fc":
                self._sent.add(value.dtype.name)
        elif isinstance(value, complex):
            self._sent.add("complex")
        elif isinstance(value, (tuple, list)):
            for each in value[:_MAX_SENT]:
                self.send(each)
        elif isinstance(value, dict):
            self.send(list(value.values()))
        elif dataframes.is_container(value):
            self.send(list(dataframes.arrays_in(value)))

    def note(self, place: str, value: object) -> None:
        """Note, in the solution's run, what came."""
        if (
            self._expected is None
            and place
            and (place in self._noted or len(self._noted) < _MAX_PLACES)
        ):
            self._noted.setdefault(place, set()).update(words_of(value))

    def judge(self, place: str, value: object) -> None:
        """Judge a result by which a test may pass that compares nothing, or catches all."""
        if isinstance(value, (list, tuple)) and has_empty(value):
            self._judge_empty(self._words_at(place))
        if isinstance(value, (type, tuple)) and catches_assertions(value):
            self.unjudged |= self._is_new(CATCHES, self._words_at(place))

    def _judge_empty(self, words: frozenset[str]) -> None:
        # Of an object that inherits from an array, the array may be empty.
        is_data = not words.isdisjoint((PLAIN_INSIDE, PANDAS, "an array", "a number"))
        self.unjudged |= is_data and EMPTY not in words

    def wanted(self, place: str) -> tuple[str, ...] | None:
        """What the solution gave at ``place`` in place of objects; None where it gave some.

        Empty if its run knows nothing of such a place.
        """
        words = self._words_at(place)
        if self._expected is None or OBJECT in words:
            return None
        return tuple(word for word in EXPECTABLE if word in words)

    def is_rebound(self, name: str) -> bool:
        """Whether the solution's code has changed what the test had bound to a student name."""
        place = f"rebinding of {name}"
        self.note(place, None)
        return self._expected is None or place in self._expected

    def is_changed(self, names: Sequence[str], place: str) -> bool:
        """Whether the solution's code has changed an object of these names, or a nameless one."""
        changes = [f"change of {name}" for name in names] or [f"change at {place}"]
        for each in changes:
            self.note(each, None)
        return self._expected is None or not self._expected.keys().isdisjoint(changes)

    def judge_objects_in(self, place: str, value: object) -> None:
        """Judge objects among the items of a set, or the keys of a dict: they cannot be replaced.

        A test that goes on after this refusal has failed all the same.
        """
        words = self._words_at(place)
        if self.compares and PLAIN_INSIDE in words:
            self.refuse(
                f"{place} gave {kind_of(value)} with objects in it; plain data was expected."
            )
        self.unjudged |= self.compares and not words

    def note_changing(self, name: str) -> None:
        """Note that a name has changed by itself: the solution may have a thread that does that."""
        place = f"changing {name}"
        self.note(place, None)
        self.unjudged |= self.compares and place not in (self._expected or {})

    def refuse(self, message: str) -> Refused:
        """The refusal to raise, which is remembered."""
        refusal = Refused(message)
        self.refused = self.refused or refusal
        return refusal

    def note_own(self, error: BaseException, *, is_refusal: bool = False) -> None:
        """Remember an exception of the grader's: a test that expects one may take it for it.

        ``is_refusal`` says that the test fails for what the student's code gave.
        """
        self.own = self.own or error
        if not is_refusal:
            self.hindered = self.hindered or error

    def as_wide_as_it_looks(self, place: str, value: Any, or_place: str = "") -> Any:
        """Numbers that came, of a type that tells the truth when a test computes with them.

        A dtype that the solution gave there, or at ``or_place``, stays, and so does a precision
        that the test passed in.
        """
        if self._expected is None:
            return value
        words = self._words_at(place) | (self._words_at(or_place) if or_place else frozenset())
        if isinstance(value, (bool, int)):
            number = plain_number(value, words)
            if type(number) is int and abs(number) >= NO_DIFFERENCE_WRAPS:
                self.unjudged |= self._is_new(WIDE, words)
            return number
        if dataframes.is_container(value):
            # pandas leaves out what is not a number where NumPy computes with it.
            if words and words.isdisjoint((PANDAS, OBJECT, "a dict")):
                return dataframes.to_array(value)
            # What is missing is equal to all, or not looked at.
            self.unjudged |= self._is_new(MISSING, words) and dataframes.has_missing(value)
            return value
        is_complex = isinstance(value, complex) or value.dtype.kind == "c"
        if is_complex and not any("complex" in word for word in words | self._sent):
            self.unjudged |= not is_real(value)
        if isinstance(value, complex) and not isinstance(value, np.generic):
            return value
        if value.dtype.kind in "mM":  # differences of which wrap around as those of integers do
            self.unjudged |= self._is_new(WIDE, words) and is_wide(value)
            # A date that is missing is neither before another one, nor after it, nor equal.
            self.unjudged |= self._is_new(MISSING, words) and bool(np.isnat(value).any())
        if value.dtype.kind == "O":
            # The largest of such items is another one than the one that is not a number.
            is_new = self._is_new(MISSING, words) and NAN not in words
            self.unjudged |= is_new and dataframes.has_missing_items(value)
            if "an array" in words and OBJECTS not in words:
                put_numpy_bools(value)
        if isinstance(value, np.ndarray) and not value.size:
            self._judge_empty(words)
        if value.dtype.kind not in "bifuc":
            return value
        # A mask chooses other items than indices do, as which it would pass otherwise.
        if isinstance(value, np.ndarray) and value.dtype.kind == "b" and INDICES in words:
            self.unjudged |= "bool" not in words
            return value
        wide = widened(value, words | self._sent)
        if isinstance(wide, np.ndarray):
            wide.flags.writeable = value.flags.writeable
        return wide

    @staticmethod
    def _is_new(word: str, words: frozenset[str]) -> bool:
        """Whether the solution gave something, and nothing of that word."""
        return bool(words) and word not in words

    def as_masked(self, place: str, value: Any) -> Any:
        """A masked array, which hides its items from comparisons, where the solution gave one."""
        is_alike = not self.compares or MASKED in self._words_at(place)
        return value if is_alike else value.data

    def judge_changed(self, place: str, value: object) -> None:
        """Judge what the candidate may have put into arrays of the test's, whose type stays."""
        if isinstance(value, (tuple, list)):
            for each in value[:_MAX_SENT]:
                self.judge_changed(place, each)
        elif isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
            is_large = self.compares and largest_in(value) >= NO_DIFFERENCE_WRAPS
            self.unjudged |= is_large and WIDE not in self._words_at(place)

    def _words_at(self, place: str) -> frozenset[str]:
        """The words of the solution's run for ``place``; else for the like of it."""
        if place not in self._known:
            self._known[place] = frozenset(self._looked_up(place, self._expected or {}))
        return self._known[place]

    def _looked_up(self, place: str, expected: Mapping[str, Sequence[str]]) -> Iterable[str]:
        if place in expected:
            return expected[place]
        around = without_index(place)
        if around == place:
            # Other objects may lead to an attribute: a third node, a copy in place of the object.
            alike = most_alike(place, expected)
            return (word for each in alike for word in expected[each])
        words = self._words_at(around)
        if PLAIN_INSIDE in words or "an array" in words:
            return {"plain data"} | words - KINDS
        # Another item of the same container.
        return (word for each in expected if without_index(each) == around != each
                for word in expected[each])  # fmt: skip
