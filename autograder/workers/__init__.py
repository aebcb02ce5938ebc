"""Processes that are started once and forked many times, so that nobody waits for imports.

::

    coordinator        the grader's own process: pool, slot, pair
      zygote           python -m autograder.workers.zygote, started by exec; imports, then forks
        candidate parent   one for each slot, with a shell ready
          candidate        one for each submission: runs the student's code
        examiner parent    one for each notebook, with its early setup cells run
          examiner         one for each submission: runs the tests

The zygote and the two kinds of parent are fork servers. All are single-threaded when they fork, and
all die with the one above.
"""
