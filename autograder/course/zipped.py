"""Opens zip archives that students have made, whatever number of members these list."""

from __future__ import annotations

import io
import lzma
import math
import struct
import tarfile
import zipfile
import zlib

#: What reading an archive raises that somebody has made up, or damaged.
BROKEN = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, zlib.error, EOFError, tarfile.TarError,
    ValueError, lzma.LZMAError, struct.error, ArithmeticError, LookupError,
)  # fmt: skip
#: What is read to list an archive: its end with a comment, and of each member 46 bytes, its name,
#: and what programs add.
_LARGEST_END, _LARGEST_MEMBER = 70 << 10, 512


class _Metered(io.BytesIO):
    """A file of which ``left`` bytes can be read, and then no more."""

    left: float

    def read(self, size: int | None = -1) -> bytes:
        """As of any file; the bytes are counted before they are read."""
        rest = len(self.getbuffer()) - self.tell()
        self.left -= rest if size is None or size < 0 else min(size, rest)
        if self.left < 0:
            raise zipfile.BadZipFile("its list of members is too long")
        return super().read(size)


def open_zip(data: bytes, most: int) -> zipfile.ZipFile:
    """The archive of these bytes, with at most so many files in it.

    The bytes of its list are counted before they are read: a `zipfile.ZipFile` makes an object of
    each member when it is opened, and half a gigabyte of them of what is compressed to 200 kB.

    Raises
    ------
    zipfile.BadZipFile
        It is none, is damaged, or holds more.
    """
    file = _Metered(data)
    file.left = _LARGEST_END + most * _LARGEST_MEMBER
    archive = zipfile.ZipFile(file)
    if sum(not name.endswith("/") for name in archive.namelist()) > most:
        raise zipfile.BadZipFile(f"it holds more than {most:,} files")
    file.left = math.inf
    return archive
