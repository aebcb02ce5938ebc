"""What this machine offers for isolation."""

from __future__ import annotations

import json
import platform
import subprocess
import sys
from dataclasses import dataclass

from autograder.errors import IsolationUnavailable


@dataclass(frozen=True)
class Feature:
    """One layer of the sandbox on this machine.

    ``detail`` says what is there; ``advice`` what to do when it is not ``active``.
    """

    name: str
    active: bool
    detail: str
    advice: str = ""


def probe() -> tuple[Feature, ...]:
    """Try every layer for real, then all of them together, in processes thrown away after it.

    Takes about a third of a second, most of it the start of another Python.

    Examples
    --------
    >>> probe()[0].name
    'system'
    """
    if sys.platform != "linux":
        return (system(),)
    program = [sys.executable, "-P", "-m", __package__]
    finished = subprocess.run(program, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        reason = finished.stderr.strip().rpartition("\n")[2]
        return (Feature("system", False, f"the probe failed: {reason}", "Please report this"),)
    return tuple(Feature(**feature) for feature in json.loads(finished.stdout))


def require() -> None:
    """Raise unless student code can be isolated on this machine.

    Raises
    ------
    IsolationUnavailable
        Naming what is missing and what to do.
    """
    missing = [feature for feature in probe() if not feature.active]
    if missing:
        reasons = "\n".join(f"- {one.name}: {one.detail}. {one.advice}." for one in missing)
        raise IsolationUnavailable(
            f"Student code cannot be isolated on this machine:\n{reasons}\n"
            "To run it without any protection, on a machine that you can afford to lose, say so: "
            "--isolation none"
        )


def system() -> Feature:
    """Whether this is a system that the sandbox is made for."""
    detail = f"{platform.system()} {platform.release()} on {platform.machine()}"
    active = sys.platform == "linux" and platform.machine() in {"x86_64", "aarch64"}
    return Feature(
        "system",
        active,
        detail,
        "Grade on Linux (x86_64 or aarch64), in a virtual machine or a container on other systems",
    )
