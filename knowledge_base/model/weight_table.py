"""The rows of a large table read from its file as they are asked for: of many only a few are ever needed."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from knowledge_base.model.array_files import keep_arrays, place_of, read_arrays

_NAME = "table"


class WeightTable:
    """A table of bytes in a file that stays open; thread-safe.

    Not mapped: a page that is touched brings fifteen neighbours into memory, and soon all would be there.
    """

    def __init__(self, file: int, begin: int, shape: tuple[int, int]) -> None:
        self._file, self._begin, self.shape = file, begin, shape

    def __getitem__(self, rows: NDArray[np.int64]) -> NDArray[np.uint8]:
        """Return these rows; raises OSError where the file ends before."""
        width = self.shape[1]
        found = np.empty((len(rows), width), np.uint8)
        for into, row in zip(found, rows.tolist(), strict=True):
            if os.preadv(self._file, [into.data], self._begin + row * width) != width:
                raise OSError("a table of weights ends before its last row")
        return found

    def __del__(self) -> None:
        """Close the file."""
        os.close(self._file)


def on_disk(path: Path, table: NDArray[np.uint8]) -> WeightTable:
    """Return a table as it is kept in a file, which is written where it is not; raises OSError."""
    if not _holds(path, table):
        keep_arrays(path, {_NAME: table})
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        begin, (rows, width), _ = place_of(file, archive.getinfo(f"{_NAME}.npy"))
        return WeightTable(os.dup(file.fileno()), begin, (rows, width))


def _holds(path: Path, table: NDArray[np.uint8]) -> bool:
    try:
        kept = read_arrays(path)[_NAME]
    except Exception:  # noqa: BLE001  # damaged archives make zipfile and numpy raise a dozen kinds
        return False
    return kept.shape == table.shape and kept.dtype == table.dtype and bool((kept[::997] == table[::997]).all())
