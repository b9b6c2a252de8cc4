"""What a turn does after a person has solved the matter, or the customer withdrew it; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, AskRating, Close, ExplainRating, Forward, GoOn, Rate, RateAgain, Reopen, Say
from bot.dialogue.plan_dimensions import dimensions_rated
from bot.dialogue.plan_rules import is_question, is_satisfied
from bot.dialogue.situation import Situation, Turn
from escalation.tickets.unhappy_events import LOW
from knowledge_base.matching.decide import Answered


def after_resolution(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """Return the acts for a turn after a solution or a withdrawal; None: the turn begins a new matter."""
    rated = None if _wants_more(turn) else dimensions_rated(turn, now)
    if (rated := rated or _score_given(turn, now)) is not None:
        return rated
    # 「没用」 after an answer of the bot's is about that answer, not about what a person has solved.
    about_the_ticket = turn.intent == "urge" or ("unsolved" in turn.heard and now.last_answer is None)
    # Beside a reason for the score, dissatisfied as it may be, it is part of it.
    # A solution in the company's own words (修好了，别再回访) is not taken for its opposite, however sharp it sounds.
    reopens = turn.unsolved or (about_the_ticket and now.awaiting != "reason" and not turn.solved)
    if reopens and now.can_reopen:
        return (Reopen(),)
    if now.awaiting == "more" and (turn.intent in ("no_more", "solved", "thanks") or is_satisfied(turn)):
        if now.can_rate:
            return (AskRating(),) if turn.intent == "no_more" else (Say("thanks"), AskRating())
        # At night the case stays as it is: the rating is asked for in the morning.
        return (Say("no_more"),) if now.can_rate_later else (Say("closed"), Close())
    if now.awaiting == "rating" and (turn.intent in ("thanks", "solved") or is_satisfied(turn)) and now.can_rate:
        return (AskRating(),)  # satisfied, in words: the number is asked for again
    if now.awaiting == "reason" and _is_a_reason(turn):
        return (ExplainRating(), Say("rated_sorry" if now.rated_low else "rated_thanks"), Close())
    if turn.intent in ("thanks", "solved", "no_more") or is_satisfied(turn):
        return (_taken_leave(turn, now),)
    if turn.solved and not turn.unsolved and not _wants_else(turn):
        return (Say("noted"),)  # whatever is told beside it, such as 别再回访
    return None


def just_solved(turn: Turn) -> tuple[Act, ...]:
    """Return the acts for a turn before the customer has heard of the solution: the ticket is open for them."""
    return () if _is_courtesy(turn) else (GoOn(), Forward())


def _is_courtesy(turn: Turn) -> bool:
    """Thanks, or that it works: nothing that whoever has just solved it must read."""
    if _wants_more(turn) or turn.unsolved or turn.file or is_question(turn):
        return False
    said = turn.intent in ("thanks", "solved", "no_more", "greeting") or is_satisfied(turn) or turn.solved
    return said or turn.assents or bool(turn.signs and "?" not in turn.signs)


def _taken_leave(turn: Turn, now: Situation) -> Say:
    # What is said of a matter that was called off, and is no thanks, is taken note of.
    thanked = turn.intent in ("thanks", "no_more") or "thanks" in turn.heard
    return Say("thanks" if thanked or now.ticket == "resolved" else "noted")


def _wants_else(turn: Turn) -> bool:
    return turn.critical or turn.threatens or turn.file or "person" in turn.heard or is_question(turn)


def _score_given(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    if turn.rating is not None and now.ticket == "resolved":
        return _rated(turn.rating, now)
    if turn.score is not None and now.awaiting == "reason" and not turn.reason:
        return (RateAgain(turn.score),)
    if turn.score is not None and now.awaiting in ("more", "rating") and not _wants_more(turn):
        return _rated_in_words(turn, turn.score) if now.takes_rating else _taken_note(turn.score)
    return None


def _rated(score: int, now: Situation) -> tuple[Act, ...]:
    if now.rated is not None:
        return (RateAgain(score),)
    return (Rate(score),) if now.takes_rating else _taken_note(score)


def _taken_note(score: int) -> tuple[Act, ...]:
    """A score where none is kept: no person served the matter."""
    return (Say("rated_sorry" if score <= LOW else "rated_thanks"),)


def _wants_more(turn: Turn) -> bool:
    # A low score and its reason are dissatisfied, and no complaint yet.
    unsolved = "unsolved" in turn.heard and "withdrawal" not in turn.heard
    return turn.critical or turn.threatens or unsolved or "person" in turn.heard


def _rated_in_words(turn: Turn, score: int) -> tuple[Act, ...]:
    """A score and, in the same sentence, its reason."""
    if not turn.reason:
        return (Rate(score),)
    return (Rate(score, asks=False), ExplainRating(), Say("rated_sorry" if score <= LOW else "rated_thanks"), Close())


def _is_a_reason(turn: Turn) -> bool:
    # The reason is optional: a question, a wish, a complaint or a tap is what it is, and not swallowed as one.
    tapped = turn.asked or turn.not_meant or turn.helpful or turn.unhelpful or turn.rating is not None or turn.file
    wishes = turn.intent in ("person", "greeting") or "person" in turn.heard or turn.threatens or turn.critical
    return bool(turn.text) and not isinstance(turn.verdict, Answered) and not tapped and not wishes
