"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# No deadline for one example: machines are noisy, and pytest-timeout bounds what hangs.
settings.register_profile("course", deadline=None)
settings.load_profile("course")
