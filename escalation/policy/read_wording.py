"""Reads the word lists and the wording of a policy file."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Mapping
from datetime import timedelta
from string import Formatter

from escalation.policy.default_wording import DEFAULT_WORDING
from escalation.policy.faults import nearest
from escalation.policy.model import Urgency
from escalation.policy.tiers import Tier
from escalation.policy.yaml_blocks import Block

WORD_LISTS = ("person", "complaint", "greeting", "thanks", "urge", "unsolved", "solved", "no_more", "filler")

_BY = frozenset({"by"})
_NUMBER = frozenset({"number"})
_NONE: frozenset[str] = frozenset()
_QUESTION = frozenset({"question"})
_NOTICE = frozenset({"ticket", "queue", "milestone", "due", "customer", "tier", "late"})

# What a sentence that may hold nothing else must hold.
_NEEDED = {"by": "the time promised to the customer", "question": "the question that was understood"}

# Every sentence the product needs → the placeholders it may hold. A {by} that may be there must be: it is the promise.
# A new key gets a sentence in DEFAULT_WORDING as well, or policy files in use no longer start.
WORDING: Mapping[str, frozenset[str]] = {
    "greeting": _NONE,
    "unsure": _NONE,
    **dict.fromkeys(("presumed", "ask_back", "ask_back_meanwhile", "not_meant_ask"), _QUESTION),
    **dict.fromkeys(("not_meant", "not_meant_list"), _NONE),
    "unknown": _NONE,
    "ask_person": _NONE,
    "told_noted": _NONE,
    "unknown_detail": _NONE,
    "other_unknown": _NONE,
    "glad": _NONE,
    "number_of_organisation": _NONE,
    "number_to_check": _NONE,
    "helped": _NONE,
    "try_again": _NONE,
    "handed_off": _BY,
    "handed_off_night": _BY,
    "handed_off_critical": _BY,
    "handed_off_critical_alone": _BY,
    "safety": _NONE,
    "ask_order_number": _NUMBER,
    "acknowledged_file": _BY,
    "waiting": _BY,
    "waiting_again": _BY,
    "appended": _NONE,
    "chased_just_now": _BY,
    "waiting_overdue_again": _NONE,
    "question_noted": _BY,
    "question_noted_again": _NONE,
    "question_overdue": _NONE,
    "suggest_meanwhile": _NONE,
    "appended_again": _NONE,
    "noted": _NONE,
    "calm_noted": _BY,
    "complaint_grown": _BY,
    "bot_honest_waiting": _BY,
    "promise_sooner": _BY,
    "anything_else": _NONE,
    "ask_rating": _NONE,
    "ask_reason": _NONE,
    "rated_thanks": _NONE,
    "thanks": _NONE,
    "no_more": _NONE,
    "reopened": _BY,
    "closed": _NONE,
    "withdraw_ask": _NONE,
    "danger_ask": _NONE,
    "outage_ask": _NONE,
    "safety_fire": _NONE,
    "safety_shock": _NONE,
    "safety_battery": _NONE,
    "safety_injury": _NONE,
    "safety_chemical": _NONE,
    "safety_outage": _NONE,
    "safety_gas": _NONE,
    "danger_more": _NONE,
    "danger_more_fire": _NONE,
    "danger_more_shock": _NONE,
    "danger_more_battery": _NONE,
    "danger_more_injury": _NONE,
    "danger_more_chemical": _NONE,
    "danger_more_gas": _NONE,
    "danger_more_outage": _NONE,
    "danger_taken": _NONE,
    "danger_hold": _NONE,
    "danger_noted": _BY,
    "danger_chased": _BY,
    "danger_thanks": _NONE,
    "danger_over": _NONE,
    "outage_noted": _BY,
    "outage_over": _NONE,
    "danger_still_calling": _NONE,
    "outage_still_calling": _NONE,
    "either": _NONE,
    "ask_what": _NONE,
    "withdraw_for_person": _NONE,
    "complaint_apology": _NONE,
    "complaint_added": _NONE,
    "complaint_result": _BY,
    "bot_honest": _NONE,
    "small_talk": _NONE,
    "wrong_shop": _NONE,
    "haggling": _NONE,
    "ask_contact": _NUMBER,
    "ask_contact_only": _NONE,
    "person_coming": _BY,
    "contact_noted": _NONE,
    "withdrawn": _NONE,
    "tier_changed": _NONE,
    "too_long": _NONE,
    "empty_message": _NONE,
    "no_identity_numbers": _NONE,
    "handoff_delayed": _BY,
    "handoff_refused": _BY,
    "danger_delayed": _BY,
    "danger_refused": _BY,
    "button_helpful": _NONE,
    "button_unhelpful": _NONE,
    "button_meant": _NONE,
    "button_not_meant": _NONE,
    "button_person": _NONE,
    "notice_new": _NOTICE,
    "notice_warning": _NOTICE,
    "notice_breach": _NOTICE,
    "notice_overdue": _NOTICE,
    "notice_urge": _NOTICE,
    "notice_reopened": _NOTICE,
    "notice_rerouted": _NOTICE,
    "notice_critical": _NOTICE,
    "notice_complaint": _NOTICE,
    "notice_withdrawn": _NOTICE,
    "waiting_overdue": _NONE,
    "rated_sorry": _NONE,
    "rated_meanwhile": _NONE,
    **dict.fromkeys(("rated_again", "rated_changed"), frozenset({"score"})),
    "notice_reminder": _NOTICE,
    "notice_assigned": _NOTICE,
    "notice_unclaimed": _NOTICE,
    "notice_nobody": _NOTICE,
    "notice_help": _NOTICE | {"support", "text"},
    **dict.fromkeys(("notice_task", "notice_approval", "notice_answered"), _NOTICE | {"what", "text", "by"}),
    **dict.fromkeys(("notice_task_due", "notice_task_late", "notice_task_lapsed"), _NOTICE | {"what", "text"}),
    "notice_task_withdrawn": _NOTICE | {"what", "text", "by"},
    "notice_recurring": _NOTICE | {"times", "what"},
    "notice_report": _NOTICE | {"text"},
    "notice_reassigned": _NOTICE,
    "notice_digest": frozenset({"number"}),
    "notice_digest_line": _NOTICE | {"kind"},
    "notice_morning": frozenset({"number"}),
    "notice_morning_quiet": _NONE,
}


def read_urgencies(root: Block, calendars: Collection[str], tiers: Mapping[str, Tier]) -> dict[str, Urgency]:
    """Read the urgencies, in rising order."""
    milestones = {milestone.id: None for tier in tiers.values() for milestone in tier.milestones}
    urgencies: dict[str, Urgency] = {}
    for block in root.blocks("urgencies"):
        urgency = Urgency(
            id=block.text("id"),
            label=block.text("label"),
            words=read_list(block, "words", required=False),
            calendar=block.choice("calendar", calendars, required=False) or None,
            within=_read_bounds(block, milestones),
            critical=block.flag("critical"),
        )
        block.finish()
        if urgency.id in urgencies:
            block.wrong("id", "different for each urgency")
        urgencies[urgency.id] = urgency
    return urgencies


def _read_bounds(urgency: Block, milestones: Collection[str]) -> dict[str, timedelta]:
    bounds = urgency.block("within", required=False)
    for name in tuple(bounds.values):
        if bounds.named("within", bounds.keys[name], milestones) and bounds.duration_or_none(name) == timedelta(0):
            bounds.wrong(name, "longer than zero")
    return {name: bounds.duration(name) for name in bounds.values}


def read_list(block: Block, key: str, *, required: bool = True) -> tuple[str, ...]:
    """Read words as messages are compared: half width, lower case; another form could never be recognised."""
    words = block.texts(key, required=required)
    for node in block.items(key, required=False):
        plain = unicodedata.normalize("NFKC", str(node.value)).casefold()
        if node.value in words and node.value != plain:
            message = f'"{key}" must be written in half width and lower case: "{plain}"; found "{node.value}".'
            block.faults.add(node, message)
    return words


def read_words(root: Block) -> dict[str, tuple[str, ...]]:
    """Read the word lists of the dialogue."""
    section = root.block("words")
    words = {name: read_list(section, name) for name in WORD_LISTS}
    section.finish()
    return words


def read_wording(root: Block, inside: Collection[str]) -> dict[str, str]:
    """Read every sentence; those for customers must not hold a name of `inside`, the tiers and queues.

    A key that is missing or empty has its sentence of DEFAULT_WORDING, if it has one there; otherwise that is a fault.
    """
    section = root.block("wording")
    wording = {key: section.text(key, required=key not in DEFAULT_WORDING) for key in WORDING}
    for key, allowed in WORDING.items():
        if wording[key]:
            _check_placeholders(section, key, wording[key], allowed)
        if not key.startswith("notice_"):
            _check_secrecy(section, key, wording[key], inside)
    section.finish()
    return {key: text or DEFAULT_WORDING.get(key, "") for key, text in wording.items()}


def _check_placeholders(section: Block, key: str, text: str, allowed: frozenset[str]) -> None:
    node = section.values[key]
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        section.faults.add(node, f'"{key}" has a single brace; write placeholders as {{by}}, a brace itself twice.')
        return
    names = [
        field + (f"!{how}" if how else "") + (f":{form}" if form else "")
        for _, field, form, how in parts
        if field is not None
    ]
    for name in names:
        if name not in allowed:
            may = ", ".join(f"{{{one}}}" for one in sorted(allowed)) or "no placeholder"
            section.faults.add(node, f'"{key}" may hold {may}; found {{{name}}}{nearest(name, allowed)}.')
    for needed, what in _NEEDED.items():
        if allowed == {needed} and needed not in names:
            section.faults.add(node, f'"{key}" must hold {{{needed}}}, {what}.')


def _check_secrecy(section: Block, key: str, text: str, inside: Collection[str]) -> None:
    named = max((name for name in inside if name in text), key=len, default=None)
    if named is not None:
        message = f'"{key}" is read by customers and must not name a tier or queue; found "{named}".'
        section.faults.add(section.values[key], message)
