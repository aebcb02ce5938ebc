"""The student's process: a sandboxed IPython shell that serves requests over the wire.

It imports nothing of the autograder but ``ipython``, ``wire``, ``sandbox`` and ``errors``: whatever
student code can reach in its own process holds no test, no expected value and no grade.
"""
