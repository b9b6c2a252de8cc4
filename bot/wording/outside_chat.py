"""What a chat outside of the house reads of a customer, by the policy's `outside_chat`."""

from __future__ import annotations

from bot.wording.labels import NOBODY, customer_label
from escalation.customers.model import Customer
from escalation.policy.model import Policy

KNOWN = "已识别客户"  # in place of a name that stays in the house
WROTE = "（有新消息，请在工作台查看）"
ELSEWHERE = "按政策不复制到这里，请在工作台查看"
TALK = "对话"
UNSTATED = (
    "政策里没有 outside_chat，客户姓名、单位、等级依据、权益和对话会照旧发到这个群。"
    "如需减少，请在政策里写上 outside_chat，写法见 docs/policy.md。本提示只发一次。"
)


def customer_outside(policy: Policy, customer: Customer | None) -> str:
    """Return a customer's name as far as it may leave the house."""
    allowed = policy.outside_chat
    if customer is None:
        return NOBODY
    if allowed.customer and allowed.organisation:
        return customer_label(customer)
    parts = [customer.organisation.name] if allowed.organisation else []
    parts += [customer.contact.name] if allowed.customer else []
    return "".join(parts) or KNOWN
