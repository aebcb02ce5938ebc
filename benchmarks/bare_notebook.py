"""CPU seconds of a notebook's own code: its cells in one warm IPython shell, nothing around them.

What no grader can save. Prints one number; `grade_class.py` runs it in a process of its own.

    .venv/bin/python benchmarks/bare_notebook.py solutions/loss_functions/loss_functions.ipynb
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from autograder.candidate.endpoint import make_shell
from autograder.ipython.shell import INLINE_BACKEND


def main(path: Path) -> None:
    """Run the notebook twice and time the second: the first one does the imports."""
    os.environ["MPLBACKEND"] = INLINE_BACKEND
    cells = json.loads(path.read_text("utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
    seconds = 0.0
    for _ in range(2):
        shell = make_shell(1 << 20)
        shell.use()
        start = time.process_time()
        for source in sources:
            shell.run(source).raise_error()
        seconds = time.process_time() - start
    sys.__stdout__.write(f"{seconds:.3f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
