"""What kind of reply a line of the bot's is: by the policy's sentence it says, else by what it carries."""

from __future__ import annotations

from collections.abc import Mapping

OTHER = "other"
SILENT = "silent"

# A sentence of the policy, or the beginning of the names of several → the kind of reply. The longest that fits counts.
KIND_OF: Mapping[str, str] = {
    "acknowledged_file": "handed_off",
    "anything_else": "solved_asked",
    "apolog": "apologised",
    "appended": "acknowledged",
    "ask_back": "asked_back",
    "ask_person": "asked_back",
    "ask_contact": "handed_off",  # goes on after the promise, as does …
    "ask_order_number": "handed_off",  # … this …
    "ask_rating": "rating_asked",
    "ask_reason": "rated",
    "ask_what": "asked_back",
    "bot_honest": "small_talk",
    "calm_noted": "acknowledged",
    "chased_just_now": "state",
    "closed": "acknowledged",
    "complaint_added": "apologised",
    "complaint_apology": "apologised",
    "complaint_grown": "acknowledged",
    "complaint_result": "handed_off",  # … and the instant of the result
    "danger_ask": "asked_back",
    "danger_still": "safety",
    "person_coming": "state",
    "contact_noted": "acknowledged",
    "danger": "safety",
    "danger_taken": "safety",
    "either": "asked_back",
    "empty_message": "try_again",
    "glad": "acknowledged",
    "greeting": "greeted",
    "haggling": "small_talk",
    "handed_off": "handed_off",
    "handoff_delayed": "handed_off",  # … later, at an instant that is told
    "handoff_refused": "try_again",
    "helped": "acknowledged",
    "no_identity": "cautioned",
    "no_more": "acknowledged",
    "not_meant": "try_again",
    "not_meant_ask": "asked_back",
    "not_meant_list": "suggested",
    "noted": "acknowledged",
    "number": "acknowledged",  # that was shared
    "other_unknown": "unknown",
    "outage": "safety",
    "outage_ask": "asked_back",
    "presumed": "answered",
    "promise_sooner": "handed_off",
    "question": "acknowledged",  # noted for the person who comes
    "question_overdue": "state",
    "rated": "rated",
    "reopened": "reopened",
    "safety": "safety",
    "small_talk": "small_talk",
    "state": "state",
    "suggest_meanwhile": "suggested",
    "thanks": "thanks",
    "tier_changed": "notice",
    "told_noted": "acknowledged",
    "too_long": "try_again",
    "try_again": "try_again",
    "unknown": "unknown",
    "unsure": "suggested",
    "waiting": "state",
    "withdraw_ask": "asked_back",
    "withdraw_for_person": "acknowledged",
    "withdrawn": "withdrawn",
    "wrong_shop": "small_talk",
}
CARRIED = ("answered", "suggested", "notice")  # lines that are no sentence of the policy's
KINDS = (*sorted({*KIND_OF.values(), *CARRIED}), OTHER, SILENT)


def kind_of(wording: str, article: str, choices: tuple[str, ...], *, incident: bool) -> str:
    """Return the kind of a line: the policy's sentence (empty: none), the article it answers by, its buttons' payloads.

    `incident`: it is the notice of a service interruption.
    """
    if wording:
        return kind_of_wording(wording)
    if article:
        return "answered"
    if incident:
        return "notice"
    return "suggested" if any(choice.startswith("ask:") for choice in choices) else OTHER


def kind_of_wording(wording: str) -> str:
    """Return the kind of a sentence of the policy; OTHER for one that the table doesn't have."""
    fitting = [name for name in KIND_OF if wording.startswith(name)]
    return KIND_OF[max(fitting, key=len)] if fitting else OTHER
