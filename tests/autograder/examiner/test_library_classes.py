"""Which classes a name that a candidate tells may stand for."""

from __future__ import annotations

import contextlib
import queue
import string
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.errors import ProtocolError
from autograder.examiner.library_classes import class_claimed, library_class
from autograder.wire.abilities import About, about_of, class_names


@pytest.mark.parametrize(
    "name",
    [
        "",
        ":",
        "queue",
        "queue:",
        "queue:Queue.get",
        "queue:deque.x",
        "queue:threading",
        "no_such:Class",
        "builtins:list",
        "numpy:ndarray",
        "numpy:float64",
        "collections:Counter",
        "collections:deque",
        "fractions:Fraction",
        "datetime:datetime",
        "http:HTTPStatus",  # an int
        "pandas:DataFrame",
        "__main__:np",
        "__main__:Class",
        "autograder.examiner.proxy:Proxy",
        "types:ModuleType",
        "json:JSONDecodeError",  # an exception
        "abc:ABCMeta",  # a type
    ],
)
def test_neither_plain_data_nor_anything_else_is_a_librarys_class(name: str) -> None:
    assert library_class(name) is None


def test_nothing_is_imported_for_a_name() -> None:
    assert library_class("antigravity:Class") is None
    assert "antigravity" not in sys.modules


def test_no_code_of_a_module_looks_a_name_up(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(queue, "__getattr__", asked.append, raising=False)
    assert library_class("queue:Later") is None
    assert asked == []


def test_a_module_of_the_courses_is_no_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "checked_course.py").write_text("class Reference: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    __import__("checked_course")
    assert library_class("checked_course:Reference") is None


def test_a_module_that_was_made_is_no_library(monkeypatch: pytest.MonkeyPatch) -> None:
    made = ModuleType("made")
    vars(made)["Class"] = queue.Queue
    monkeypatch.setitem(sys.modules, "made", made)
    assert library_class("made:Class") is None


def test_the_very_class_is_claimed_by_its_own_name() -> None:
    assert class_claimed(["queue:LifoQueue", "queue:Queue"]) is queue.LifoQueue


def test_a_class_of_ones_own_derives_from_all_that_are_claimed() -> None:
    claimed = class_claimed(["", "queue:Queue", "no_such:Class", "string:Template"])
    assert claimed is not None
    assert issubclass(claimed, queue.Queue)
    assert issubclass(claimed, string.Template)
    assert claimed not in (queue.Queue, string.Template)


def test_what_the_notebook_imports_is_none_of_its_classes(monkeypatch: pytest.MonkeyPatch) -> None:
    own = type("Own", (), {"__module__": "__main__"})
    notebook = ModuleType("__main__")
    vars(notebook).update(Queue=queue.Queue, Own=own, zip=zip)
    monkeypatch.setitem(sys.modules, "__main__", notebook)
    assert library_class("__main__:Queue") is None
    assert library_class("__main__:zip") is None
    assert library_class("__main__:Own") is own


def test_where_two_cannot_be_combined_the_first_is_claimed() -> None:
    assert class_claimed(["", "threading:local", "random:Random"]) is not None


def test_a_class_that_takes_a_librarys_name_has_none() -> None:
    false = type("Queue", (), {"__module__": "queue"})
    assert class_names(false) == []


def test_an_odd_class_has_no_name() -> None:
    class Meta(type):
        __hash__ = None  # type: ignore[assignment]

        def __getattribute__(cls, name: str) -> Any:
            raise RuntimeError

    assert class_names(Meta("Odd", (), {"__module__": 3})) == []


wild = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=4),
)


@given(st.lists(wild, max_size=7))
def test_any_account_of_an_object_is_understood_or_refused(told: list[Any]) -> None:
    with contextlib.suppress(ProtocolError):
        about = about_of(told)
        assert isinstance(about, About)
        class_claimed(about.class_names)


def test_an_account_is_bounded() -> None:
    with pytest.raises(ProtocolError):
        about_of([0, 1, None, False, ["queue:Queue"] * 1000])
    with pytest.raises(ProtocolError):
        about_of([0, 1, None, False, ["q" * 10_000]])
