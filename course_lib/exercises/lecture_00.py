"""The task of the page that shows how to work with the lectures."""

from __future__ import annotations

from course_lib.exercises import Task

TASKS = {
    "squared_loss": Task(
        answer=lambda r: 0.5 * r**2,
        inputs=[(2.0,), (-3.0,)],
        mistakes={
            "is the absolute loss: square the residual": abs,
            "is the gradient, r: the loss is ½r²": lambda r: r,
        },
    ),
}
