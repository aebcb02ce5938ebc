"""RESULTS.md: each benchmark keeps a section of its own there, and says where it ran."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

RESULTS = Path(__file__).with_name("RESULTS.md")


def write_section(title: str, lines: Sequence[str]) -> None:
    """Replace the section of this title, or add it at the end."""
    text = RESULTS.read_text("utf-8") if RESULTS.exists() else "# Results of the benchmarks\n"
    head, *sections = re.split(r"^(?=## )", text, flags=re.MULTILINE)
    section = "\n".join([f"## {title}", "", *lines]).rstrip()
    names = [other.splitlines()[0] for other in sections]
    if f"## {title}" in names:
        sections[names.index(f"## {title}")] = section
    else:
        sections.append(section)
    RESULTS.write_text("\n\n".join(part.strip() for part in [head, *sections]) + "\n", "utf-8")


def machine(load: float, packages: Sequence[str]) -> str:
    """Date, machine and versions, in a line."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    system = f"{platform.system()} {platform.release()}, {processor()}"
    cpus = f"{len(os.sched_getaffinity(0))} CPUs, load before the start {load:.1f}"
    python = f"Python {platform.python_version()}, {versions}"
    return f"{datetime.now(UTC):%Y-%m-%d}, {system}, {cpus}; {python}."


def processor() -> str:
    """The processor's name."""
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").split("\n")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.machine()
