"""The state of the two global random generators as bytes, so that a seeded test stays seeded."""

from __future__ import annotations

import hashlib
import random
import struct
from typing import Any

import numpy as np

# Both generators are Mersenne Twisters: 624 words of 32 bits, and the position in them.
_WORDS = 624
_STATE = struct.Struct(f"<{_WORDS + 1}I?d")
_REST = struct.Struct("<iId")  # after the words of NumPy's generator


def capture() -> bytes:
    """The state of ``random`` and of ``np.random``'s global generator.

    Raises
    ------
    ValueError
        NumPy's global generator is not the usual MT19937.
    """
    _version, words, gauss = random.getstate()
    python_state = _STATE.pack(*words, gauss is not None, gauss or 0.0)
    state: Any = np.random.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise ValueError(f"np.random's global generator is {state['bit_generator']}, not MT19937")
    numpy_words: bytes = state["state"]["key"].astype("<u4", copy=False).tobytes()
    rest = _REST.pack(state["state"]["pos"], state["has_gauss"], state["gauss"])
    return python_state + numpy_words + rest


def restore(state: bytes) -> None:
    """Set both generators to a captured state."""
    *words, has_gauss, gauss = _STATE.unpack(state[: _STATE.size])
    random.setstate((3, tuple(words), gauss if has_gauss else None))
    key = np.frombuffer(state, "<u4", _WORDS, _STATE.size)
    np.random.set_state(("MT19937", key, *_REST.unpack(state[_STATE.size + key.nbytes :])))


def fingerprint() -> object:
    """A small value that differs when a generator has been drawn from.

    Drawing moves a generator's position or, after 624 words, replaces all of its words; so the
    position and a word or two are enough. The fingerprint is taken at every request, where a
    capture would take too long.
    """
    _version, words, gauss = random.getstate()
    state: Any = np.random.get_state(legacy=False)
    of_python = (words[0], words[-1], gauss)
    if state["bit_generator"] != "MT19937":
        return object()  # always another one: `capture` then says what is wrong
    inner = state["state"]
    return of_python, int(inner["key"][0]), inner["pos"], state["has_gauss"], state["gauss"]


def seed(number: int) -> None:
    """Seed both generators from a grading's seed, alike on both sides.

    The seed goes through a hash because the state of a generator tells what it was seeded with,
    and the grading's seed also makes hidden inputs.
    """
    digest = hashlib.sha256(f"global generators {number}".encode()).digest()
    random.seed(digest)
    np.random.seed(int.from_bytes(digest[:4], "little"))
