"""A candidate without a warm parent and without a sandbox, over standard input and output.

For ``autograder check`` on a student's own machine, whatever the system. The wire moves to
private descriptors first, so that nothing the student prints can fall into it.
"""

from __future__ import annotations

import os
import sys

from autograder.candidate.serve import make_shell, serve
from autograder.candidate.shell import INLINE_BACKEND
from autograder.wire import Channel


def main() -> None:
    reader = open(os.dup(0), "rb", buffering=0)
    writer = open(os.dup(1), "wb", buffering=0)
    with open(os.devnull, "r+b", buffering=0) as null:
        for descriptor in (0, 1):
            os.dup2(null.fileno(), descriptor)
    os.environ.setdefault("MPLBACKEND", INLINE_BACKEND)
    serve(Channel(reader, writer), make_shell(int(sys.argv[1])), os.getcwd())


if __name__ == "__main__":
    main()
