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
#: Rounds of hashing: a third of a millisecond once, a week for all seeds that there are.
_ROUNDS = 1000
# As they are when this is imported: the examiner watches who seeds, and must not see itself.
_get_python, _set_python, _seed_python = random.getstate, random.setstate, random.seed
_get_numpy: Any = np.random.get_state
_set_numpy: Any = np.random.set_state
_seed_numpy: Any = np.random.seed


def capture() -> bytes:
    """The state of ``random`` and of ``np.random``'s global generator.

    Raises
    ------
    ValueError
        NumPy's global generator is not the usual MT19937.
    """
    _version, words, gauss = _get_python()
    python_state = _STATE.pack(*words, gauss is not None, gauss or 0.0)
    state = _get_numpy(legacy=False)
    if state["bit_generator"] != "MT19937":
        raise ValueError(f"np.random's global generator is {state['bit_generator']}, not MT19937")
    numpy_words: bytes = state["state"]["key"].astype("<u4", copy=False).tobytes()
    rest = _REST.pack(state["state"]["pos"], state["has_gauss"], state["gauss"])
    return python_state + numpy_words + rest


def restore(state: bytes) -> None:
    """Set both generators to a captured state."""
    *words, has_gauss, gauss = _STATE.unpack(state[: _STATE.size])
    _set_python((3, tuple(words), gauss if has_gauss else None))
    key = np.frombuffer(state, "<u4", _WORDS, _STATE.size)
    _set_numpy(("MT19937", key, *_REST.unpack(state[_STATE.size + key.nbytes :])))


def fingerprint() -> object:
    """A small value that differs when a generator has been drawn from.

    Drawing moves a generator's position or, after 624 words, replaces all of its words; so the
    position and a word or two are enough. The fingerprint is taken at every request, where a
    capture would take too long.
    """
    _version, words, gauss = _get_python()
    state = _get_numpy(legacy=False)
    of_python = (words[0], words[-1], gauss)
    if state["bit_generator"] != "MT19937":
        return object()  # always another one: `capture` then says what is wrong
    inner = state["state"]
    return of_python, int(inner["key"][0]), inner["pos"], state["has_gauss"], state["gauss"]


def seed(number: int) -> None:
    """Seed both generators of this process.

    The number goes through a hash because the state of a generator tells what it was seeded with,
    and the grading's seed also makes hidden inputs.
    """
    digest = hashlib.sha256(f"global generators {number}".encode()).digest()
    _seed_python(digest)
    _seed_numpy(int.from_bytes(digest[:4], "little"))


def seed_of_candidate(number: int) -> int:
    """The seed of a candidate's generators, which does not tell the grading's seed ``number``.

    The same grading's is the same each time. It is slow to make, since a grading's seed has but 31
    bits: who has one of these could otherwise try them all.
    """
    digest = hashlib.pbkdf2_hmac("sha256", str(number).encode(), b"candidate", _ROUNDS)
    return int.from_bytes(digest[:8], "little")
