"""Sentences on pictures and files that agents send with a reply: what may be sent, and what is refused."""

from __future__ import annotations

from bot.messages import MAX_FILE

MEGABYTE = 1024 * 1024
LARGEST = MAX_FILE  # bytes of one file
MOST_FILES = 9  # of one reply
MOST_TOGETHER = 30 * MEGABYTE  # bytes of one reply
LIMITS = (
    f"可发图片、音频、视频、PDF、Word、Excel、PPT 和纯文本，每个不超过 {MAX_FILE // MEGABYTE} MB；"
    f"一次最多 {MOST_FILES} 个，合计不超过 {MOST_TOGETHER // MEGABYTE} MB。"
)
ON_PAGE = "客户在网页对话里查看，图片直接显示。"
ON_TELEGRAM = "客户在 Telegram 收到，图片会被压缩。"
NOWHERE = "这位客户没有可以收到文件的渠道，不能发送文件，请改用其他方式。"

UNKNOWN_KIND = "「{name}」不是可以发送的文件，请换成图片、音频、视频、PDF、Word、Excel、PPT 或纯文本。"
TOO_LARGE = f"「{{name}}」超过 {MAX_FILE // MEGABYTE} MB，请压缩后再发。"
EMPTY = "「{name}」是空文件，请重新选择。"
TOO_MANY = f"一次最多发送 {MOST_FILES} 个文件，请分几次发送。"
TOO_MUCH = f"这些文件合计超过 {MOST_TOGETHER // MEGABYTE} MB，请分几次发送。"
NO_ROOM = "服务器空间不足，暂时不能发送文件，请先用文字回复客户，并告诉管理员。"
