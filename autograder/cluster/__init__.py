"""Grading on many machines, with Dask: ``autograder grade --cluster``.

::

    coordinator            reads submissions, writes the gradebook; here `executor.ClusterExecutor`
      Dask scheduler         which worker grades what; grades again elsewhere what a lost worker had
        Dask worker            `plugin.PoolPlugin` holds one worker pool in each
          zygote, parents, ...   as on one machine: see `autograder.workers`

What travels is data (`records`): the course's settings and each notebook with its plan once to each
worker, then submissions as bytes, and results as JSON. Who is in the cluster is trusted as the
coordinator is; code of students runs in the sandbox of a worker, from which no way leads to Dask.
"""
