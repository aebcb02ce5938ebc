"""Processes that are started once and forked many times, so that nobody waits for imports.

One process is started by exec for all: ``python -m autograder.workers``. It imports IPython, NumPy
and matplotlib, then forks *parents*: one per slot for candidates, one per notebook for examiners,
with the setup cells already run. Each parent forks one child per submission. All are
single-threaded when they fork, and all die with the one above.
"""
