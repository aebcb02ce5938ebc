"""The student's side: a sandboxed IPython shell that answers questions over the wire.

Imports nothing of the autograder but ``wire``, ``sandbox`` and ``errors``: whatever student code
can reach in its own process holds no test, no answer and no grade.
"""
