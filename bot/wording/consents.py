"""What customers read of their consent, and what staff do."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from bot.wording.moments import by
from escalation.customers.consents import Consent
from escalation.policy.model import Policy
from escalation.policy.privacy_notice import ConsentPurpose

LABEL = "管理我的同意"
HEAD = "以下事项以您的同意为依据："
NO_HARM = "不同意或撤回都不影响我们为您服务；撤回以前已经做的处理仍然有效。"
NOTHING_ASKED = "目前没有需要您另行同意的事项。"
GIVE, WITHDRAW = "同意：{what}", "撤回：{what}"
GIVEN = "已记录您的同意：{what}。您可以随时撤回。"
WITHDRAWN = "已撤回：{what}。不影响我们为您服务。"
NOT_SAID = "还没有表示过"
AGREED, OFF = "{at} 同意", "{at} 不同意或撤回"
PURPOSES: Mapping[str, str] = {
    "surveys": "满意度调查",
    "under_14": "不满十四周岁",
    "sensitive": "敏感个人信息",
    "abroad": "向境外提供",
}


def line(purpose: ConsentPurpose, said: Consent | None, policy: Policy, now: datetime) -> str:
    """Return a purpose with how it stands, and who gets the data where they go abroad."""
    to = f"（接收方：{purpose.recipient}）" if purpose.recipient else ""
    return f"• {purpose.label}{to}：{in_words(said, policy, now)}"


def in_words(said: Consent | None, policy: Policy, now: datetime) -> str:
    """Return how a consent stands."""
    if said is None:
        return NOT_SAID
    return (AGREED if said.given else OFF).format(at=by(policy, said.at, now))
