"""What the law grants persons, in figures and words of the company: when their requests are answered; pure values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from escalation.policy.privacy_notice import PrivacyNotice, read_notice
from escalation.policy.retention import Retention, read_retention
from escalation.policy.yaml_blocks import Block
from escalation.working_hours.working_days import WorkingDays, parse_working_days

ANSWER_WITHIN = WorkingDays(15)  # 个人信息保护法第五十条 says "in time"; for apps the regulator says 15 working days
EXPORTS_A_DAY = 3
COMPLAIN_TO = "如对处理结果有异议，您可以联系本公司个人信息保护负责人，也可以向履行个人信息保护职责的部门投诉、举报。"


@dataclass(frozen=True, slots=True)
class PrivacyRules:
    """Within how many working days of which calendar a request is answered, and where a refused one is complained of.

    Without a `calendar` it is the first of working days that the policy has, else that of the default tier.
    """

    answer_within: WorkingDays = ANSWER_WITHIN
    calendar: str = ""
    exports_a_day: int = EXPORTS_A_DAY
    complain_to: str = COMPLAIN_TO
    notice: PrivacyNotice | None = None
    retention: Retention = field(default_factory=Retention)


def read_privacy(root: Block, calendars: Mapping[str, object]) -> PrivacyRules:
    """Read `privacy`; what is left out is as the defaults have it."""
    section = root.block("privacy", required=False)
    block = section.block("requests", required=False)
    must = "a number of working days such as 15wd"
    found = PrivacyRules(
        block.parsed("answer_within", parse_working_days, must, ANSWER_WITHIN, required=False),
        block.choice("calendar", calendars, required=False),
        block.whole("exports_a_day", 1, 100) if "exports_a_day" in block.values else EXPORTS_A_DAY,
        block.text("complain_to", required=False) or COMPLAIN_TO,
        read_notice(section),
        read_retention(section),
    )
    block.finish()
    section.finish()
    return found
