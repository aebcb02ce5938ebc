"""What a cell prints and shows, within a bound."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from autograder.ipython.shell import TRUNCATED, Capture, CapturedStream

texts = st.text(st.characters(exclude_categories=()), max_size=30)


def test_what_one_stream_prints_is_one_output() -> None:
    capture = Capture(100)
    capture.stream("stdout", "a")
    capture.stream("stdout", "b")
    capture.stream("stderr", "c")
    capture.stream("stdout", "d")
    assert [(out["name"], out["text"]) for out in capture.outputs] == [
        ("stdout", "ab"),
        ("stderr", "c"),
        ("stdout", "d"),
    ]


@settings(deadline=None)
@given(st.lists(texts, max_size=20), st.integers(1, 200))
def test_no_more_is_kept_than_the_limit_and_it_can_be_stored(parts: list[str], limit: int) -> None:
    capture = Capture(limit)
    for part in parts:
        capture.stream("stdout", part)
    text = capture.take_text()
    text.encode()
    assert len(text) <= limit + len(TRUNCATED)
    if sum(map(len, parts)) <= limit:
        assert len(text) == sum(map(len, parts))
    else:
        assert TRUNCATED in text


def test_after_the_limit_nothing_is_added() -> None:
    capture = Capture(3)
    for _ in range(1000):
        capture.stream("stdout", "abcdef")
    assert capture.take_text() == "abc" + TRUNCATED


def test_taking_the_text_begins_anew() -> None:
    capture = Capture(5)
    capture.stream("stdout", "12345")
    assert capture.take_text() == "12345"
    capture.stream("stdout", "6")
    assert capture.take_text() == "6"


def test_a_value_is_marked_by_its_count() -> None:
    capture = Capture(100)
    capture.show({"text/plain": "1"}, 3)
    capture.show({"text/plain": "2", "application/json": {"not": "text"}})
    assert [out["output_type"] for out in capture.outputs] == ["execute_result", "display_data"]
    assert capture.outputs[0]["execution_count"] == 3
    assert capture.outputs[1]["data"] == {"text/plain": "2"}


def test_what_is_too_large_to_show_is_left_out() -> None:
    capture = Capture(100)
    capture.show({"image/png": "x" * 101})
    assert [out["output_type"] for out in capture.outputs] == ["stream"]
    assert "left out" in capture.take_text()


def test_an_exception_is_kept_though_the_limit_is_reached() -> None:
    capture = Capture(1)
    capture.stream("stdout", "much")
    capture.error("E" * 1000, "m" * 10_000, ["line" * 10_000] * 100)
    error = capture.outputs[-1]
    assert error["output_type"] == "error"
    assert len(error["ename"]) + len(error["evalue"]) < 3000
    assert sum(map(len, error["traceback"])) <= 120_000


def test_a_captured_stream_is_a_text_stream() -> None:
    capture = Capture(100)
    stream = CapturedStream("stdout", capture)
    print("a", 1, file=stream)
    stream.flush()
    assert stream.writable()
    assert not stream.isatty()
    assert stream.encoding == "utf-8"
    assert capture.take_text() == "a 1\n"


def test_the_two_streams_are_given_apart() -> None:
    capture = Capture(100)
    for name, text in (("stdout", "a"), ("stderr", "warning"), ("stdout", "b")):
        capture.stream(name, text)
    assert capture.take_streams() == ("ab", "warning")
    assert capture.outputs == []
