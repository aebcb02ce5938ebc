"""From one submission to its score, and a class of them at a time."""

from autograder.workers.processors import usable_processors

#: How many submissions are graded at a time if nobody says so.
DEFAULT_JOBS = min(4, len(usable_processors()))
