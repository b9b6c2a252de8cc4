"""Arrays in one file: any numpy reads them, and we map them."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from knowledge_base.model.array_files import keep_arrays, read_arrays
from knowledge_base.model.weight_table import on_disk

ARRAYS: dict[str, Any] = {
    "large": np.arange(60_000, dtype=np.float32).reshape(-1, 8),
    "small": np.arange(6, dtype=np.int64).reshape(2, 3),
    "none": np.zeros((0, 2), np.int32),
    "number": np.array(2.5),
    "word": np.array("学过"),
    "another": np.ones(30_000),
}
TABLE = np.random.default_rng(3).integers(0, 256, (2_000, 64)).astype(np.uint8)


def test_what_is_read_is_what_was_written_and_numpy_reads_it_too(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", ARRAYS)
    found = read_arrays(tmp_path / "a.npz")
    with np.load(tmp_path / "a.npz") as by_numpy:
        for name, array in ARRAYS.items():
            for other in (found[name], by_numpy[name]):
                assert (other.dtype, other.shape) == (array.dtype, array.shape)
                assert (other == array).all()
    assert list(found) == list(ARRAYS)


def test_large_arrays_are_mapped_where_a_processor_likes_them(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", ARRAYS)
    large = read_arrays(tmp_path / "a.npz")["large"]
    assert large.ctypes.data % 64 == 0
    assert not large.flags.writeable
    mapped = Path("/proc/self/maps").read_text(encoding="utf-8")
    assert str(tmp_path / "a.npz") in mapped


def test_what_is_mapped_outlives_its_file(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", ARRAYS)
    large = read_arrays(tmp_path / "a.npz")["large"]
    keep_arrays(tmp_path / "a.npz", {"large": np.zeros(3)})
    (tmp_path / "a.npz").unlink()
    assert (large == ARRAYS["large"]).all()


def test_a_changed_byte_is_refused(tmp_path: Path) -> None:
    keep_arrays(tmp_path / "a.npz", ARRAYS)
    content = bytearray((tmp_path / "a.npz").read_bytes())
    content[len(content) // 4] ^= 1
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(zipfile.BadZipFile):
        read_arrays(tmp_path / "a.npz")


def test_a_table_on_disk_gives_the_same_rows(tmp_path: Path) -> None:
    table = on_disk(tmp_path / "words.table", TABLE)
    rows = np.array([0, 1_999, 7, 7, 1_024])
    assert (table[rows] == TABLE[rows]).all()
    assert table[np.zeros(0, np.int64)].shape == (0, 64)


def test_a_table_is_written_once_and_anew_if_it_is_damaged_or_another(tmp_path: Path) -> None:
    file = tmp_path / "words.table"
    on_disk(file, TABLE)
    begun = file.stat().st_ino
    on_disk(file, TABLE)
    assert file.stat().st_ino == begun
    file.write_bytes(file.read_bytes()[:-100])
    assert (on_disk(file, TABLE)[np.array([5])] == TABLE[5]).all()
    other = TABLE + 1
    assert (on_disk(file, other)[np.array([5])] == other[5]).all()


def test_a_table_whose_file_was_cut_says_so(tmp_path: Path) -> None:
    table = on_disk(tmp_path / "words.table", TABLE)
    with (tmp_path / "words.table").open("r+b") as file:
        file.truncate(3_000)
    with pytest.raises(OSError, match="ends before its last row"):
        table[np.array([1_999])]
