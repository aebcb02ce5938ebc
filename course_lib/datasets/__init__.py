"""Data sets of the lectures, each with its source, licence and checksum.

Each loader returns new arrays. The small tables are typed in from their publications: the numbers
are facts, to which no copyright applies. `CHECKSUMS` holds the SHA-256 of what each loader returns.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from course_lib.datasets.downloads import mnist
from course_lib.datasets.files import (
    ALPHABET,
    diabetes,
    digits,
    frankenstein,
    iris,
    kept_digits,
    letters,
    training_digits,
    werther,
)
from course_lib.datasets.measurements import Batters, batters, belgian_calls, newcomb, stack_loss

__all__ = [
    "ALPHABET",
    "CHECKSUMS",
    "Batters",
    "batters",
    "belgian_calls",
    "checksum",
    "diabetes",
    "digits",
    "frankenstein",
    "iris",
    "kept_digits",
    "letters",
    "mnist",
    "newcomb",
    "stack_loss",
    "training_digits",
    "werther",
]

CHECKSUMS = {
    "newcomb": "78137f67da8a454800f4774cb7f5e776eabe09ab9870d923b57a8506ea41cc04",
    "belgian_calls": "97f2f81b98d090ed6836b958b3de44564e5a1b83a5fca6143996a3feffdc4594",
    "batters": "7bca9ee5e69531cc2bbcc7b9dc9306fb8d62e0c89c779f795400d2f645f6a38f",
    "stack_loss": "d7bfe1ac8d586da35cbb0dd70aae37133427749655a358cd9abefaa1c0f3fc0b",
    "digits": "f19a7d92591ca0a1ffc65ec172e8149afdff995e0d2c4cb0afd151f38471ff90",
    "training_digits": "f9e70962254a8cc7099d20be1a5a1e779c691ed5ae70d37ab2c73eac8f9cf2c4",
    "kept_digits": "165584856d6eea0601e05806d534025b9484ad8d8dcfa2032070712f03624a79",
    "diabetes": "e9c1f7559552854a24dc45b41c446ce5f79f96e5da081bcce24b57492720b3f7",
    "iris": "18565d0da72dafd52595fe48b03ca9b06dfc2c05d0c4c155576631d0aae8eb7e",
    "frankenstein": "05d793831c361ea0b96952c2cc44d08c73ebdae676cd5b98ae98bf617c3846bb",
    "werther": "edf125a0ff3fcd8db8be4141cb5642001e3ddd708f9d90fad71def09b30b2756",
}
"""Of the columns of numbers that each loader returns, in order; of a text, its bytes in UTF-8."""


def checksum(*columns: NDArray[np.number[Any]]) -> str:
    """SHA-256 of the columns' little-endian float64 bytes, one after the other.

    Parameters
    ----------
    *columns : ndarray
        Numbers of any type.

    Returns
    -------
    str
        64 hexadecimal digits.

    Examples
    --------
    >>> checksum(np.array([1.0]))[:8]
    '6c3c396e'
    """
    import hashlib  # takes as long to import as half this package, and only tests check

    return hashlib.sha256(
        b"".join(column.astype("<f8").tobytes() for column in columns)
    ).hexdigest()
