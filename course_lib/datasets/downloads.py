"""Data that are downloaded when asked for: MNIST, 11 MB that the course can do without."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

MIRRORS = [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
]
SHA256 = {
    "train-images-idx3-ubyte": "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "train-labels-idx1-ubyte": "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "t10k-images-idx3-ubyte": "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "t10k-labels-idx1-ubyte": "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
}


def mnist(
    part: Literal["train", "test"] = "train",
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Handwritten digits, 60 000 for training or 10 000 for testing: images (n, 28, 28), labels.

    The files are downloaded once, checked against their SHA-256
    and kept in the user's cache folder.

    Parameters
    ----------
    part : {"train", "test"}, default "train"
        Which of the two.

    Returns
    -------
    images, labels : ndarray of uint8
        Shapes (n, 28, 28) and (n,). Pixels are 0 (background) to 255.

    Raises
    ------
    ValueError
        If `part` is neither "train" nor "test", or a file does not have its checksum.
    ModuleNotFoundError
        If the package pooch, which downloads, is not installed.
    ConnectionError
        If no mirror can be reached. The message says where to put files got in another way.

    References
    ----------
    Y. LeCun, L. Bottou, Y. Bengio and P. Haffner, Gradient-based learning applied to document
    recognition, Proceedings of the IEEE 86 (1998) 2278–2324. Licence: CC BY-SA 3.0; not part of
    this project.
    """
    prefixes = {"train": "train", "test": "t10k"}
    if part not in prefixes:
        raise ValueError(f'part must be "train" or "test", got {part!r}')
    images = _read_idx(_fetch(f"{prefixes[part]}-images-idx3-ubyte"))
    labels = _read_idx(_fetch(f"{prefixes[part]}-labels-idx1-ubyte"))
    return images, labels


def _fetch(name: str) -> Path:
    """Path of a file in the cache, where it is downloaded to if it is not there."""
    try:
        pooch = import_module("pooch")  # optional: only this function needs it
    except ModuleNotFoundError:
        raise ModuleNotFoundError(
            "downloading MNIST needs the package pooch: pip install pooch. "
            "course_lib.datasets.digits() has smaller digits that need no download"
        ) from None
    folder = Path(pooch.os_cache("maximum-likelihood-course"))
    file, known_hash = f"{name}.gz", f"sha256:{SHA256[name]}"
    reason: OSError | None = None
    for mirror in MIRRORS:
        try:
            path = pooch.retrieve(mirror + file, known_hash=known_hash, fname=file, path=folder)
            return Path(path)
        except OSError as error:
            reason = error
    raise ConnectionError(
        f"MNIST could not be downloaded. Without a network, put {file} into {folder} "
        f"yourself, or use course_lib.datasets.digits(), which needs no download"
    ) from reason


def _read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an array of bytes in IDX format: 0 0 8 ndim, the sizes as big-endian int32, the data."""
    import gzip  # only for a file that was downloaded

    content = gzip.decompress(path.read_bytes())
    shape = np.frombuffer(content, ">i4", count=content[3], offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + shape.nbytes).reshape(shape).copy()
