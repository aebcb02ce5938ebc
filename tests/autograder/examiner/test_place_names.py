"""What a place is called by which a test got at a value."""

from __future__ import annotations

import pytest

from autograder.examiner.place_names import item_place


@pytest.mark.parametrize(
    ("key", "place"),
    [(0, "f()[0]"), (9, "f()[…]"), ("a", "f()[a]"), ("f()[0]", "f()[…]"), (True, "f()[…]")],
)
def test_keys_of_the_students_name_no_other_place(key: object, place: str) -> None:
    assert item_place("f()", key) == place
