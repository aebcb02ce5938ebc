"""JupyterLab with formgrader, in a course and with nobody's settings."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.browser.jupyterlab import server


def with_nbgrader() -> dict[str, str]:
    """This environment, in which nbgrader finds the programs that it starts by their names."""
    scripts = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": scripts + os.pathsep + os.environ["PATH"]}


@contextmanager
def formgrader(course: Path, folder: Path) -> Iterator[str]:
    """The address of formgrader's page for a course; settings and the log are in ``folder``."""
    jupyter = folder / "jupyter"
    places = {f"JUPYTER_{name}_DIR": str(jupyter / name) for name in ("CONFIG", "DATA", "RUNTIME")}
    options = ["--IdentityProvider.token="]
    with server(course, folder, with_nbgrader() | places, *options) as address:
        yield f"{address}/formgrader"
