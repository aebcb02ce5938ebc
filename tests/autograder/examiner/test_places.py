"""What is noted of a solution's results, and what a submission's become."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import pytest

from autograder.examiner.places import Places


def noted(value: object) -> set[str]:
    places = Places(None)
    places.note("f()", value)
    return set(places.noted["f()"])


def came(value: Any, *words: str, sent: object = None) -> Any:
    places = Places({"f()": words})
    places.send(sent)
    return places.as_wide_as_it_looks("f()", value)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, {"None"}),
        (2, {"a number", "int"}),
        (True, {"a number", "bool"}),
        (1 << 62, {"a number", "int", "wide"}),
        (np.float32(1), {"a number", "float32"}),
        (np.array([1 << 62]), {"an array", "int64", "indices", "wide"}),
        (np.array([0, 1, 1]), {"an array", "int64"}),
        (np.array([1, 0]), {"an array", "int64", "indices"}),
        ([4, 5], {"a list", "int", "indices", "plain inside"}),
        ("text", {"text"}),
        ([1.5, np.zeros(2)], {"a list", "float", "float64", "plain inside"}),
        ([], {"a list", "empty"}),
        (np.zeros((0, 3)), {"an array", "float64", "empty"}),
        ((ValueError, Exception), {"a tuple", "catches assertions", "plain inside"}),
        (float, {"something else"}),
    ],
)
def test_words(value: object, words: set[str]) -> None:
    assert noted(value) == words


@pytest.mark.parametrize(
    ("value", "words", "wide"),
    [
        (np.float16(1), ["a number", "float"], np.float64(1)),
        (np.float16(1), ["a number", "float16"], np.float16(1)),
        (np.complex64(1j), ["a number", "complex128"], np.complex128(1j)),
        (np.uint8(3), ["a number", "float"], np.int64(3)),
        (np.uint64(3), ["a number", "uint64"], np.uint64(3)),
        (np.int64(1 << 30), ["a number", "int64"], np.int64(1 << 30)),
        (np.int64(1 << 62), ["a number", "int"], 1 << 62),
        (np.int64(1 << 30), ["a number", "float"], 1 << 30),
        (np.int64(1 << 30), ["a number", "float64"], np.float64(1 << 30)),
        (np.int64(-(1 << 63)), ["a number", "int64", "wide"], np.int64(-(1 << 63))),
        (np.bool_(1), ["a number", "float"], True),
        (np.bool_(1), ["a number", "bool"], np.bool_(1)),
        (np.longdouble(1), ["a number", "float"], np.longdouble(1)),
        (np.int64((1 << 62) + 1), ["a number", "int64"], (1 << 62) + 1),
        (1 << 24, ["a number", "float"], float(1 << 24)),
        (-(1 << 64), ["a number", "float64"], -float(1 << 64)),
        ((1 << 24) - 1, ["a number", "float"], (1 << 24) - 1),
        (1 << 24, ["a number", "float", "int"], 1 << 24),
        (1 << 24, ["text"], 1 << 24),
        (10**400, ["a number", "float"], 10**400),
        (True, ["a number", "float"], 1),
        (True, ["a number", "bool"], True),
    ],
)
def test_a_number_is_as_wide_as_it_looks(value: Any, words: list[str], wide: Any) -> None:
    assert came(value, *words) == wide
    assert type(came(value, *words)) is type(wide)


@pytest.mark.parametrize(
    ("dtype", "words", "wide"),
    [
        ("float32", ["an array", "float64"], "float64"),
        (">f4", ["an array", "float64"], "float64"),
        ("float32", ["an array", "float32"], "float32"),
        ("bool", ["an array", "float64"], "int64"),
        ("bool", ["a list", "bool"], "bool"),
        ("uint8", ["an array", "int64"], "int64"),
        ("datetime64[s]", ["an array", "float64"], "datetime64[s]"),
    ],
)
def test_an_array_is_as_wide_as_it_looks(dtype: str, words: list[str], wide: str) -> None:
    assert came(np.zeros(2, dtype), *words).dtype == wide


@pytest.mark.parametrize(
    "value",
    [
        np.datetime64("NaT"),
        np.array(["2026-01-01", "NaT"], "M8[ns]"),
        pd.Series([1, pd.NA], dtype="Int64"),
        pd.Series([1.0, np.nan]),
        pd.DataFrame({"a": ["x", None]}),
        pd.Index([pd.NaT]),
        pd.MultiIndex.from_tuples([(1, 2), (1, None)]),
        pd.array([True, pd.NA], dtype="boolean"),
    ],
)
def test_what_is_missing_goes_to_a_person_where_the_solution_has_it_all(value: Any) -> None:
    places = Places({"f()": ["a Series", "pandas", "int64"], "g()": sorted(noted(value))})
    places.as_wide_as_it_looks("g()", value)
    assert not places.unjudged
    places.as_wide_as_it_looks("f()", value)
    assert places.unjudged


@pytest.mark.parametrize("words", [["an array", "int64"], ["a list", "int", "wide"]])
def test_integers_that_could_wrap_are_computed_with_exactly(words: list[str]) -> None:
    wide = came(np.array([(1 << 62) + 1, 3]), *words)
    assert (wide * 4).tolist() == [(1 << 64) + 4, 12]


@pytest.mark.parametrize(
    ("value", "words", "is_judged"),
    [
        (np.array([(1 << 62) + 5, -(1 << 62)]).view("m8[ns]"), ["an array", "int64"], False),
        (np.array([1 << 62]).view("M8[s]"), ["an array", "datetime64[s]"], False),
        (np.array([1 << 62]).view("m8"), ["an array", "timedelta64", "wide"], True),
        (np.array(["2026-01-01"], "M8[ns]"), ["an array", "datetime64[ns]"], True),
    ],
)
def test_dates_whose_differences_could_wrap_are_left_to_a_person(
    value: Any, words: list[str], is_judged: bool
) -> None:
    places = Places({"f()": words})
    places.as_wide_as_it_looks("f()", value)
    assert places.unjudged is not is_judged
    assert ("wide" in noted(value)) == (not is_judged or "wide" in words)


def test_a_read_only_array_stays_so() -> None:
    array = np.broadcast_to(np.float32(1), 3)
    assert not came(array, "an array", "float64").flags.writeable


def test_the_precision_that_the_test_passes_in_may_come_back() -> None:
    sent = [np.zeros(2, np.float32)]
    assert came(np.float32(1), "a number", "float64", sent=sent).dtype == np.float32
    assert came(np.float16(1), "a number", "float64", sent=sent).dtype == np.float64


def test_without_a_solution_nothing_changes() -> None:
    assert Places(None).as_wide_as_it_looks("f()", np.float16(1)).dtype == np.float16


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("f()", ("an array",)),
        ("g()", None),
        ("g()[0]", None),
        ("g()[1]", ("a number",)),
        ("g()[2]", None),
        ("k()", ("a list",)),
        ("k()[3]", ("plain data",)),
        ("other", ()),
        ("other.weights", ("an array",)),
        ("nothing()", ()),
    ],
)
def test_where_an_object_may_come(place: str, wanted: tuple[str, ...] | None) -> None:
    places = Places(
        {
            "f()": ["an array", "float64"],
            "g()": ["a tuple", "an object"],
            "g()[0]": ["an object"],
            "g()[1]": ["a number"],
            "k()": ["a list", "plain inside"],
            "nothing()": ["None"],
            "m.weights": ["an array"],
        }
    )
    assert places.wanted(place) == wanted


@pytest.mark.parametrize(
    ("place", "wanted"),
    [
        ("x.out", None),
        ("x.out.out", ("an array",)),
        ("x.y.out", ()),
        ("x.next.next.next.value", ("a number",)),
        ("x.next.value", ("a number",)),
        ("x.layer.out", ("text",)),
        ("x[3].value", ("a number",)),
    ],
)
def test_a_place_is_like_those_that_end_as_it_does(
    place: str, wanted: tuple[str, ...] | None
) -> None:
    places = Places(
        {
            "net.out": ["an object"],
            "net.out.out": ["an array"],
            "net.layer.out": ["text"],
            "head.value": ["a number"],
            "head.next.value": ["a number"],
            "head.next.next.value": ["a number"],
        }
    )
    assert places.wanted(place) == wanted
