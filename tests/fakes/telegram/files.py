"""Pictures, recordings and files: uploaded or named by a file_id that exists, of the right kind, not too large."""

from __future__ import annotations

import hashlib
import itertools
from typing import Any

from aiohttp.web import FileField

from tests.fakes.telegram.refusals import Json, Refusal, bad
from tests.fakes.telegram.state import State

LARGEST_DOWNLOAD, LARGEST_UPLOAD, LARGEST_PHOTO = 20 * 1024**2, 50 * 1024**2, 10 * 1024**2  # bytes
SHAPES: dict[str, Json] = {
    "photo": {"width": 1280, "height": 960},
    "document": {},
    "voice": {"duration": 3},
    "audio": {"duration": 3},
    "video": {"width": 640, "height": 480, "duration": 3},
    "video_note": {"length": 240, "duration": 3},
    "animation": {"width": 320, "height": 240, "duration": 3},
    "sticker": {"width": 512, "height": 512, "type": "regular", "is_animated": False, "is_video": False},
}
LARGE = ("document", "animation", "video", "voice", "audio")


class Files(State):
    """Files by reference."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.kinds: dict[str, str] = {}  # file_id → photo, document, …
        self.sizes: dict[str, int] = {}  # of files whose bytes are not kept here
        self._file_numbers = itertools.count(1)

    def make_file(self, kind: str, content: bytes = b"", *, name: str = "", size: int | None = None) -> str:
        """A file on the server, of a size without its bytes if need be; its file_id."""
        reference = f"{kind}-{next(self._file_numbers)}-{hashlib.sha256(content + name.encode()).hexdigest()[:12]}"
        self.kinds[reference] = kind
        if size is None:
            self.files[reference] = content
        else:
            self.sizes[reference] = size
        return reference

    def media(self, kind: str, reference: str, *, name: str = "") -> Any:
        """What a message says of a file: an object, for a picture a list of its sizes."""
        size = self.sizes.get(reference, len(self.files.get(reference, b"")))
        told = {"file_id": reference, "file_unique_id": "u" + reference[-12:], "file_size": size} | SHAPES[kind]
        if kind == "photo":
            return [told | {"file_id": reference + "-s", "file_unique_id": "s", "width": 90, "height": 68}, told]
        return told | ({"file_name": name} if name and kind in LARGE else {})

    def _file(self, kind: str, given: Any, what: Json) -> Any:
        """The file a call sends: an upload, `attach://` to one, or the file_id of one that is here."""
        if isinstance(given, str) and given.startswith("attach://"):
            given = what.get(given.removeprefix("attach://"))
        if isinstance(given, FileField):
            content = given.file.read()
            self._check_upload(kind, content)
            return self.media(kind, self.make_file(kind, content, name=given.filename), name=given.filename)
        if not given:
            raise bad(f"there is no {kind} in the request")
        return self.media(kind, self._reference(kind, str(given)))

    def _reference(self, kind: str, given: str) -> str:
        reference = given if given in self.kinds or given in self.files else given.removesuffix("-s")
        if reference not in self.kinds and reference not in self.files:
            raise bad("wrong file identifier/HTTP URL specified")
        known = self.kinds.get(reference, kind)
        if known != kind:
            raise bad(f"can't use file of type {known.title()} as {kind.title()}")
        return reference

    @staticmethod
    def _check_upload(kind: str, content: bytes) -> None:
        if not content:
            raise bad("file must be non-empty")
        if len(content) > LARGEST_UPLOAD:
            raise Refusal(413, "Request Entity Too Large")
        if kind == "photo" and len(content) > LARGEST_PHOTO:
            raise bad("file is too big for a photo")

    def _learn_files(self, raw: Json) -> None:
        """A message of a user's brings its files along, whether or not anybody kept their bytes."""
        for kind in SHAPES.keys() & raw.keys():
            told = raw[kind]
            for one in told if isinstance(told, list) else [told]:
                if isinstance(one, dict) and "file_id" in one:
                    self.kinds.setdefault(one["file_id"], kind)
                    if one["file_id"] not in self.files:
                        self.sizes.setdefault(one["file_id"], one.get("file_size", 0))

    def _do_getFile(self, given: Json) -> Json:  # noqa: N802  # named as the method
        reference = given.get("file_id", "")
        size = len(self.files[reference]) if reference in self.files else self.sizes.get(reference)
        if size is None:
            raise bad("wrong file_id or the file is temporarily unavailable")
        if size > LARGEST_DOWNLOAD:
            raise bad("file is too big")
        if reference not in self.files:
            raise bad("wrong file_id or the file is temporarily unavailable")
        found = {"file_id": reference, "file_unique_id": "u" + reference, "file_size": size}
        return found | {"file_path": f"documents/{reference}"}
