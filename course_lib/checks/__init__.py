"""What visible and hidden tests call: comparisons that say what is wrong, not only that it is.

A failed check raises `CheckFailed`, whose `student_feedback` is safe to show for a hidden test. The
functions under test are only ever *called*, with plain data, so they may live in another process;
and with copies of it, by way of `call`, so that a test can rely on its own arrays.
Nothing here imports the reference implementations.

>>> from course_lib import checks
>>> def my_loss(y_true, y_pred):
...     return (y_pred - y_true) ** 2
>>> checks.assert_close(my_loss(1.0, 3.0), 2.0, what="loss")
Traceback (most recent call last):
course_lib.checks.CheckFailed: loss is twice as large as it should be
    got 4.0, expected 2.0
"""

from __future__ import annotations

from course_lib.checks.bounds import assert_between, assert_index
from course_lib.checks.calls import (
    assert_fast,
    assert_gradient,
    assert_not_mutated,
    call,
    rng,
)
from course_lib.checks.corners import assert_corners
from course_lib.checks.errors import explain_errors, when_written
from course_lib.checks.forms import assert_batch_form_ignored, assert_form_ignored
from course_lib.checks.judged import assert_interval, credit
from course_lib.checks.progress import progress
from course_lib.checks.values import (
    CheckFailed,
    assert_close,
    assert_loss_and_gradient,
    assert_results,
    assert_shape,
    context,
)

__all__ = [
    "CheckFailed",
    "assert_batch_form_ignored",
    "assert_between",
    "assert_close",
    "assert_corners",
    "assert_fast",
    "assert_form_ignored",
    "assert_gradient",
    "assert_index",
    "assert_interval",
    "assert_loss_and_gradient",
    "assert_not_mutated",
    "assert_results",
    "assert_shape",
    "call",
    "context",
    "credit",
    "explain_errors",
    "progress",
    "rng",
    "when_written",
]
