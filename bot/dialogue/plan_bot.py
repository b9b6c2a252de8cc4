"""What a turn does while no person is concerned with the matter; pure."""

from __future__ import annotations

from dataclasses import replace

from bot.dialogue.acts import Act, AskDanger, Either, HandOff, Helped, Hold, Miss, Say
from bot.dialogue.intents import Intent
from bot.dialogue.plan_question import is_known, is_spent, missed, to_not_meant, to_question
from bot.dialogue.plan_rules import complains, is_danger, is_question, is_satisfied
from bot.dialogue.situation import Situation, Turn
from knowledge_base.matching.decide import Answered

LEADS = ("delete_data", "sales_lead", "feedback")  # acts that a person takes up, each a reason of a ticket
_ASSENT = frozenset({"yes", "no", "calm", "thanks"})
_SHORT = 8  # characters of a mere yes or no


def with_the_bot(turn: Turn, now: Situation) -> tuple[Act, ...]:
    """Return the acts for a turn of a customer whom no person is concerned with."""
    refused = turn.not_meant
    if refused is None or turn.rejects or is_danger(turn, now):
        return _in_order(turn, now)
    # Beside the no stands what is asked: it is answered as if the other answer had never been given, and missed once.
    after = replace(now, rejected=now.rejected | {refused}, last_answer=None)
    acts = _in_order(replace(turn, not_meant=None), after)
    waits = any(isinstance(act, Hold) for act in acts)
    return acts if waits or refused in now.rejected else (Miss(refused), *(act for act in acts if act != Miss()))


def _in_order(turn: Turn, now: Situation) -> tuple[Act, ...]:  # noqa: C901, PLR0912  # one line per rule, in order
    if is_danger(turn, now):
        return (HandOff("critical"),)
    if "danger" in turn.doubted and now.awaiting != "danger":
        return (AskDanger(),)
    if turn.file:
        return (HandOff("file"),)
    if turn.intent == "person" or "person" in turn.heard:
        return (HandOff("complaint" if complains(turn, now) else "asked_for_person"),)
    if turn.intent == "complaint" or (turn.complaint and (turn.threatens or turn.main in ("complaint", ""))):
        return (HandOff("complaint"),)
    if now.awaiting == "danger" and _leaves_danger_open(turn):
        return (HandOff("own_person" if now.bot == "suggests" else "bot_held_long_enough"),)
    if turn.helpful is not None:
        return (Helped(), Say("helped"))
    if turn.unhelpful is not None:
        return missed(turn.unhelpful, now) if turn.unhelpful not in now.rejected else ()
    if turn.not_meant is not None:
        return to_not_meant(turn, turn.not_meant, now)
    if turn.rejects:
        return missed(None, now)
    if turn.rating is not None:
        return (Say("thanks"),)
    if turn.either:
        return (Either(turn.either),)
    if turn.asked is None and turn.intent is not None:
        return _to_small_talk(turn, turn.intent, now)
    if "?" in turn.signs:
        return (Say("ask_what", offer_person=True),)
    if turn.signs:
        return (Say("empty_message"),) if turn.only_signs else ()
    told = turn.about or isinstance(turn.verdict, Answered)
    if turn.bare and turn.heard & {"callback_number", "identity_claim"} and not (now.misses or told):
        return _to_introduction(turn)
    if is_satisfied(turn) and (turn.solved or ("withdrawal" in turn.heard and now.last_answer is not None)):
        return (Helped(), Say("glad" if turn.solved else "helped"))
    if lead := next((act for act in LEADS if act in turn.heard), None):
        return (HandOff(lead),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    if _merely_assents(turn):
        return _to_assent(turn, now)
    if now.overheld or is_spent(now):
        return (HandOff("bot_held_long_enough"),)
    return to_question(turn, now)


def _leaves_danger_open(turn: Turn) -> bool:
    """Whether a turn neither denies the danger that was asked about nor asks what we know: a person must look."""
    is_no = "no" in turn.heard or turn.denies
    is_told = turn.settled and not turn.bare and not is_question(turn)
    return is_told and not is_no and not isinstance(turn.verdict, Answered)


def _to_introduction(turn: Turn) -> tuple[Act, ...]:
    """Who somebody is, or where they are reached, and nothing else: what they want comes next."""
    if not turn.settled:
        return (Hold(unfinished=True),)
    told = "contact_noted" if "callback_number" in turn.heard else "greeting"
    return (Say(told, offer_person=True),)


def _merely_assents(turn: Turn) -> bool:
    """Whether a turn is a yes, a no or thanks that answers nothing and asks nothing."""
    # Something longer that denies or agrees tells more than 好的 does: 正确的是 24536806，不是 24536860.
    short = len(turn.text) <= _SHORT or bool(turn.heard & {"thanks", "calm"})
    bare = turn.bare and bool(turn.heard) and turn.heard <= _ASSENT and short
    answers = turn.asked is not None or is_known(turn)
    return (bare or turn.assents) and not answers and not is_question(turn)


def _to_assent(turn: Turn, now: Situation) -> tuple[Act, ...]:
    if not turn.settled:
        return (Hold(turn.unfinished),)
    return (Helped(), Say("helped")) if now.last_answer else (Say("helped"),)


def _to_small_talk(turn: Turn, intent: Intent, now: Situation) -> tuple[Act, ...]:
    if intent == "unsolved":
        return missed(now.last_answer, now)
    if intent in ("solved", "no_more"):
        return (Helped(), Say("helped")) if now.last_answer else (Say("no_more"),)
    if intent == "thanks":
        return (Say("thanks"),)
    if not turn.settled:
        return (Hold(turn.unfinished),)
    if now.bot == "suggests":
        return (HandOff("own_person"),)
    return (Say("greeting", offer_person=True),) if intent == "greeting" else (HandOff("asked_for_person"),)
