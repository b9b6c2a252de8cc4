"""Which kind of file some bytes are: told by how they begin and by the ending of the name, never by a sender; pure."""

from __future__ import annotations

import io
import zipfile

# How PNG, JPEG, GIF, BMP and TIFF begin.
_PICTURES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
)
_SOUNDS = (
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"\xff\xf3", "audio/mpeg"),
    (b"\xff\xf2", "audio/mpeg"),
    (b"\xff\xf1", "audio/aac"),
    (b"\xff\xf9", "audio/aac"),
    (b"OggS", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
)
_RIFF = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
# What stands after `ftyp`; any other brand is a film.
_BRANDS = {
    **dict.fromkeys((b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1"), "image/heic"),
    **dict.fromkeys((b"avif", b"avis"), "image/avif"),
    **dict.fromkeys((b"M4A ", b"M4B "), "audio/mp4"),
    b"qt  ": "video/quicktime",
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
_PACKED = {  # by ending: the folder that the archive has, and the type
    "docx": ("word/", f"{_OFFICE}wordprocessingml.document"),
    "xlsx": ("xl/", f"{_OFFICE}spreadsheetml.sheet"),
    "pptx": ("ppt/", f"{_OFFICE}presentationml.presentation"),
}
_COMPOUND = {
    **dict.fromkeys(("doc", "wps"), "application/msword"),
    **dict.fromkeys(("xls", "et"), "application/vnd.ms-excel"),
    **dict.fromkeys(("ppt", "dps"), "application/vnd.ms-powerpoint"),
}
# Endings with which a kind may be called: a program does not become a picture by how it begins.
ENDINGS = {
    "image": ("png", "jpg", "jpeg", "jfif", "gif", "bmp", "tif", "tiff", "webp", "heic", "heif", "avif"),
    "audio": ("mp3", "m4a", "m4b", "aac", "ogg", "oga", "opus", "flac", "amr", "wav"),
    "video": ("mp4", "m4v", "mov", "webm", "mkv", "avi", "3gp"),
    "document": ("pdf", *_PACKED, *_COMPOUND),
    "text": ("txt", "csv", "log"),
}
ACCEPTED = ",".join(f".{ending}" for endings in ENDINGS.values() for ending in endings)  # for a browser's dialogue


def kind_of_content(name: str, content: bytes) -> str | None:
    """Return the MIME type of a file's content; None if it is of no kind that is sent, or its name says another."""
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if content.startswith(b"%PDF-"):
        return "application/pdf" if ending == "pdf" else None
    if ending in _PACKED:
        folder, mime = _PACKED[ending]
        return mime if _has_folder(content, folder) else None
    if ending in _COMPOUND:
        return _COMPOUND[ending] if content.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1") else None
    if ending in ENDINGS["text"]:
        return "text/plain" if _is_text(content) else None
    found = _by_beginning(content)
    if found == "video/mp4" and ending in ("m4a", "m4b"):  # recorders write no brand of their own
        found = "audio/mp4"
    return found if found is not None and ending in ENDINGS[found.partition("/")[0]] else None


def _by_beginning(content: bytes) -> str | None:
    for sign, mime in (*_PICTURES, *_SOUNDS):
        if content.startswith(sign):
            return mime
    if content.startswith(b"RIFF"):
        return _RIFF.get(content[8:12])
    return _BRANDS.get(content[8:12], "video/mp4") if content[4:8] == b"ftyp" else None


def _has_folder(content: bytes, folder: str) -> bool:
    """Whether it is an archive with something in this folder; nothing is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return any(each.startswith(folder) for each in archive.namelist())
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError):
        return False


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _reads_as(content, "utf-16")
    return b"\0" not in content and (_reads_as(content, "utf-8") or _reads_as(content, "gb18030"))


def _reads_as(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True
