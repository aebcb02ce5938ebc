"""Self-checks as a learner meets them: as a widget, as folded text, as plain text."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import Any

import ipywidgets
import numpy as np
import pytest

from course_lib.selfcheck import ask, compare_prediction

LECTURE = "03_loss_functions"


def find(box: Any, kind: type) -> list[Any]:
    """All widgets of a kind inside a box, in the order in which they are shown."""
    children = getattr(box, "children", ())
    inner = [found for child in children for found in find(child, kind)]
    return [box, *inner] if isinstance(box, kind) else inner


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A function that displays a question and returns the widget."""
    boxes: list[Any] = []
    make = ipywidgets.VBox.__init__

    def remember(box: Any, *args: Any, **kwargs: Any) -> None:
        boxes.append(box)
        make(box, *args, **kwargs)

    monkeypatch.setattr(ipywidgets.VBox, "__init__", remember)

    def show(name: str) -> Any:
        ask(LECTURE, name)._repr_mimebundle_()
        return boxes[-1]

    return show


def test_unknown_question_lists_the_known_ones() -> None:
    with pytest.raises(KeyError, match="huber_by_hand"):
        ask(LECTURE, "no_such_question")


def test_hints_come_one_by_one_and_end_with_the_third() -> None:
    question = ask(LECTURE, "bias")
    hints = [question.hint() for _ in range(4)]
    assert [hint[:11] for hint in hints] == ["Hint 1 of 3", "Hint 2 of 3", *["Hint 3 of 3"] * 2]
    assert len(set(hints)) == 3


def test_two_learners_do_not_share_hints() -> None:
    ask(LECTURE, "bias").hint()
    assert ask(LECTURE, "bias").hint().startswith("Hint 1")


def test_plain_text_holds_question_options_and_how_to_answer() -> None:
    text = repr(ask(LECTURE, "moved_point"))
    assert text.startswith("Five readings are")
    assert "b) Only the median." in text
    assert ".check(" in text


def test_plain_text_does_not_give_the_answer_away() -> None:
    question = ask(LECTURE, "huber_by_hand")
    assert question.check(8).message not in repr(question)


def test_feedback_tells_right_from_wrong_without_colour() -> None:
    question = ask(LECTURE, "huber_by_hand")
    assert repr(question.check(8)).startswith("✓ Right.")
    assert repr(question.check(5)).startswith("✗ Not yet.")


def test_without_widgets_the_text_forms_remain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    bundle = ask(LECTURE, "bias")._repr_mimebundle_()
    assert sorted(bundle) == ["text/html", "text/plain"]


@pytest.mark.parametrize("name", ["bias", "huber_by_hand"])
def test_folded_text_nests_hints_and_answer(name: str) -> None:
    html = ask(LECTURE, name)._repr_mimebundle_()["text/html"]
    places = [html.index(word) for word in ("Hint 1", "Hint 2", "Hint 3", "Answer")]
    assert places == sorted(places)
    assert html.count("<details>") == html.count("</details>") == 4
    assert html.endswith("</details>" * 4)


def test_widget_is_offered_beside_the_text_forms() -> None:
    bundle = ask(LECTURE, "bias")._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in bundle
    assert bundle["text/plain"].startswith("A clock adds")


def test_widget_checks_a_number(shown: Any) -> None:
    box = shown("huber_by_hand")
    entry = find(box, ipywidgets.Text)[0]
    check = find(box, ipywidgets.Button)[0]
    verdict = find(box, ipywidgets.HTML)[-1]
    entry.value = "12.5"
    check.click()
    assert verdict.value.startswith("✗ Not yet. This is ½r²")
    entry.value = "8"
    check.click()
    assert verdict.value.startswith("✓ Right.")


def test_widget_checks_an_option(shown: Any) -> None:
    box = shown("moved_point")
    entry = find(box, ipywidgets.RadioButtons)[0]
    verdict = find(box, ipywidgets.HTML)[-1]
    assert entry.value is None
    entry.value = entry.options[0]
    find(box, ipywidgets.Button)[0].click()
    assert verdict.value.startswith("✓ Right.")


def test_answer_that_arrives_after_the_click_is_judged_too(shown: Any) -> None:
    """On a busy machine the browser's click can overtake what was typed before it."""
    box = shown("huber_by_hand")
    entry, verdict = find(box, ipywidgets.Text)[0], find(box, ipywidgets.HTML)[-1]
    entry.value = "8"
    assert verdict.value == ""
    find(box, ipywidgets.Button)[0].click()
    entry.value = "12.5"
    assert "Not yet" in verdict.value


def test_widget_asks_for_an_answer_when_there_is_none(shown: Any) -> None:
    box = shown("moved_point")
    find(box, ipywidgets.Button)[0].click()
    assert "Please answer with one of" in find(box, ipywidgets.HTML)[-1].value


def test_widget_shows_hints_one_below_the_other_until_the_third(shown: Any) -> None:
    box = shown("bias")
    hint = find(box, ipywidgets.Button)[1]
    hints = find(box, ipywidgets.HTML)[1]
    hint.click()
    assert hints.value.count("Hint") == 1
    assert not hint.disabled
    hint.click()
    hint.click()
    assert hints.value.count("<div>") == 3
    assert hint.disabled


def test_widget_shows_an_answer_as_text(shown: Any) -> None:
    box = shown("huber_by_hand")
    find(box, ipywidgets.Text)[0].value = "<b>8</b>"
    find(box, ipywidgets.Button)[0].click()
    assert "&lt;b&gt;" in find(box, ipywidgets.HTML)[-1].value


@pytest.mark.parametrize(
    ("prediction", "verdict"),
    [(20, "too low by 6.21"), (30, "too high by 3.79"), (26.2, "well predicted")],
)
def test_prediction_is_compared(prediction: float, verdict: str) -> None:
    assert verdict in compare_prediction(prediction, 26.21)


def test_prediction_of_a_negative_number_is_compared() -> None:
    assert "too low by 1" in compare_prediction(-3, -2)


def test_of_a_choice_it_is_said_only_whether_it_is_the_one() -> None:
    assert compare_prediction(2, 8, choice=True) == "You predicted 2, it is 8: another one."
    assert "well predicted" in compare_prediction(8, 8, choice=True)


def test_no_prediction_still_shows_the_answer() -> None:
    assert compare_prediction(None, 26.21, unit="ns").startswith("It is 26.21 ns.")


@pytest.mark.parametrize(
    "prediction", [0.9, "0.9", "0,9", (0, 9), "9/10", 9 / 10, Fraction(9, 10), np.float32(0.9)]
)
def test_a_prediction_may_be_written_in_several_ways(prediction: object) -> None:
    assert compare_prediction(prediction, 1.0).startswith("You predicted 0.9, it is 1: ")


@pytest.mark.parametrize(
    "prediction",
    [float("nan"), float("inf"), "about half", "", True, ..., 1j, [1], (1, 2, 3), (0, -9), {},
     10**400, np.zeros(3), "9" * 1000],
)  # fmt: skip
def test_what_is_no_number_gets_a_sentence_and_not_the_answer(prediction: object) -> None:
    sentence = compare_prediction(prediction, 26.21, unit="ns")
    assert sentence.startswith("I cannot read ")
    assert "26.21" not in sentence
    assert len(sentence) < 200


def test_enter_answers(shown: Any) -> None:
    box = shown("huber_by_hand")
    entry, verdict = find(box, ipywidgets.Text)[0], find(box, ipywidgets.HTML)[-1]
    entry.value = "8"
    assert verdict.value == ""
    entry._handle_custom_msg({"event": "submit"}, [])
    assert verdict.value.startswith("✓ Right.")
