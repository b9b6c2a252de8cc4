"""The columns of a CRM table, and its faults."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from dataclasses import field as dataclass_field

from escalation.refusals import EscalationRefusal

REQUIRED = ("id",)
COLUMNS = (
    "id", "organisation", "contact", "phone", "email", "annual_amount", "orders_per_year", "influence", "complexity",
    "tier", "reason", "expires", "agent", "preferred_channel", "note",
)  # fmt: skip
IN_CHINESE = {
    alias: name
    for name, aliases in {
        "id": "编号 客户编号 联系人编号 客户号 客户id crm编号",
        "organisation": "单位 公司 客户名称 单位名称 公司名称 客户单位 客户 企业名称 机构",
        "contact": "联系人 姓名 联系人姓名 客户姓名",
        "phone": "电话 手机 联系电话 手机号 手机号码 电话号码",
        "email": "邮箱 电子邮箱 邮件 电子邮件 e_mail",
        "annual_amount": "年采购额 年度金额 年采购金额 年度采购额 年度采购金额 年金额 采购额 采购金额",
        "orders_per_year": "年采购次数 采购次数 年订单数 年度采购次数 年采购频次 采购频次 年下单次数",
        "influence": "影响力 影响力等级",
        "complexity": "复杂度 需求复杂度 业务复杂度",
        "tier": "等级 客户等级 服务等级 指定等级 人工等级 级别",
        "reason": "原因 理由 指定原因 指定理由 等级原因 等级理由",
        "expires": "有效期 有效期至 截止日期 到期日 到期日期 失效日期",
        "agent": "专属客服 客服 负责人 客户经理 专员 专属客服账号",
        "preferred_channel": "联系方式偏好 首选渠道 偏好渠道 首选联系方式",
        "note": "备注 联系人备注 客户备注",
    }.items()
    for alias in aliases.split()
}


@dataclass(frozen=True, slots=True)
class CrmFault:
    """What is wrong and what would be right: at a line of a file, or in a field of a JSON record."""

    message: str
    file: str | None = None
    line: int | None = None
    field: str | None = None
    code: str = ""  # what is wrong, with its values, for any language
    values: Mapping[str, str] = dataclass_field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message}" if self.file else self.message


class CrmFaults(EscalationRefusal):
    """All faults of a file or record; nothing of it may be used."""

    def __init__(self, faults: Sequence[CrmFault]) -> None:
        super().__init__("\n".join(map(str, faults)))
        self.faults = tuple(faults)


@dataclass(frozen=True, slots=True)
class CellFault:
    """A cell that could not be read; as in CrmFault."""

    field: str
    message: str
    code: str = ""
    values: Mapping[str, str] = dataclass_field(default_factory=dict)


def unknown_field(name: str) -> str:
    """Return the sentence for an unknown field, with the most similar known one."""
    near = difflib.get_close_matches(name.strip().lower(), COLUMNS, n=1)
    advice = f'did you mean "{near[0]}"?' if near else f"the fields are {', '.join(COLUMNS)}."
    return f'"{name}" is not a field; {advice}'
