"""How a confined process imports: a friendly word for hidden modules, and a finder for the rest.

Security does not come from here. A student may remove these finders; Landlock then refuses to
open the files.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from autograder.errors import IsolationUnavailable


class _Refuse:
    """Finder that says why a hidden module cannot be imported."""

    def __init__(self, hidden_modules: Sequence[str]) -> None:
        self._hidden = tuple(hidden_modules)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(_is_part_of(name, hidden) for hidden in self._hidden):
            # Without name=: `from package import module` would swap the message for its own.
            raise ModuleNotFoundError(
                f"cannot import {name}: the reference implementation is not available while grading"
            )
        return None


class _FindPackages:
    """Finder of top-level packages in folders that the process may not list."""

    def __init__(self, packages: Sequence[tuple[str, Path]]) -> None:
        self._folders = dict(packages)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in self._folders:
            return None
        folder = self._folders[name]
        return spec_from_file_location(
            name, folder / "__init__.py", submodule_search_locations=[str(folder)]
        )


def guard_imports(hidden_modules: Sequence[str], packages: Sequence[tuple[str, Path]] = ()) -> None:
    """Put both finders in place, in the warm parent or in the confined process.

    Parameters
    ----------
    hidden_modules
        Dotted names, as given to :func:`autograder.sandbox.python_paths`.
    packages
        What that function returned as ``packages``.

    Raises
    ------
    IsolationUnavailable
        When a hidden module is in memory already, where nothing can hide it.
    """
    for loaded in sys.modules:
        if any(_is_part_of(loaded, hidden) for hidden in hidden_modules):
            raise IsolationUnavailable(
                f"{loaded} must be hidden from submissions but is imported before they start; "
                "take it out of hidden_modules or out of what is imported at start"
            )
    sys.meta_path.insert(0, _Refuse(hidden_modules))
    sys.meta_path.append(_FindPackages(packages))


def _is_part_of(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")
