"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# No deadline for one example: machines are noisy, and pytest-timeout bounds what hangs. The same
# examples every time, so that a change is judged by what it changes; to look for new ones:
# .venv/bin/pytest --hypothesis-profile=explore
settings.register_profile("course", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=1000)
settings.load_profile("course")
