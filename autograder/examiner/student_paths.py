"""Paths of the student's, which lead to files in the student's process."""

from __future__ import annotations

from pathlib import Path, PurePath, PurePosixPath
from typing import Any

#: What asks about the file, or changes it.
_OF_FILES = {name for name in dir(Path) if name[0] != "_"} - {*dir(PurePath)}


class StudentPath(PurePosixPath):
    """A path as data, of which whatever concerns the file is done by the student's process.

    A path that is made of it, such as its parent, is only a path.
    """

    __slots__ = ("_proxy",)
    _proxy: object

    @classmethod
    def of(cls, path: PurePosixPath, proxy: object) -> StudentPath:
        """The path of an object that stays with the student."""
        made = cls(path)
        made._proxy = proxy
        return made

    @property  # type: ignore[misc]
    def __class__(self) -> type:
        return type(Path())

    def __getattr__(self, name: str) -> Any:
        if name not in _OF_FILES:
            raise AttributeError(f"'PosixPath' object has no attribute {name!r}")
        proxy = getattr(self, "_proxy", None)
        if proxy is None:
            raise AttributeError(
                f"{name}: only a path that the student's code gave has a file here"
            )
        return getattr(proxy, name)

    def __copy__(self) -> StudentPath:
        return self  # nothing of it can be changed

    def __deepcopy__(self, _: object) -> StudentPath:
        return self
