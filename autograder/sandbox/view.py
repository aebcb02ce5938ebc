"""A private view of the file system, for root whose Python lies where others may not go.

Root often keeps Python below ``/root``, which only root may enter; a candidate that has become an
unprivileged user could not import a thing. Opening ``/root`` to everybody would be wrong, and so
would letting candidates stay root. So the zygote leaves the common mount namespace, covers
the closed folder by an empty one and puts back, read-only, what candidates need.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from autograder.errors import IsolationUnavailable
from autograder.sandbox import _libc

_CLONE_NEWNS = 0x20000
_MS_RDONLY, _MS_NOSUID, _MS_NODEV = 1, 2, 4
_MS_REMOUNT, _MS_BIND, _MS_REC, _MS_PRIVATE = 1 << 5, 1 << 12, 1 << 14, 1 << 18


def closed_ancestor(path: Path) -> Path | None:
    """The topmost folder above ``path`` that others than owner and group may not enter.

    Examples
    --------
    >>> closed_ancestor(Path("/usr/lib")) is None
    True
    """
    for folder in reversed(path.parents):
        try:
            if not folder.stat().st_mode & 0o001:
                return folder
        except FileNotFoundError:
            return None
    return None


def open_private_view(readable: Sequence[Path], writable: Sequence[Path] = ()) -> tuple[Path, ...]:
    """Make ``readable`` and ``writable`` reachable for every user, in this process alone.

    Call it in the zygote, as root, single-threaded, before anything is prepared. Whatever
    else lies in a closed folder is gone from the sight of this process and its children, and of
    no other.

    Returns
    -------
    The folders that have been covered; none when everything was reachable, or for an ordinary
    user, who runs candidates under the same name and needs no other view.

    Raises
    ------
    IsolationUnavailable
        When the machine does not let this process have its own view.
    """
    if os.geteuid() != 0:
        return ()
    covered: defaultdict[Path, dict[Path, bool]] = defaultdict(dict)
    for path in (*readable, *writable):
        # Both the path itself and what it leads to, since programs may open either.
        for place in {path, path.resolve()}:
            if closed := closed_ancestor(place):
                covered[closed][place] = path in writable
    if covered:
        umask = os.umask(0o022)
        try:
            _build(covered)
        except OSError as error:
            raise IsolationUnavailable(
                f"Python lies in {', '.join(map(str, covered))}, which only its owner may enter, "
                f"and this process may not build itself another view of it ({error}). Run the "
                "grader as an ordinary user, or with a Python that every user can read."
            ) from error
        finally:
            os.umask(umask)
    return tuple(covered)


def _build(covered: dict[Path, dict[Path, bool]]) -> None:
    _libc.call("unshare", _CLONE_NEWNS)
    # Private, or every mount below would show in the common namespace, too.
    _mount(None, Path("/"), None, _MS_REC | _MS_PRIVATE)
    for closed, places in covered.items():
        # Opened now, because after the cover they cannot be found by name.
        sources = {
            place: os.open(place, os.O_PATH | os.O_CLOEXEC)
            for place in _needed(places)
            if place.exists()
        }
        _mount(b"tmpfs", closed, b"tmpfs", _MS_NOSUID | _MS_NODEV, b"mode=0755,size=1m")
        for place, source in sources.items():
            _put_back(place, source, writable=places[place])
            os.close(source)
        _mount(None, closed, None, _MS_REMOUNT | _MS_RDONLY | _MS_NOSUID | _MS_NODEV)


def _put_back(place: Path, source: int, *, writable: bool) -> None:
    origin = f"/proc/self/fd/{source}"
    place.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    if os.path.isdir(origin):
        place.mkdir(mode=0o755, exist_ok=True)
    else:
        place.touch()
    _mount(origin.encode(), place, None, _MS_BIND | _MS_REC)
    if not writable:
        flags = _MS_REMOUNT | _MS_BIND | _MS_RDONLY | _MS_NOSUID | _MS_NODEV
        _mount(None, place, None, flags)


def _needed(places: dict[Path, bool]) -> list[Path]:
    """``places`` without those that come with a folder above them, outer ones first."""
    kept: list[Path] = []
    for place in sorted(places):
        above = [outer for outer in kept if place.is_relative_to(outer)]
        if not above or places[above[-1]] != places[place]:
            kept.append(place)
    return kept


def _mount(
    source: bytes | None, target: Path, kind: bytes | None, flags: int, data: bytes | None = None
) -> None:
    _libc.call("mount", source, os.fsencode(target), kind, flags, data)
