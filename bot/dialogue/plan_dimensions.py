"""What a turn does that gives dimensions of a solution a score in words; pure."""

from __future__ import annotations

from bot.dialogue.acts import Act, AskRating, Close, ExplainRating, Rate, RateDimensions, Say
from bot.dialogue.dimension_words import dimension_scores
from bot.dialogue.situation import Situation, Turn
from escalation.tickets.unhappy_events import LOW
from knowledge_base.acts.signals import score_of

_LITTLE = 3  # characters beside scores that give no reason


def dimensions_rated(turn: Turn, now: Situation) -> tuple[Act, ...] | None:
    """Return the acts for scores of dimensions, given where a score or its reason is awaited; None without any."""
    if not now.takes_rating or now.awaiting not in ("more", "rating", "reason") or not turn.text:
        return None
    given = dimension_scores(turn.text, now.dimensions)
    if given is None:
        return None
    dimensions = RateDimensions(given.scores, given.wrong)
    explained = (ExplainRating(),) if len(given.rest) > _LITTLE else ()
    if now.rated is not None:
        return (*explained, dimensions)
    overall = score_of(given.rest)
    if overall is None:
        return (dimensions, AskRating()) if now.can_rate else (dimensions,)
    thanks = Say("rated_sorry" if overall <= LOW else "rated_thanks")
    return (Rate(overall, asks=False), *explained, dimensions, *((thanks, Close()) if not given.wrong else ()))
