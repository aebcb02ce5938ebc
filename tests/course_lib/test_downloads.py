"""MNIST's loader, without a network: a stand-in for pooch hands out small files."""

from __future__ import annotations

import gzip
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from course_lib.datasets import mnist
from course_lib.datasets.downloads import MIRRORS, SHA256


class FakePooch(SimpleNamespace):
    """Serves files that were put into its folder; everything else has no network."""

    def __init__(self, folder: Path, reachable: list[str]) -> None:
        super().__init__(folder=folder, reachable=reachable, asked=[])

    def os_cache(self, project: str) -> Path:
        return Path(self.folder / project)

    def retrieve(self, url: str, known_hash: str, fname: str, path: Path) -> str:
        self.asked.append((url, known_hash))
        if not any(url.startswith(mirror) for mirror in self.reachable):
            raise OSError("no route to host")
        assert path == self.os_cache("maximum-likelihood-course")
        return str(self.folder / fname)


def write_idx(path: Path, array: np.ndarray) -> None:
    header = bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}i", *array.shape)
    path.write_bytes(gzip.compress(header + array.tobytes()))


@pytest.fixture
def pooch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> FakePooch:
    fake = FakePooch(tmp_path, list(MIRRORS))
    monkeypatch.setitem(sys.modules, "pooch", fake)
    for prefix, n in {"train": 3, "t10k": 2}.items():
        write_idx(
            tmp_path / f"{prefix}-images-idx3-ubyte.gz",
            np.arange(n * 28 * 28, dtype=np.uint8).reshape(n, 28, 28),
        )
        write_idx(tmp_path / f"{prefix}-labels-idx1-ubyte.gz", np.arange(n, dtype=np.uint8))
    return fake


@pytest.mark.parametrize(("part", "n"), [("train", 3), ("test", 2)])
def test_images_and_labels(pooch: FakePooch, part: Any, n: int) -> None:
    images, labels = mnist(part)
    assert images.shape == (n, 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert images[1, 0, :3].tolist() == [16, 17, 18]
    assert labels.tolist() == list(range(n))
    assert images.flags.writeable


def test_files_are_asked_for_with_their_checksum(pooch: FakePooch) -> None:
    mnist()
    assert [hash_ for _, hash_ in pooch.asked] == [
        f"sha256:{SHA256[f'train-{kind}-ubyte']}" for kind in ("images-idx3", "labels-idx1")
    ]
    assert all(len(digest) == 64 for digest in SHA256.values())


def test_a_mirror_that_is_down_is_passed_over(pooch: FakePooch) -> None:
    pooch.reachable = MIRRORS[1:]
    assert mnist("test")[1].size == 2


def test_without_a_network_it_says_what_to_do(pooch: FakePooch) -> None:
    pooch.reachable = []
    with pytest.raises(ConnectionError) as caught:
        mnist()
    message = str(caught.value)
    assert "no route to host" in str(caught.value.__cause__)
    assert f"put train-images-idx3-ubyte.gz into {pooch.os_cache('maximum-likelihood')}" in message
    assert "digits()" in message
    assert len(pooch.asked) == len(MIRRORS)


def test_without_pooch_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pooch", None)
    with pytest.raises(ModuleNotFoundError, match="pip install pooch"):
        mnist()


def test_unknown_part() -> None:
    with pytest.raises(ValueError, match='^part must be "train" or "test", got \'all\'$'):
        mnist("all")
