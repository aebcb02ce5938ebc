"""Writing files: whole or not at all, one or a folder of them."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping
from pathlib import Path

_UNFINISHED = ".unfinished"
#: What systems keep beside one's files, in small letters, and other programs' without a dot.
_KEPT_BY_SYSTEMS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini", "$recycle.bin"}
_KEPT_BY_PROGRAMS = {"__pycache__"}


def is_hidden(name: str) -> bool:
    """Whether a file of this relative name is some program's own: settings, history, caches.

    By a dot at the beginning of the name or of a folder's, as with ``.git``, ``.ssh``, ``.env`` and
    ``.ipynb_checkpoints``, or by one of the few names without.
    """
    parts = set(name.split("/")) - {".", ".."}
    return is_left_by_systems(name) or any(
        part.startswith(".") or part in _KEPT_BY_PROGRAMS for part in parts
    )


def is_left_by_systems(name: str) -> bool:
    """Whether an operating system has made a file of this relative name, and nobody else."""
    parts = name.lower().split("/")
    return not _KEPT_BY_SYSTEMS.isdisjoint(parts) or parts[-1].startswith("._")


def leads_out(name: str) -> bool:
    r"""Whether a file of this relative name could lie outside of the folder that it is put into.

    Names in archives are as their makers like them.

    >>> [leads_out(name) for name in ("a/b.txt", "a/../../b", "/b", "C:/b", r"..\b", "a//b")]
    [False, True, True, True, True, True]
    """
    first, *_ = parts = name.replace("\\", "/").split("/")
    is_drive = len(first) == 2 and first.endswith(":")
    return is_drive or "\0" in name or not {"", ".", ".."}.isdisjoint(parts)


def write_atomically(path: Path, content: str | bytes) -> None:
    """Write bytes or UTF-8 text to ``path``, making its folder.

    Whoever reads the file meanwhile, or kills this process, finds the old content or the new one,
    never a part. Characters that UTF-8 cannot hold are replaced.

    Raises
    ------
    OSError
        It cannot be written.
    """
    data = content.encode("utf-8", "replace") if isinstance(content, str) else content
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(_UNFINISHED, f".{path.name}.", path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def remove_unfinished(folder: Path) -> None:
    """Remove what a killed writer has left in ``folder``; there must be no living one."""
    for path in folder.glob(f".*{_UNFINISHED}"):
        path.unlink(missing_ok=True)


def write_files(files: Mapping[str, bytes], folder: Path) -> None:
    """Lay ``files`` out in ``folder``, which is made if need be.

    Raises
    ------
    ValueError
        The name of one leads out of it. Nothing is written.
    OSError
        It cannot be written.
    """
    for name in files:
        if leads_out(name):
            raise ValueError(f"the name of a file leads out of its folder: {name!r}")
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)  # nbgrader makes the files of graded folders read-only
        path.write_bytes(content)
