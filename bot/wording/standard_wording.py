"""The policy's sentences that agents use themselves, by when they fit."""

from __future__ import annotations

from collections.abc import Mapping

ALWAYS: Mapping[str, str] = {
    "ask_contact_only": "请客户留联系方式",
    "anything_else": "处理完毕，询问还有没有其他需要",
    "thanks": "客户道谢",
    "no_more": "客户没有其他需要",
    "closed": "结束服务",
}
OF_COMPLAINTS: Mapping[str, str] = {"complaint_apology": "受理投诉，致歉"}
RESULT_BY: Mapping[str, str] = {"complaint_result": "告知何时有调查结果"}
IN_DANGER: Mapping[str, str] = {"safety": "安全提示"}
RATED_LOW: Mapping[str, str] = {"rated_sorry": "客户评价不满意，致歉"}
