"""Customers: contact, organisation, and the tier that applies, with its reason in words; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from escalation.policy.model import Policy
from escalation.policy.tiers import Tier

NOT_IDENTIFIED = "未识别身份，按默认等级服务"
CONTACT_OPEN = "手机号由该单位多位联系人共用，联系人待核对"
ONE_PERSON = "own"  # begins the id of an organisation that is one contact; others are hexadecimal


@dataclass(frozen=True, slots=True)
class ManualTier:
    """A tier set by hand, with a reason and an end: `expires` is its last day in the policy's zone."""

    tier: str
    reason: str
    expires: date


@dataclass(frozen=True, slots=True)
class Organisation:
    """A company that buys. The amount is whole yuan per year; influence and complexity run from 1 to 5.

    None: the CRM has not told.
    """

    id: str
    name: str
    annual_amount: int
    orders_per_year: int | None
    influence: int | None
    complexity: int | None
    manual: ManualTier | None = None
    agent: str | None = None  # sign-in name of the agent who looks after them

    @property
    def is_one_person(self) -> bool:
        """Whether this is a contact for whom the CRM names no organisation: they are one by themselves."""
        return self.id.startswith(ONE_PERSON)


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who writes for an organisation; `id` is the CRM's."""

    id: str
    organisation_id: str
    name: str
    phone: str | None = None
    email: str | None = None
    note: str | None = None
    preferred_channel: str | None = None  # by which they like to be reached
    left_at: datetime | None = None  # when they left the organisation: their number proves nothing any more


@dataclass(frozen=True, slots=True)
class Customer:
    """An identified contact with the tier that applies now, and why."""

    contact: Contact
    organisation: Organisation
    tier: str
    tier_reason: str


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """A contact and their organisation as the CRM describes them."""

    id: str
    organisation: str
    contact: str
    annual_amount: int
    orders_per_year: int | None
    influence: int | None
    complexity: int | None
    phone: str | None = None
    email: str | None = None
    manual: ManualTier | None = None
    agent: str | None = None


@dataclass(frozen=True, slots=True)
class TierDecision:
    """The tier that applies and, for the agent's card, why."""

    tier: str
    reason: str


def tier_of(policy: Policy, organisation: Organisation | None, now: datetime) -> TierDecision:
    """Return the tier: a valid manual one, else by value band and adjustment; without organisation the default one."""
    if organisation is None:
        return TierDecision(policy.default_tier, NOT_IDENTIFIED)
    manual = organisation.manual
    if manual is None:
        return _earned(policy, organisation)
    if manual.tier not in policy.tiers:
        return _with_note(_earned(policy, organisation), f"人工指定的等级「{manual.tier}」不在现行政策中，未采用")
    if now.astimezone(policy.zone).date() > manual.expires:
        return _with_note(_earned(policy, organisation), f"人工指定的{manual.tier}已于 {manual.expires} 到期")
    return TierDecision(manual.tier, f"人工指定为{manual.tier}：{manual.reason}（有效期至 {manual.expires}）")


def tier_of_house(policy: Policy, house: Organisation, now: datetime) -> TierDecision:
    """Return the tier of whoever has a number that several contacts of an organisation share: that of them all."""
    decision = tier_of(policy, house, now)
    return TierDecision(decision.tier, f"{decision.reason}；{CONTACT_OPEN}")


def _earned(policy: Policy, organisation: Organisation) -> TierDecision:
    ladder = sorted(policy.tiers.values(), key=lambda tier: tier.rank)
    place = next((place for place, tier in enumerate(ladder) if _meets(tier, organisation)), None)
    if place is None:
        return TierDecision(policy.default_tier, f"{_value(organisation)}，未达到任何等级标准，按默认等级服务")
    wanted, move = _adjusted(policy, organisation, place)
    reached = min(max(wanted, 0), len(ladder) - 1)
    if reached != wanted:
        move += "，已是最高等级" if wanted < 0 else "，已是最低等级"
    elif reached != place:
        move += "，上调一级" if reached < place else "，下调一级"
    unknown = "，未提供采购次数" if organisation.orders_per_year is None else ""
    return TierDecision(ladder[reached].id, f"{_band(ladder, place, organisation)}{unknown}，{move}")


def _meets(tier: Tier, organisation: Organisation) -> bool:
    """The amount is the band; frequency is a second way in only where the policy gives a figure; no figures: anyone."""
    criteria = tier.criteria
    if criteria.annual_amount is None and criteria.orders_per_year is None:
        return True
    return _by_amount(tier, organisation) or _by_orders(tier, organisation)


def _by_amount(tier: Tier, organisation: Organisation) -> bool:
    bar = tier.criteria.annual_amount
    return bar is not None and organisation.annual_amount >= bar


def _by_orders(tier: Tier, organisation: Organisation) -> bool:
    bar = tier.criteria.orders_per_year
    return bar is not None and (organisation.orders_per_year or 0) >= bar


def _adjusted(policy: Policy, organisation: Organisation, place: int) -> tuple[int, str]:
    """The place on the ladder after the adjustment, and the words for what was weighed."""
    if organisation.influence is None or organisation.complexity is None:
        return place, f"{_weights_given(organisation)}，不作调整"
    weighed = (organisation.influence, organisation.complexity)
    words = f"影响力 {organisation.influence}、复杂度 {organisation.complexity}"
    if min(weighed) >= policy.adjustment.raise_from:
        return place - 1, f"{words} 均不低于 {policy.adjustment.raise_from}"
    if max(weighed) <= policy.adjustment.lower_to:
        return place + 1, f"{words} 均不高于 {policy.adjustment.lower_to}"
    return place, f"{words}，不作调整"


def _weights_given(organisation: Organisation) -> str:
    weights = (("影响力", organisation.influence), ("复杂度", organisation.complexity))
    told = [f"{name} {weight}" for name, weight in weights if weight is not None]
    return "，".join((*told, f"未提供{'、'.join(name for name, weight in weights if weight is None)}"))


def _band(ladder: list[Tier], place: int, organisation: Organisation) -> str:
    tier = ladder[place]
    if tier.criteria.annual_amount and _by_amount(tier, organisation):
        return f"{_value(organisation)}（{tier.id}标准 ≥ {amount_in_words(tier.criteria.annual_amount)}）"
    if _by_orders(tier, organisation):
        orders = f"年采购 {organisation.orders_per_year} 次（{tier.id}标准 ≥ {tier.criteria.orders_per_year} 次）"
        return f"{_value(organisation)}，{orders}"
    bar = ladder[place - 1].criteria.annual_amount if place else None
    if bar is None:
        return _value(organisation)
    return f"{_value(organisation)}（未达到{ladder[place - 1].id}标准 {amount_in_words(bar)}）"


def _value(organisation: Organisation) -> str:
    whose = "未提供单位，按个人客户计，" if organisation.is_one_person else ""
    return f"{whose}年采购额 {amount_in_words(organisation.annual_amount)}"


def amount_in_words(yuan: int) -> str:
    """Return an amount in words, never rounded: 999999 must not read like a million."""
    if yuan >= 100_000_000 and yuan % 1_000_000 == 0:
        return f"{yuan / 100_000_000:g} 亿元"
    if yuan >= 10_000 and yuan % 100 == 0:
        return f"{yuan / 10_000:.2f}".rstrip("0").rstrip(".") + " 万元"
    return f"{yuan:,} 元"


def _with_note(decision: TierDecision, note: str) -> TierDecision:
    return TierDecision(decision.tier, f"{decision.reason}；{note}")
