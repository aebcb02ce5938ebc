"""JupyterLab with the course's settings, on a copy of what students get."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
COPIED = ["notebooks", "course_lib", ".jupyter", "nbgrader_config.py"]
TOKEN = "for-this-test"
WORKSPACE = ".jupyter/course.jupyterlab-workspace"


@contextmanager
def jupyterlab(folder: Path) -> Iterator[str]:
    """The address of a server whose root is a copy of the course in ``folder``."""
    for name in COPIED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy2
        copy(ROOT / name, folder / name)
    # Nothing of the person's who runs the test: neither settings nor open tabs; and figures shown,
    # which the backend of the other tests would not do.
    inherited = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}
    environment = inherited | {
        "HOME": str(folder),
        "IPYTHONDIR": str(folder / "ipython"),
        "JUPYTERLAB_WORKSPACES_DIR": str(folder / "workspaces"),
        "JUPYTER_CONFIG_DIR": str(folder / "config"),
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "OPENBLAS_NUM_THREADS": "1",  # as `make lab` has it
    }
    subprocess.run(
        [sys.executable, "-m", "jupyter", "lab", "workspaces", "import", WORKSPACE],
        cwd=folder, env=environment, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    settings = ["--LabApp.app_settings_dir=.jupyter/settings", f"--IdentityProvider.token={TOKEN}"]
    with server(folder, folder, environment, *settings) as address:
        yield address


@contextmanager
def server(
    course: Path, folder: Path, environment: Mapping[str, str], *options: str
) -> Iterator[str]:
    """The address of JupyterLab in a course, until the context ends; the log is in ``folder``."""
    port = _free_port()
    where = ["--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--port-retries=0"]
    command = [sys.executable, "-m", "jupyter", "lab", *where, *options]
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(command, cwd=course, env=environment, stdout=log, stderr=log)
        try:
            _wait_for(f"http://127.0.0.1:{port}/api", process)  # which takes no token
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()
            try:
                process.wait(60)  # it ends its kernels first
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_for(address: str, server: subprocess.Popen[bytes], seconds: float = 300) -> None:
    end = time.monotonic() + seconds
    while server.poll() is None and time.monotonic() < end:
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer; exit status {server.poll()}")
