"""Arrays in one file, an uncompressed archive of numpy's, whose large members are mapped instead of read."""

from __future__ import annotations

import contextlib
import mmap
import os
import struct
import tempfile
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

_ALIGNED = 64  # bytes, of which the content of each member begins at a multiple
_MAPPED = 1 << 16  # bytes from which on a member is mapped; less is not worth a mapping
_CHUNK = 1 << 20
_LOCAL, _ZIP64, _EXTRA = 30, 20, 4  # bytes of a member's header, of its part for large sizes, and of a field's head
_PADDING = 0xFFFF  # the kind of the field that holds nothing


def keep_arrays(path: Path, arrays: Mapping[str, Any]) -> None:
    """Write arrays to a file for nobody else, whole or not at all; raises OSError."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
    try:
        with os.fdopen(handle, "wb") as file:
            write_arrays(file, arrays)
            file.flush()
            os.fsync(file.fileno())  # a rename may reach the disk before what was written
        Path(name).replace(path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            Path(name).unlink()


def write_arrays(file: BinaryIO, arrays: Mapping[str, Any]) -> None:
    """Write arrays as numpy's `savez` does, with the content of each aligned, so that it can be mapped."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, array in arrays.items():
            member = zipfile.ZipInfo(f"{name}.npy")
            begin = file.tell() + _LOCAL + len(member.filename.encode()) + _ZIP64 + _EXTRA
            padding = -begin % _ALIGNED
            member.extra = struct.pack("<HH", _PADDING, padding) + bytes(padding)
            with archive.open(member, "w", force_zip64=True) as opened:
                np.lib.format.write_array(opened, np.asanyarray(array), allow_pickle=False)


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Return the arrays of a file, the large ones mapped and read-only.

    The content of each is checked against its checksum. Raises OSError, and what zipfile and numpy raise for a file
    that is damaged or no such archive.
    """
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        for member in archive.infolist():
            with archive.open(member) as opened:
                while opened.read(_CHUNK):
                    pass
        content = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        return {member.filename.removesuffix(".npy"): _array(file, content, member) for member in archive.infolist()}


def place_of(file: BinaryIO, member: zipfile.ZipInfo) -> tuple[int, tuple[int, ...], np.dtype[Any]]:
    """Return where the content of an array begins, its shape and its type; raises ValueError for another order."""
    if member.compress_type != zipfile.ZIP_STORED:
        raise ValueError(f"{member.filename} is compressed")
    file.seek(member.header_offset)
    name, extra = struct.unpack("<HH", file.read(_LOCAL)[26:])
    file.seek(member.header_offset + _LOCAL + name + extra)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError(f"{member.filename} is of another version")
    shape, is_fortran, kind = np.lib.format.read_array_header_1_0(file)
    if is_fortran or kind.hasobject:
        raise ValueError(f"{member.filename} is laid out otherwise")
    return file.tell(), shape, kind


def _array(file: BinaryIO, content: mmap.mmap, member: zipfile.ZipInfo) -> NDArray[Any]:
    begin, shape, kind = place_of(file, member)
    size = int(np.prod(shape, dtype=np.int64)) * kind.itemsize
    if size < _MAPPED:
        return np.ndarray(shape, kind, content[begin : begin + size])
    return np.ndarray(shape, kind, content, begin)
