"""What has crossed stays one object on each side, until both let go of it or a test ends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from autograder.wire import conversation, memo
from tests.autograder.wire.peer import Talk, talking


class Shelf:
    """Keeps what it is given, at the peer."""

    def __init__(self) -> None:
        self.kept: list[Any] = []

    def __call__(self, what: str, *given: Any) -> Any:
        match what, given:
            case "keep", [value]:
                self.kept.append(value)
            case "get", [number]:
                return self.kept[number]
            case "change", [number, change]:
                return ACTIONS[change](self.kept[number])
            case "see", [number]:
                return repr(self.kept[number])
            case "drop", []:
                self.kept.clear()
        return None


def _reshape(array: Any) -> None:
    array.shape = (2, -1)


ACTIONS: dict[str, Callable[[Any], Any]] = {
    "append": lambda value: value.append("new"),
    "fill": lambda value: value.fill(7),
    "view": lambda value: value[1:],
    "reshape": _reshape,
    "key": lambda value: value.update(new=1),
    "copy": lambda value: value.copy(),
    "column": lambda value: value.insert(1, "new", 5),
    "delete": lambda value: value.pop("b"),
    "cell": lambda value: value.__setitem__("a", 0.0),
    "object": lambda value: value.__setitem__("a", [object()] * len(value)),
}


@pytest.fixture
def talk() -> Iterator[Talk]:
    with talking(Shelf()) as made:
        yield made


def lost(talk: Talk) -> bool:
    return bool(talk.end.lost)


def test_what_is_changed_here_later_is_changed_there(talk: Talk) -> None:
    here: list[Any] = [1, {"a": [2]}]
    talk.request("keep", here)
    here.append(3)
    here[1]["a"].append(4)
    assert talk.request("see", 0) == "[1, {'a': [2, 4]}, 3]"


def test_what_is_changed_there_later_is_changed_here(talk: Talk) -> None:
    here: list[Any] = [1]
    talk.request("keep", here)
    talk.request("change", 0, "append")
    assert here == [1, "new"]


def test_the_same_object_comes_back_in_a_later_reply(talk: Talk) -> None:
    here = {"a": 1}
    talk.request("keep", here)
    assert talk.request("get", 0) is here


def test_what_came_from_there_is_one_object_in_all_replies(talk: Talk) -> None:
    talk.request("keep", np.arange(3.0))
    assert talk.request("get", 0) is talk.request("get", 0)


def test_a_change_of_what_nobody_here_holds_reaches_the_other_side(talk: Talk) -> None:
    talk.request("keep", [1])
    talk.request("get", 0).append(2)
    assert talk.request("see", 0) == "[1, 2]"


def test_an_array_kept_there_shows_what_is_written_here(talk: Talk) -> None:
    here = np.zeros(3)
    talk.request("keep", here)
    here[1] = 5
    assert talk.request("see", 0) == "array([0., 5., 0.])"
    talk.request("change", 0, "fill")
    np.testing.assert_array_equal(here, [7, 7, 7])


def test_a_view_of_an_array_passed_earlier_is_a_view_of_it(talk: Talk) -> None:
    here = np.arange(3.0)
    talk.request("keep", here)
    view = talk.request("change", 0, "view")
    view[:] = 9
    np.testing.assert_array_equal(here, [0, 9, 9])


def test_writing_through_a_view_that_is_passed_later_reaches_the_kept_array(talk: Talk) -> None:
    here = np.arange(3.0)
    talk.request("keep", here)
    talk.request("keep", here[1:])
    talk.request("change", 1, "fill")
    assert talk.request("see", 0) == "array([0., 7., 7.])"
    np.testing.assert_array_equal(here, [0, 7, 7])


def test_a_copy_is_another_object(talk: Talk) -> None:
    here = [1]
    talk.request("keep", here)
    copy = talk.request("change", 0, "copy")
    copy.append(2)
    assert talk.request("see", 0) == "[1]"


def test_what_neither_side_holds_is_forgotten(talk: Talk) -> None:
    for _ in range(20):
        talk.request("nothing", [1, [2]], {"a": np.zeros(2)})
    talk.request("keep", [1])
    talk.request("drop")
    talk.request("nothing")
    assert len(talk.conversation._memo) == 0


def test_what_a_refused_request_held_is_sent_as_new_later(talk: Talk) -> None:
    here = [1]
    with pytest.raises(TypeError, match="may not cross"):
        talk.request("keep", here, object())
    talk.request("keep", here)
    here.append(2)
    assert talk.request("see", 0) == "[1, 2]"


def test_after_the_end_of_a_test_nothing_is_associated(talk: Talk) -> None:
    here = [1]
    talk.request("keep", here)
    talk.conversation.end_association()
    talk.request("change", 0, "append")
    assert here == [1]
    assert talk.request("get", 0) is not here


def test_the_last_changes_of_a_test_are_told(talk: Talk) -> None:
    here = [1]
    talk.request("keep", here)
    here.append(2)
    talk.conversation.end_association()
    assert talk.request("see", 0) == "[1, 2]"


@pytest.mark.parametrize("change", ["append", "key"])
def test_containers_are_changed_while_they_are_looped_over(talk: Talk, change: str) -> None:
    here: Any = [1] if change == "append" else {"new": 0}
    talk.request("keep", here)
    for _ in here:
        talk.request("change", 0, change)
        if len(here) > 3:
            break
    assert len(here) == (4 if change == "append" else 1)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_a_shape_that_was_changed_in_place_is_noted(talk: Talk) -> None:
    here = np.zeros(4)
    talk.request("keep", here)
    assert not lost(talk)
    talk.request("change", 0, "reshape")
    assert lost(talk)
    assert here.shape == (4,)


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")
def test_a_shape_that_was_changed_here_is_noted(talk: Talk) -> None:
    here = np.zeros(4)
    talk.request("keep", here)
    _reshape(here)
    talk.request("nothing")
    assert lost(talk)


def test_an_object_that_cannot_cross_in_a_shared_list_is_noted(talk: Talk) -> None:
    here: list[Any] = [1]
    talk.request("keep", here)
    here.append(object())
    assert talk.request("see", 0) == "[1]"
    assert lost(talk)


def test_a_read_only_array_that_was_forced_is_noted(talk: Talk) -> None:
    here = np.zeros(2)
    here.flags.writeable = False

    def force(_what: str, there: np.ndarray) -> None:
        there.flags.writeable = True
        there[:] = 1

    talk.peer.function = force
    talk.request("force", here)
    assert lost(talk)


def test_two_views_of_one_array_of_the_others_are_noted_when_one_is_written_to() -> None:
    data = np.zeros(3)
    with talking(lambda *_: data[:]) as talk:
        talk.peer.keeps_views = False  # type: ignore[misc]
        one, two = talk.request(), talk.request()
        one[0] = 5
        assert two[0] == 0
        assert talk.conversation.has_to_tell()
        talk.request()
        assert lost(talk)
        assert two[0] == 5


def test_looking_for_changes_is_put_off_when_it_takes_long(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memo, "MAX_WORK", 10_000)
    here = list(range(50))
    talk.request("keep", here)
    for _ in range(5):
        talk.request("nothing")
    assert not lost(talk)
    assert talk.conversation._memo.is_late
    talk.request("change", 0, "append")
    talk.conversation.look_at_all()
    talk.request("nothing")
    here.append(1)
    talk.conversation.look_at_all()
    talk.request("nothing")
    assert lost(talk)


def test_more_than_can_be_kept_is_noted(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memo, "MAX_KEPT", 1000)
    here = np.zeros(1000)
    talk.request("keep", here)
    assert lost(talk)
    talk.request("nothing")
    assert len(talk.conversation._memo) == 0


def frame() -> pd.DataFrame:
    return pd.DataFrame({"a": [3.0, 1.0], "b": ["x", None]})


def test_two_reads_of_a_frame_give_one_object(talk: Talk) -> None:
    talk.request("keep", frame())
    assert talk.request("get", 0) is talk.request("get", 0)


def test_a_frame_that_was_passed_comes_back_as_the_same_object(talk: Talk) -> None:
    here = frame()
    talk.request("keep", here)
    assert talk.request("get", 0) is here


@pytest.mark.parametrize("change", ["column", "delete", "cell"])
def test_a_frame_changed_in_place_there_is_changed_here(talk: Talk, change: str) -> None:
    here, want = frame(), frame()
    talk.request("keep", here)
    talk.request("change", 0, change)
    ACTIONS[change](want)
    pd.testing.assert_frame_equal(here, want)
    assert talk.request("get", 0) is here
    assert not lost(talk)


@pytest.mark.parametrize("change", ["column", "delete", "cell"])
def test_a_frame_changed_in_place_here_is_changed_there(talk: Talk, change: str) -> None:
    here = frame()
    talk.request("keep", here)
    ACTIONS[change](here)
    assert talk.request("see", 0) == repr(here)


def test_a_frame_in_a_list_is_changed_with_it(talk: Talk) -> None:
    here = [frame(), {"of": frame()}]
    talk.request("keep", here)
    here[1]["of"].loc[0, "a"] = 7.0
    assert talk.request("see", 0) == repr(here)


def test_a_series_keeps_its_name_and_index_when_it_is_changed(talk: Talk) -> None:
    here = pd.Series([1, 2], index=["x", "y"], name="s")
    talk.request("keep", here)
    here["z"] = 3
    here.name = "t"
    assert talk.request("see", 0) == repr(here)


def test_a_copy_of_a_frame_is_another_object(talk: Talk) -> None:
    here = frame()
    talk.request("keep", here)
    copied = talk.request("change", 0, "copy")
    copied["a"] = 0.0
    assert here["a"].tolist() == [3, 1]
    assert talk.request("see", 0) == repr(here)


def test_an_object_that_cannot_cross_in_a_shared_frame_is_noted(talk: Talk) -> None:
    here = frame()
    talk.request("keep", here)
    talk.request("change", 0, "object")
    assert here["a"].tolist() == [3, 1]
    assert lost(talk)


def test_frames_that_nobody_holds_are_forgotten(talk: Talk) -> None:
    for _ in range(5):
        talk.request("nothing", frame(), [frame()])
    talk.request("nothing")
    assert len(talk.conversation._memo) == 0


def test_more_is_forgotten_than_a_message_can_name(talk: Talk) -> None:
    talk.request("keep", [[] for _ in range(875_000)])
    talk.request("drop")
    assert [talk.request("keep", [number]) for number in range(3)] == [None] * 3
    assert talk.request("see", 2) == "[2]"


def test_so_much_is_forgotten_a_step_at_a_time(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "MAX_FORGOTTEN", 2)
    kept = [1]
    talk.request("keep", kept)
    for _ in range(3):
        talk.request("see", 0)
        talk.request("nothing", [[], [], [], []])
    talk.request("change", 0, "append")
    assert kept == [1, "new"]
    assert not talk.end.lost


def test_changes_that_do_not_fit_beside_an_exception_end_no_conversation() -> None:
    def change(first: list[Any], second: list[Any]) -> None:
        first.append("x" * (3 << 20))
        second.append("y" * (3 << 20))
        raise LookupError

    first: list[Any] = []
    second: list[Any] = []
    with talking(change) as talk:
        with pytest.raises(ValueError, match="may cross"):
            talk.request(first, second)
        assert talk.end.lost
        with pytest.raises(AttributeError):
            talk.request(1, 2)
