"""What a test is told that uses a student's object as plain data."""

from __future__ import annotations

#: Types that can be named to a student. The name of any other could hold what a hidden test
#: called with.
_COMMON_TYPES = frozenset(
    [
        "Axes",
        "DataFrame",
        "Figure",
        "Series",
        "builtin_function_or_method",
        "dict_items",
        "dict_keys",
        "dict_values",
        "filter",
        "function",
        "generator",
        "map",
        "method",
        "module",
        "zip",
    ]
)


class OpaqueError(TypeError):
    """A test used a student's object as if it were plain data."""

    def __init__(self, kind: str, use: str) -> None:
        received = f"a {kind}" if kind in _COMMON_TYPES else "another kind of object"
        self.student_feedback = (
            f"The test needs plain data here (numbers, text, lists, arrays …), "
            f"but your code gave {received}."
        )
        super().__init__(
            f"an object of the student's type {kind!r:.60} stays in the student's process and "
            f"cannot be {use}; test its attributes, its items or str() of it, or tag the "
            f"cell run-in-candidate"
        )
