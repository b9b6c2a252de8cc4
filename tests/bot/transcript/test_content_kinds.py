from __future__ import annotations

import io
import zipfile

import pytest

from bot.messages import is_welcome_kind
from bot.transcript.content_kinds import kind_of_content

JPEG, PNG, COMPOUND = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument."


def packed(*names: str) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        for name in names:
            archive.writestr(name, "x")
    return made.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "mime"),
    [
        ("屏幕.JPG", JPEG, "image/jpeg"),
        ("手机.jpg", b"\0\0\0\x18ftypheic", "image/heic"),  # as telephones call them
        ("image.png", PNG, "image/png"),
        ("动.gif", b"GIF89a", "image/gif"),
        ("a.webp", b"RIFF\0\0\0\0WEBP", "image/webp"),
        ("合同.pdf", b"%PDF-1.7", "application/pdf"),
        ("表.xlsx", packed("xl/workbook.xml"), f"{OFFICE}spreadsheetml.sheet"),
        ("文.docx", packed("[Content_Types].xml", "word/document.xml"), f"{OFFICE}wordprocessingml.document"),
        ("老表.xls", COMPOUND, "application/vnd.ms-excel"),
        ("公文.wps", COMPOUND, "application/msword"),
        ("说明.txt", "请按步骤操作".encode("gb18030"), "text/plain"),
        ("说明.txt", "请按步骤操作".encode("utf-16"), "text/plain"),
        ("语音.mp3", b"ID3\x04", "audio/mpeg"),
        ("语音.m4a", b"\0\0\0\x18ftypM4A ", "audio/mp4"),
        ("录音.m4a", b"\0\0\0\x18ftypmp42", "audio/mp4"),
        ("操作.mp4", b"\0\0\0\x18ftypisom", "video/mp4"),
        ("操作.mov", b"\0\0\0\x14ftypqt  ", "video/quicktime"),
    ],
)
def test_the_kind_is_found_in_the_bytes_and_is_one_that_is_sent(name: str, content: bytes, mime: str) -> None:
    assert kind_of_content(name, content) == mime
    assert is_welcome_kind(mime)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("setup.exe", b"MZ\x90\0"),
        ("图片.jpg", b"MZ\x90\0"),
        ("图片.exe", JPEG),
        ("图片", JPEG),
        ("图.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("图.png", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("页.html", b"<script>alert(1)</script>"),
        ("包.zip", packed("a.txt")),
        ("表.xlsx", packed("a.txt")),
        ("表.xlsx", b"PK\x03\x04broken"),
        ("表.xlsx", COMPOUND),
        ("说明.txt", b"MZ\x90\0"),
        ("合同.pdf", JPEG),
        ("合同.exe", b"%PDF-1.7"),
        ("语音.mp3", JPEG),
        ("a.png", b""),
    ],
)
def test_whatever_it_is_called_anything_else_is_of_no_kind(name: str, content: bytes) -> None:
    assert kind_of_content(name, content) is None
