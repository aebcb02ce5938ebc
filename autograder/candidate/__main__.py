"""``python -P -m autograder.candidate OUTPUT_LIMIT [HIDDEN_MODULE…]``: a candidate on its own.

Without a warm parent and without a sandbox, over standard input and output.
For ``autograder check`` on a student's own machine, whatever the system. The wire moves to
private descriptors first, so that nothing the student prints can fall into it.
"""

from __future__ import annotations

import contextlib
import io
import os
import sys

from autograder.candidate.endpoint import make_shell, serve
from autograder.ipython.shell import INLINE_BACKEND
from autograder.wire import Channel


def main() -> None:
    """Serve one examiner, then end."""
    reader = io.FileIO(os.dup(0), "rb")
    writer = io.FileIO(os.dup(1), "wb")
    with open(os.devnull, "r+b", buffering=0) as null:
        for descriptor in (0, 1):
            os.dup2(null.fileno(), descriptor)
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    limit, *hidden_modules = sys.argv[1:]
    with contextlib.suppress(ImportError):  # the sandbox's modules need Linux or macOS
        from autograder.sandbox.paths import guard_imports

        guard_imports(hidden_modules)
    serve(Channel(reader, writer), make_shell(int(limit)), os.getcwd())


if __name__ == "__main__":
    main()
