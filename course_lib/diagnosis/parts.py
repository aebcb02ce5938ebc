"""Mistakes in one of several results that the others betray: by their values, or their sizes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import ArrayLike

from course_lib.diagnosis.comparison import Numbers


def mistakes_among(
    expected: Sequence[ArrayLike], names: Sequence[str], place: int
) -> dict[str, Numbers]:
    """Values of one result that come of mixing it up with another, or of a division by its size.

    Parameters
    ----------
    expected : sequence of array_like
        The right results.
    names : sequence of str
        What they are called.
    place : int
        Which of them is wrong.

    Returns
    -------
    dict
        Description → value, as for `explain_values`.

    Examples
    --------
    >>> among = mistakes_among([6.0, np.ones((3, 4))], ["loss", "gradient"], 0)
    >>> among["is divided by the number of rows and of columns: divide by that of rows"].tolist()
    1.5
    """
    right = [np.asarray(each, dtype=np.float64) for each in expected]
    found = {
        f"is what {name} should be": other
        for i, (name, other) in enumerate(zip(names, right, strict=True))
        if i != place and not np.array_equal(other.ravel(), right[place].ravel())
    }
    for i, (name, other) in enumerate(zip(names, right, strict=True)):
        # A number of a few binary digits may be a factor for other reasons.
        if i != place and other.ndim == 0 and (2**16 * other % 1).any():
            found[f"is multiplied by {name}"] = other * right[place]
            found[f"is divided by {name}"] = right[place] / other
    if right[place].ndim == 0:
        for other in right:
            # A factor of 2 has many causes.
            found |= {
                text: factor * right[place]
                for text, factor in _divisions(other.shape)
                if factor not in (0.5, 1.0, 2.0)
            }
    return found


def _divisions(shape: tuple[int, ...]) -> Iterator[tuple[str, float]]:
    """By which factor a mean over rows is wrong that was divided by something else."""
    if len(shape) != 2 or 0 in shape:
        return
    rows, columns = shape
    yield "is the sum over the rows: divide by their number", float(rows)
    yield "is divided by the number of columns: divide by that of rows", rows / columns
    yield "is divided by the number of rows and of columns: divide by that of rows", 1 / columns
    yield "is divided by the number of rows twice: once will do", 1 / rows
