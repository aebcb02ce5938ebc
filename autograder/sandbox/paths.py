"""What of the file system a confined Python needs, and how it imports.

`python_paths` lists what Landlock lets a process read: Python itself, its packages entry by entry,
shared libraries, fonts, time zones. Never a home folder, a course folder, ``/proc`` or ``/etc`` as
a whole.

`guard_imports` makes imports work there: one finder gives a friendly word for hidden modules,
another finds packages in folders that may not be listed. Security does not come from the finders.
A student may remove them; Landlock then refuses to open the files.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import spec_from_file_location
from pathlib import Path
from types import ModuleType

from autograder.errors import IsolationUnavailable

_SYSTEM_FILES = tuple(
    Path(name)
    for name in (
        "/etc/ld.so.cache",
        "/etc/localtime",
        "/etc/timezone",
        "/etc/fonts",
        "/etc/mime.types",
        "/usr/share/fonts",
        "/usr/local/share/fonts",
        "/usr/share/zoneinfo",
        "/usr/share/locale",
        "/usr/lib/locale",
        "/dev/null",
        "/dev/zero",
        "/dev/urandom",
        "/dev/random",
    )
)
# Folders inside the standard library that hold packages of every environment, this one's or not.
_NOT_OF_STDLIB = frozenset({"site-packages", "dist-packages"})
_LIBRARY_FOLDERS = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib")


@dataclass(frozen=True)
class PythonPaths:
    """What may be read so that this Python runs.

    Attributes
    ----------
    readable
        Files and whole folders.
    listable
        Folders of which only the names of entries can be read (the import system lists folders),
        those of the hidden modules included.
    packages
        Top-level packages, by name, that lie in a folder which is not listable, such as the
        checkout of a project: :func:`guard_imports` finds them.
    """

    readable: tuple[Path, ...]
    listable: tuple[Path, ...]
    packages: tuple[tuple[str, Path], ...]


def python_paths(hidden_modules: Sequence[str], withheld: Sequence[Path] = ()) -> PythonPaths:
    """Everything that the running interpreter needs, without ``hidden_modules``.

    Parameters
    ----------
    hidden_modules
        Dotted names of modules and packages, as ``"scipy"`` or ``"course_lib.losses"``. Their
        files, compiled forms and metadata stay unreadable wherever ``sys.path`` would find them.
    withheld
        Files and folders that must stay unreadable whatever package they are part of: the course
        folder's sources, submissions, gradebook.

    Examples
    --------
    >>> import email
    >>> found = python_paths(["email.header"])
    >>> Path(email.__file__).with_name("header.py") in found.readable
    False
    >>> Path(email.__file__).with_name("charset.py") in found.readable
    True
    """
    # Paths are compared as resolved ones, since packages may be reached through symbolic links,
    # and are granted as Python will ask for them.
    package_folders, packages = _import_roots()
    roots = [*package_folders, *(folder.parent for _, folder in packages)]
    closed = {path.resolve() for path in withheld}
    for name in hidden_modules:
        for root in roots:
            closed.update(path.resolve() for path in _files_of_module(root, name.split(".")))
    for folder in package_folders:
        closed.update(path.resolve() for path in _metadata_of(folder, hidden_modules))

    readable: list[Path] = []
    listable: list[Path] = []
    for folder in package_folders:
        listable.append(folder)
        for entry in _entries(folder):
            if entry not in package_folders and entry.name not in _NOT_OF_STDLIB:
                _open_up(entry, closed, readable, listable)
    for start in (*(folder for _, folder in packages), *_libraries(), *_SYSTEM_FILES):
        _open_up(start, closed, readable, listable)
    return PythonPaths(tuple(readable), tuple(listable), packages)


def _import_roots() -> tuple[tuple[Path, ...], tuple[tuple[str, Path], ...]]:
    """Folders made to hold packages, and the packages that ``sys.path`` finds elsewhere."""
    standard = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    installed = {Path(sysconfig.get_path(name)) for name in ("purelib", "platlib")}
    installed.update(map(Path, (*site.getsitepackages(), site.getusersitepackages())))
    made_for_packages: list[Path] = []
    elsewhere: dict[str, Path] = {}
    for folder in (Path(entry).absolute() for entry in sys.path if entry):
        if not folder.is_dir():
            continue
        inside_standard = any(folder.is_relative_to(library) for library in standard)
        if inside_standard or folder in installed or folder.name in _NOT_OF_STDLIB:
            made_for_packages.append(folder)
        else:
            # A checkout or a course folder: only what is unmistakably a package.
            for entry in _entries(folder):
                # Not Path.is_file, which raises where the entry is closed to us.
                if os.path.isfile(entry / "__init__.py"):
                    elsewhere.setdefault(entry.name, entry)
    elsewhere.update(_mapped_by_editable_installs())
    return tuple(dict.fromkeys(made_for_packages)), tuple(elsewhere.items())


def _mapped_by_editable_installs() -> Iterator[tuple[str, Path]]:
    """Packages that setuptools' editable installs find by a mapping instead of ``sys.path``."""
    for name, module in list(sys.modules.items()):
        if name.startswith("__editable___"):
            for package, folder in getattr(module, "MAPPING", {}).items():
                yield package, Path(folder)


def _files_of_module(root: Path, names: Sequence[str]) -> Iterator[Path]:
    """Files and folders below ``root`` that hold the module, compiled forms included."""
    folder = root.joinpath(*names[:-1])
    for place in (folder, folder / "__pycache__"):
        for entry in _entries(place):
            if entry.name == names[-1] or entry.name.startswith(names[-1] + "."):
                yield entry


def _metadata_of(folder: Path, hidden_modules: Sequence[str]) -> Iterator[Path]:
    """Metadata and bundled libraries of distributions that consist of a hidden module."""
    hidden = {name for name in hidden_modules if "." not in name}
    if not hidden:
        return
    for metadata in (*folder.glob("*.dist-info"), *folder.glob("*.egg-info")):
        for listing in ("RECORD", "top_level.txt"):
            try:
                lines = (metadata / listing).read_text(encoding="utf-8").splitlines()
            except OSError:
                continue
            tops = {line.partition("/")[0].partition(",")[0] for line in lines}
            if hidden & {top.partition(".")[0] for top in tops}:
                yield metadata
                yield from (folder / top for top in tops if top.endswith(".libs"))


def _libraries() -> Iterator[Path]:
    """Shared libraries of the system and of this Python, not the other Pythons next to them."""
    prefixes = {Path(prefix) / "lib" for prefix in (sys.prefix, sys.base_prefix)}
    for folder in (*map(Path, _LIBRARY_FOLDERS), *sorted(prefixes)):
        for entry in _entries(folder):
            if ".so" in entry.suffixes or "-linux-" in entry.name:
                yield entry


def _open_up(
    path: Path, closed: Collection[Path], readable: list[Path], listable: list[Path]
) -> None:
    """Sort ``path``, or else its parts, into the two lists, leaving out all that is ``closed``."""
    real = path.resolve()
    if any(real.is_relative_to(one) for one in closed) or not real.exists():
        return
    if any(one.is_relative_to(real) for one in closed):
        listable.append(path)
        for entry in _entries(path):
            _open_up(entry, closed, readable, listable)
    else:
        readable.append(path)


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def guard_imports(hidden_modules: Sequence[str], packages: Sequence[tuple[str, Path]] = ()) -> None:
    """Put both finders in place, in a parent before it forks or in the confined process.

    Parameters
    ----------
    hidden_modules
        Dotted names, as for :func:`python_paths`.
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
    # The refusal comes before all other finders, which would say that the module does not exist.
    sys.meta_path.insert(0, _Refuse(hidden_modules))
    sys.meta_path.append(_FindPackages(packages))


def prefer_modules_in(folder: Path, names: Iterable[str] | None = None) -> list[str]:
    """Import some modules from ``folder`` whatever else has their names; which these are.

    By default they are all that lie there. What is imported already stays as it is.
    """
    chosen = _modules_in(folder) if names is None else list(names)
    # Behind the finder that refuses hidden modules, if it is there.
    sys.meta_path.insert(1, _FindBeside(folder, chosen))
    return chosen


def forget_modules_in(folder: Path) -> None:
    """Undo `prefer_modules_in`: another folder's modules may have the same names."""
    sys.meta_path[:] = [
        each for each in sys.meta_path if not isinstance(each, _FindBeside) or each.folder != folder
    ]
    for name, module in list(sys.modules.items()):
        file = getattr(module, "__file__", None)
        if isinstance(file, str) and Path(file).is_relative_to(folder):
            del sys.modules[name]


def _modules_in(folder: Path) -> list[str]:
    """The names of Python files in a folder, and of the folders in it that hold some."""
    files = (entry.stem for entry in folder.glob("*.py"))
    packages = (entry.name for entry in folder.iterdir() if entry.is_dir() and _has_python(entry))
    return sorted(name for name in {*files, *packages} if name.isidentifier())


def _has_python(folder: Path) -> bool:
    return next(folder.rglob("*.py"), None) is not None


class _FindBeside:
    """Finder of some top-level modules in one folder, before all others that have their names."""

    def __init__(self, folder: Path, names: Collection[str]) -> None:
        self.folder = folder
        self._names = frozenset(names)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        return PathFinder.find_spec(name, [str(self.folder)]) if name in self._names else None


class _Refuse:
    """Finder that says why a hidden module cannot be imported."""

    def __init__(self, hidden_modules: Sequence[str]) -> None:
        self._hidden = tuple(hidden_modules)

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if any(_is_part_of(name, hidden) for hidden in self._hidden):
            # Without name=: `from package import module` would swap the message for its own.
            raise ModuleNotFoundError(f"no module named {name!r} while this is graded")
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


def _is_part_of(name: str, module: str) -> bool:
    return name == module or name.startswith(module + ".")
