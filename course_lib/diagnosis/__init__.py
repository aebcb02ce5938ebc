"""Say in words how a wrong result differs from the right one, without giving either away.

Every sentence made here may be shown to a student even when the test is hidden. So none contains a
value, an input or a size, and none repeats what the student's code could have chosen freely (a
type's name, a shape, an error's size, the place where it is wrong): that would be a way to smuggle
hidden inputs out. What is left to choose is which of some hundred sentences comes, and of which of
the terms that the author of a test has named. The tables of `slips` have thousands of sentences
more; they are of the visible examples, and no hidden test looks anything up in them.
"""

from __future__ import annotations

from course_lib.diagnosis.comparison import (
    NotNumbersError,
    Numbers,
    as_numbers,
    explain_shape,
    first_wrong_index,
    is_close,
)
from course_lib.diagnosis.mistakes import explain_gradient, explain_values
from course_lib.diagnosis.parts import mistakes_among
from course_lib.diagnosis.slips import explain_slip

__all__ = [
    "NotNumbersError",
    "Numbers",
    "as_numbers",
    "explain_gradient",
    "explain_shape",
    "explain_slip",
    "explain_values",
    "first_wrong_index",
    "is_close",
    "mistakes_among",
]
