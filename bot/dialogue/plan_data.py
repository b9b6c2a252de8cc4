"""What a turn does that wishes something about the customer's own data; never silence. Pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, Forward
from bot.dialogue.data_acts import AskDataWish, KeepData, RegisterDataWish, ShowConsents, ShowNotice, TellDataWishes
from bot.dialogue.data_words import DataWish, SaidOfData, said_of_data, wish_in
from bot.dialogue.plan_rules import clearly_complains, is_danger, is_question
from bot.dialogue.situation import Situation, Turn


def about_data(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """Return the acts for a turn about the customer's own data alone; None for any other."""
    if turn.file or not turn.text or is_danger(turn, now) or turn.threatens:
        return None
    if "danger" in turn.doubted or turn.rating is not None or clearly_complains(turn, now):
        return None
    said = said_of_data(turn.text)
    if said is None and "delete_data" in turn.heard and (wish := wish_in(turn.text)) is not None:
        said = SaidOfData("wish", wish)
    act = _act(said, turn, now) if said is not None else None
    if act is None:
        return None
    return (Forward(), act) if now.ticket in ("waiting", "claimed") else (act,)


def _act(said: SaidOfData, turn: Turn, now: Situation) -> Act | None:
    match said.about:
        case "wish" if said.wish is not None:
            return _to_wish(said.wish, turn, now)
        case "withdrawn" if said.named or now.data_wishes:
            standing = _of(said.wish, now)
            return KeepData(standing) if said.named or standing else None
        case "state" if _of(said.wish, now) and now.ticket != "claimed":
            return TellDataWishes(_of(said.wish, now))
        case "consent" if now.has_consents:
            return ShowConsents()
        case "privacy" if now.has_notice and now.ticket != "claimed" and now.bot == "answers":
            return ShowNotice()
        case _:
            return None


def _to_wish(wish: DataWish, turn: Turn, now: Situation) -> Act | None:
    """A wish is asked back; beside an open ticket, or where no bot answers, it is registered at once."""
    if now.ticket in ("waiting", "claimed"):
        return AskDataWish(wish) if is_question(turn) and now.known else RegisterDataWish(wish)
    wants_a_person = turn.intent == "person" or "person" in turn.heard
    return AskDataWish(wish) if now.bot == "answers" and not wants_a_person else RegisterDataWish(wish)


def _of(wish: DataWish | None, now: Situation) -> tuple[DataWish, ...]:
    """The wishes that stand, of this kind if it names one."""
    return tuple(each for each in now.data_wishes if wish in (None, each))
