"""What people decided about a submission in formgrader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Review:
    """One submitted notebook's manual grading, by ``grade_id``; points throughout.

    ``scores`` holds the scores that people gave, each of which replaces the automatic one;
    ``extra_credit`` comes on top of either. ``late_penalty`` is taken off the notebook's sum.
    """

    scores: Mapping[str, float] = field(default_factory=dict)
    extra_credit: Mapping[str, float] = field(default_factory=dict)
    comments: Mapping[str, str] = field(default_factory=dict)
    late_penalty: float = 0.0
