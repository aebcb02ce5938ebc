"""The state of the two global random generators as bytes, so that a seeded test stays seeded."""

from __future__ import annotations

import hashlib
import random
import struct
from typing import Any

import numpy as np

_WORDS = 624
_STATE = struct.Struct(f"<{_WORDS + 1}I?d")
_REST = struct.Struct("<iId")  # after the words of NumPy's generator


def capture() -> bytes:
    """The state of ``random`` and of ``np.random``'s global generator.

    Raises:
        ValueError: NumPy's global generator is not the usual MT19937.
    """
    _version, words, gauss = random.getstate()
    first = _STATE.pack(*words, gauss is not None, gauss or 0.0)
    state: Any = np.random.get_state(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise ValueError(f"np.random's global generator is {state['bit_generator']}, not MT19937")
    words_of_numpy: bytes = state["state"]["key"].astype("<u4", copy=False).tobytes()
    rest = _REST.pack(state["state"]["pos"], state["has_gauss"], state["gauss"])
    return first + words_of_numpy + rest


def fingerprint() -> object:
    """Differs when a generator has been drawn from; quick, since it is taken at every question.

    Drawing moves a generator's position or, after 624 words, replaces all of its words.
    """
    _version, words, gauss = random.getstate()
    state: Any = np.random.get_state(legacy=False)
    ours = (words[0], words[-1], gauss)
    if state["bit_generator"] != "MT19937":
        return object()  # always another one: `capture` then says what is wrong
    inner = state["state"]
    return ours, int(inner["key"][0]), inner["pos"], state["has_gauss"], state["gauss"]


def restore(state: bytes) -> None:
    """Set both generators to a captured state."""
    *words, has_gauss, gauss = _STATE.unpack(state[: _STATE.size])
    random.setstate((3, tuple(words), gauss if has_gauss else None))
    key = np.frombuffer(state, "<u4", _WORDS, _STATE.size)
    np.random.set_state(("MT19937", key, *_REST.unpack(state[_STATE.size + key.nbytes :])))


def seed(number: int) -> None:
    """Seed both generators from a grading's seed, alike on both sides.

    By way of a hash: the state of a generator tells what it was seeded with, and the grading's
    seed also makes hidden inputs.
    """
    digest = hashlib.sha256(f"global generators {number}".encode()).digest()
    random.seed(digest)
    np.random.seed(int.from_bytes(digest[:4], "little"))
