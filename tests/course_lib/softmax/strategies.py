"""Logits, labels and label distributions."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

# Multiples of 1/8: adding a shift of that kind to them is exact, so invariances are equalities.
dyadic = st.integers(-400, 400).map(lambda i: i / 8)


def logits(min_classes: int = 1) -> st.SearchStrategy[np.ndarray]:
    shapes = st.tuples(st.integers(1, 5), st.integers(min_classes, 6))
    return hnp.arrays(np.float64, shapes, elements=dyadic)


@st.composite
def labelled(draw: st.DrawFn, min_classes: int = 1) -> tuple[np.ndarray, np.ndarray]:
    o = draw(logits(min_classes))
    labels = draw(hnp.arrays(np.int64, len(o), elements=st.integers(0, o.shape[1] - 1)))
    return o, labels


@st.composite
def with_distributions(draw: st.DrawFn) -> tuple[np.ndarray, np.ndarray]:
    o = draw(logits())
    weights = draw(hnp.arrays(np.float64, o.shape, elements=st.integers(0, 9).map(float)))
    weights[:, 0] += 1
    return o, weights / weights.sum(axis=1, keepdims=True)
