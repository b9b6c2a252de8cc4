"""The privacy notice as customers read it, and where they are told of it."""

from __future__ import annotations

from collections.abc import Mapping

from escalation.policy.privacy_notice import PrivacyNotice

TITLE = "个人信息处理说明"
PARTS: Mapping[str, str] = {
    "who": "谁在处理您的信息",
    "what": "处理哪些信息",
    "why": "用来做什么",
    "how_long": "保存多久",
    "rights": "您有哪些权利",
    "complain": "怎样投诉",
}
SHOWN = "我们按《个人信息处理说明》处理您的信息，发送 /privacy 可以查看。"
CHANGED = "《个人信息处理说明》已更新，发送 /privacy 可以查看。"
NONE = "我们还没有发布个人信息处理说明。如需了解，请直接写下您的问题，由专人答复。"


def full(privacy: PrivacyNotice) -> str:
    """Return the whole notice for a messenger."""
    parts = (f"【{PARTS[name]}】\n{text}" for name, text in privacy.parts.items())
    return "\n\n".join([f"{TITLE}（版本 {privacy.version}）", *parts])
