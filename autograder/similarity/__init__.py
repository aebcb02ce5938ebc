"""Submissions more alike than the assignment explains: text is compared, and nothing is run."""
