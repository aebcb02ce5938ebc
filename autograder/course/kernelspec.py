"""The interpreter of a notebook's kernel, which may live in another environment than the grader."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import autograder
from autograder.errors import CourseError

#: Kernels that are the environment's own, wherever that is.
_OWN = frozenset({"python3", "python"})
_PROBE = "import autograder; print(autograder.__version__)"


def interpreter_of(kernel: str, config: Mapping[str, Any]) -> str:
    """The Python that a notebook's kernel starts; the running one for the kernel ``python3``.

    As in nbgrader, ``c.ExecutePreprocessor.kernel_name`` takes the place of ``kernel``.

    Raises
    ------
    CourseError
        There is no such kernel, or it cannot run the autograder.
    """
    for section in ("ExecutePreprocessor", "Execute"):
        kernel = config.get(section, {}).get("kernel_name") or kernel
    return sys.executable if kernel in _OWN else _installed(kernel)


@lru_cache
def _installed(kernel: str) -> str:
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    kernels = KernelSpecManager()
    try:
        program = kernels.get_kernel_spec(kernel).argv[0]
    except NoSuchKernel:
        raise CourseError(
            f"The notebook's kernel {kernel!r} is not installed here; there are: "
            f"{', '.join(sorted(kernels.find_kernel_specs())) or 'none'}. Install it with "
            f"'python -m ipykernel install --name {kernel}' in its environment; or grade with the "
            "kernel of the autograder's own: c.ExecutePreprocessor.kernel_name = 'python3'."
        ) from None
    # Such names mean the environment that Jupyter runs in, as jupyter_client has it.
    own = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    if program in (*_OWN, own, sys.executable):
        return sys.executable
    _check(kernel, program)
    return str(program)


def _check(kernel: str, program: str) -> None:
    try:
        probe = subprocess.run(
            [program, "-P", "-c", _PROBE], capture_output=True, text=True, timeout=60, check=False
        )
        found, problem = probe.stdout.strip(), (probe.stderr.strip().splitlines() or [""])[-1]
    except (OSError, subprocess.TimeoutExpired) as error:
        found, problem = "", str(error)
    if found != autograder.__version__:
        what = f"has version {found}" if found else f"cannot run it ({problem})"
        raise CourseError(
            f"The kernel {kernel!r} runs {program}, in which the autograder has to be installed, "
            f"too, in the same version: here it is {autograder.__version__}, and that one {what}. "
            f"Run there: {program} -m pip install --upgrade maximum-likelihood-course"
        )
