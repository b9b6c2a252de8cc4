"""The sentences of keys that policy files written earlier do not hold; a file's own sentence always wins."""

from __future__ import annotations

from collections.abc import Mapping

# A key of read_wording.WORDING that stands here too may be missing in a policy file, or be empty. They name no company,
# no queue and no tier, and are the sentences of policy.yaml.
DEFAULT_WORDING: Mapping[str, str] = {
    "withdraw_ask": "那我帮您撤回，好吗？",
    "withdrawn": "好的，已为您撤回，不再安排人联系。有需要随时找我们。",
    "no_identity_numbers": "为保护您的个人信息，请不要在这里发送身份证号或银行卡号，我们已将它隐去。",
    "notice_withdrawn": "【客户撤回】{ticket} {customer}（{tier}）已撤回问题，不用再处理；工单原在{queue}。",
}
