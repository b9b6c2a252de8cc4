"""What the bot says to a question: an answer, one under the question it understood, or which question is meant."""

from __future__ import annotations

from datetime import datetime

from bot.dialogue import waiting_replies
from bot.dialogue.answer_judging import certainty
from bot.dialogue.gap_capture import GapContext, asked_with
from bot.dialogue.turn_context import TurnContext
from bot.messages import Button
from bot.transcript import message_store
from bot.wording.buttons import answer_buttons, asked_back_buttons, person_button, presumed_buttons
from bot.wording.choices import QuestionChosen, payload
from bot.wording.phrases import in_script, say, say_question
from escalation.customers.model import TierDecision
from escalation.policy.model import Policy
from knowledge_base.articles import Article
from knowledge_base.matching.ranking import Candidate

_LOOKED_BACK = 20  # lines


def answer(turn: TurnContext, candidate: Candidate, heard: GapContext) -> None:
    """Send an article's answer."""
    article = candidate.article
    language = turn.conversation.language
    text = in_script(answer_of(turn.policy, article, turn.tier, turn.now), language)
    asked = asked_with(turn.db, heard, article)
    buttons = answer_buttons(turn.policy, article.id, language)
    turn.send(text, buttons, article=article.id, asked=asked, **certainty(candidate))
    _note_answer(turn, article)


def presume(turn: TurnContext, candidate: Candidate, heard: GapContext) -> None:
    """Send an article's answer under the question that was understood; it counts as any other answer."""
    article = candidate.article
    text = presumed_text(turn.policy, article, turn.tier, turn.now, turn.conversation.language)
    turn.send(
        text,
        presumed_buttons(turn.policy, article.id, turn.conversation.language),
        article=article.id,
        asked=asked_with(turn.db, heard, article),
        wording="presumed",
        **certainty(candidate),
    )
    _note_answer(turn, article)


def presumed_text(policy: Policy, article: Article, tier: TierDecision, now: datetime, language: str) -> str:
    """Return an article's answer under its question, in simplified or traditional script by `language`."""
    understood = say_question(policy, "presumed", article.question, language)
    return f"{understood}\n{in_script(answer_of(policy, article, tier, now), language)}"


def answer_of(policy: Policy, article: Article, tier: TierDecision, now: datetime) -> str:
    """Return the article's answer; outside the tier's service hours its night answer, if it has one."""
    if article.night_answer and not policy.calendars[policy.tier_of(tier.tier).calendar].is_open(now):
        return article.night_answer
    return article.answer


def _note_answer(turn: TurnContext, article: Article) -> None:
    was = turn.conversation
    keep = 0 if was.last_answer else was.misses
    if article.id in was.rejected:
        keep = was.misses
    turn.remember(
        last_answer=article.id, misses=keep, bot_answers=was.bot_answers + 1, raised_at=None, hand_over_at=None
    )


def suggest(turn: TurnContext, candidates: tuple[Candidate, ...], wording: str) -> None:
    """Ask which of these is meant."""
    language = turn.conversation.language
    turn.send(
        say(turn.policy, wording, language),
        [*_choices(turn, candidates), person_button(turn.policy, language)],
        asked=_asked(turn),
        wording=wording,
        **certainty(candidates[0]),
    )
    keep_within_time(turn)


def ask_back(turn: TurnContext, candidate: Candidate, wording: str) -> None:
    """Ask whether this article's question is meant."""
    article = candidate.article
    language = turn.conversation.language
    turn.send(
        say_question(turn.policy, wording, article.question, language),
        asked_back_buttons(turn.policy, article.id, language),
        asked=_asked(turn),
        wording=wording,
        **certainty(candidate),
    )
    keep_within_time(turn)


def suggest_meanwhile(turn: TurnContext, candidates: tuple[Candidate, ...]) -> None:
    """Offer what was not shown in this talk before, while a person is on the way already."""
    shown = waiting_replies.shown_lately(turn)
    language = turn.conversation.language
    match [each.article for each in candidates if each.article.id not in shown]:
        case []:
            waiting_replies.acknowledge(turn, "question")
        case [article]:
            text = say_question(turn.policy, "ask_back_meanwhile", article.question, language)
            buttons = asked_back_buttons(turn.policy, article.id, language)[:2]
            turn.send(text, buttons, asked=turn.text, wording="ask_back_meanwhile")
        case _:
            text = say(turn.policy, "suggest_meanwhile", language)
            fresh = tuple(each for each in candidates if each.article.id not in shown)
            turn.send(text, _choices(turn, fresh), asked=turn.text, wording="suggest_meanwhile")


def _choices(turn: TurnContext, candidates: tuple[Candidate, ...]) -> list[Button]:
    language = turn.conversation.language
    return [Button(payload(QuestionChosen(c.article.id)), in_script(c.article.question, language)) for c in candidates]


def _asked(turn: TurnContext) -> str:
    """What is asked: the turn itself, or what was asked before it if it says only that this is not what was meant."""
    if turn.refused is None:
        return turn.text
    lines = message_store.latest(turn.db, turn.conversation.id, _LOOKED_BACK)
    asked = (line.meta["asked"] for line in reversed(lines) if line.author == "bot" and line.meta.get("asked"))
    return str(next(asked, turn.text))


def keep_within_time(turn: TurnContext) -> None:
    """The question is still open: set the time at which the bot hands this tier's customers off."""
    holds = turn.policy.tiers[turn.tier.tier].bot_holds_at_most
    if holds is not None and turn.conversation.raised_at is not None:
        turn.remember(hand_over_at=turn.conversation.raised_at + holds)
