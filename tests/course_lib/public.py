"""What course_lib exports, so that a table that lacks a function is found out."""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Callable
from typing import Any

MODULES = (
    "exponential_families",
    "gradients",
    "information",
    "likelihood",
    "losses",
    "map_estimation",
    "softmax",
)


def exported(module: str) -> dict[str, Callable[..., Any]]:
    """The functions that a module lists in ``__all__``."""
    loaded = importlib.import_module(f"course_lib.{module}")
    everything = {name: getattr(loaded, name) for name in loaded.__all__}
    return {name: value for name, value in everything.items() if inspect.isfunction(value)}


FUNCTIONS = {
    f"{module}.{name}": function
    for module in MODULES
    for name, function in exported(module).items()
}
