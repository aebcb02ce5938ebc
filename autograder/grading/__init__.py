"""From one submission to its score, and a class of them at a time."""

import os

#: How many submissions are graded at a time if nobody says so.
DEFAULT_JOBS = min(4, os.cpu_count() or 1)
