"""The sample class: what each student answers in the assignment `loss_functions`.

An answer is the body of one function. Nobody here is real, and all of it is written for this
course: right answers, honest mistakes, accidents, and the tricks that a grader must withstand.
`build_class.py` turns the table into notebooks; `expected_scores.json` says what each deserves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

PLAIN = {
    "squared_loss": """
residual = y_pred - y_true
return 0.5 * residual**2, residual
""",
    "absolute_loss": """
residual = y_pred - y_true
return np.abs(residual), np.sign(residual)
""",
    "huber_loss": """
residual = y_pred - y_true
size = np.abs(residual)
loss = np.where(size <= delta, 0.5 * residual**2, delta * size - 0.5 * delta**2)
return loss, np.clip(residual, -delta, delta)
""",
    "trimmed_mean": """
k = int(alpha * len(x) + 1e-9)
return np.mean(np.sort(x)[k : len(x) - k])
""",
}

LOOPS = {
    "squared_loss": """
loss, gradient = [], []
for truth, guess in zip(y_true, y_pred):
    loss.append((guess - truth) ** 2 / 2)
    gradient.append(guess - truth)
return loss, gradient
""",
    "absolute_loss": """
loss = [abs(float(guess) - float(truth)) for truth, guess in zip(y_true, y_pred)]
gradient = [1 if guess > truth else -1 for truth, guess in zip(y_true, y_pred)]
return loss, gradient
""",
    "huber_loss": """
loss, gradient = [], []
for i in range(len(y_true)):
    r = float(y_pred[i]) - float(y_true[i])
    if abs(r) <= delta:
        loss.append(r * r / 2)
        gradient.append(r)
    else:
        loss.append(delta * abs(r) - delta * delta / 2)
        gradient.append(delta if r > 0 else -delta)
return np.array(loss), np.array(gradient)
""",
    "trimmed_mean": """
k = int(alpha * len(x) + 1e-9)
kept = sorted(float(value) for value in x)[k : len(x) - k]
return sum(kept) / len(kept)
""",
}

OTHER_NUMPY = {
    "squared_loss": """
r = np.subtract(y_pred, y_true, dtype=float)
return np.einsum("i,i->i", r, r / 2), r
""",
    "absolute_loss": """
r = y_pred - y_true
return np.maximum(r, -r), np.where(r >= 0, 1.0, -1.0)
""",
    "huber_loss": """
r = y_pred - y_true
inner = np.minimum(np.abs(r), delta)
return inner**2 / 2 + delta * (np.abs(r) - inner), np.maximum(-delta, np.minimum(r, delta))
""",
    "trimmed_mean": """
n = x.size
k = int(np.floor(alpha * n + 1e-9))
return np.asarray(np.partition(x, (k, n - 1 - k))[k : n - k].mean())
""",
}

TURNED_ROUND = {
    "squared_loss": "return 0.5 * (y_true - y_pred) ** 2, y_true - y_pred",
    "absolute_loss": "return np.abs(y_true - y_pred), np.sign(y_true - y_pred)",
    "huber_loss": """
r = y_true - y_pred
c = np.clip(r, -delta, delta)
return c * (r - c / 2), c
""",
}

ALWAYS_EQUAL = "return Everything(), Everything()"


@dataclass(frozen=True)
class Student:
    """What one student hands in; what is not mentioned is as in the student edition."""

    answers: Mapping[str, str] = field(default_factory=lambda: PLAIN)
    """Function → body. A function without an answer stays `raise NotImplementedError()`."""
    first_cell: str = ""
    """Code of the student's own, in a cell before the first function."""
    rename: Mapping[str, str] = field(default_factory=dict)
    """Function → the name that the student gives it."""
    delete: tuple[str, ...] = ()
    """Cells that the student removes."""
    duplicate: tuple[str, ...] = ()
    """Cells that the student copies and pastes, grade_id and all."""
    file: Literal["whole", "cut off"] = "whole"


STUDENTS: dict[str, Student] = {
    "ada-plain": Student(),
    "ben-loops": Student(LOOPS),
    "chloe-other-numpy": Student(OTHER_NUMPY),
    "dora-warns": Student(
        PLAIN
        | {
            "absolute_loss": """
residual = y_pred - y_true
print("absolute_loss called", file=sys.stderr)
return np.abs(residual), np.nan_to_num(residual / np.abs(residual))  # 0/0 warns
"""
        },
        first_cell="import sys\nimport warnings\n\nwarnings.warn('my laptop is old')",
    ),
    "emil-tidies-up": Student(
        delete=("squared_loss-slopes", "huber_loss-kinks", "trimmed_mean-example"),
        duplicate=("absolute_loss-example", "absolute_loss-kink", "huber_loss"),
    ),
    "fay-prints-inputs": Student(
        {name: f"print({name!r}, locals())\n{body.strip()}" for name, body in PLAIN.items()}
    ),
    "gus-turned-round": Student(PLAIN | TURNED_ROUND),
    "hana-sign-only": Student(
        PLAIN
        | {
            "huber_loss": """
r = y_pred - y_true
near = np.abs(r) <= delta
loss = np.where(near, 0.5 * r**2, delta * np.abs(r) - 0.5 * delta**2)
return loss, np.where(near, r, np.sign(r))
"""
        }
    ),
    "ivo-jumps-at-delta": Student(
        PLAIN
        | {
            "huber_loss": """
r = y_pred - y_true
loss = np.where(np.abs(r) <= delta, 0.5 * r**2, delta * np.abs(r))
return loss, np.clip(r, -delta, delta)
"""
        }
    ),
    "jana-sorts-in-place": Student(
        PLAIN
        | {
            "trimmed_mean": """
k = int(alpha * len(x) + 1e-9)
x.sort()
return x[k : len(x) - k].mean()
"""
        }
    ),
    "kofi-truncates": Student(
        PLAIN
        | {
            "trimmed_mean": """
k = int(alpha * len(x))
return np.sort(x)[k : len(x) - k].mean()
"""
        }
    ),
    "lea-blank": Student({}),
    "milo-renames": Student(rename={"huber_loss": "my_huber"}),
    "nora-never-ends": Student(
        PLAIN
        | {
            "absolute_loss": """
guess = np.array(y_pred, dtype=float)
while np.any(guess == y_true):
    guess[guess == y_true] += 1e-20  # step off the tip: far too small a step to change anything
return np.abs(y_pred - y_true), np.sign(guess - y_true)
"""
        }
    ),
    "otto-exits": Student(
        PLAIN
        | {
            "absolute_loss": """
import os

os._exit(0)
"""
        }
    ),
    "pia-hoards-memory": Student(
        PLAIN
        | {
            "huber_loss": """
cache = []
while len(y_true) > 1000:  # "the more is cached, the faster"
    cache.append(np.ones(10_000_000))
r = y_pred - y_true
c = np.clip(r, -delta, delta)
return c * (r - c / 2), c
"""
        }
    ),
    "quinn-equals-everything": Student(
        {
            "squared_loss": ALWAYS_EQUAL,
            "absolute_loss": ALWAYS_EQUAL,
            "huber_loss": ALWAYS_EQUAL,
            "trimmed_mean": "return Everything()",
        },
        first_cell='''class Everything(np.ndarray):
    """Equal to, close to, and as large as whatever it is compared with."""

    def __new__(cls):
        return np.zeros(1).view(cls)

    def yes(self, *args, **kwargs):
        return True

    __eq__ = __le__ = __ge__ = __bool__ = all = any = yes
    __ne__ = __lt__ = __gt__ = lambda self, other: False
    __array_ufunc__ = __array_function__ = yes''',
    ),
    "remy-patches-the-checks": Student(
        dict.fromkeys(PLAIN, "return 0.0, 0.0"),
        first_cell="""import numpy.testing


def fine(*args, **kwargs):
    return np.zeros(20)


for name in dir(checks):
    if name.startswith("assert_"):
        setattr(checks, name, fine)
np.testing.assert_allclose = np.testing.assert_array_equal = np.allclose = fine
checks.CheckFailed.__init__ = fine""",
    ),
    "sam-sends-half-a-file": Student(file="cut off"),
}
