"""What the bot would do with a sentence, by given rules and as the first message of a conversation; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.dialogue.acts import Act, Answer, AskBack, Either, HandOff, Miss, Presume, Say, Suggest
from bot.dialogue.answering import answer_of, presumed_text
from bot.dialogue.plan import plan
from bot.dialogue.ranked_turn import rank_turn
from bot.dialogue.turn import first_situation
from bot.rules import Rules
from bot.wording.labels import TIER_GIVEN
from bot.wording.phrases import in_script, say, say_question
from escalation.customers.model import TierDecision
from knowledge_base.matching.decide import sure_at
from knowledge_base.matching.ranking import Candidate
from knowledge_base.text.scripts import script_of

SHOWN = 5  # candidates


@dataclass(frozen=True, slots=True)
class SentenceTrial:
    """What came of a sentence.

    `decision`: answer, presume, suggest, ask_back, hand_off, say or other. `says`: what the customer reads, but for a
    list or a promise. `reason`: why it is handed off. `heard`, `doubted`: acts recognised in it. `answer_at`,
    `sure_at`, `suggest_at`: the confidences from which it is answered, answered without naming the question, suggested.
    """

    decision: str
    says: str
    reason: str
    candidates: tuple[Candidate, ...]
    heard: tuple[str, ...]
    doubted: tuple[str, ...]
    answer_at: float
    sure_at: float
    suggest_at: float
    listed: tuple[Candidate, ...] = ()

    @property
    def best(self) -> Candidate | None:
        """The likeliest candidate."""
        return self.candidates[0] if self.candidates else None


def try_sentence(rules: Rules, text: str, tier: str, now: datetime) -> SentenceTrial:
    """Return what these rules make of a sentence by a customer of this tier. Call it off the event loop."""
    decision = TierDecision(tier, TIER_GIVEN)
    ranked = rank_turn(rules, text, tier, now)
    acts = plan(ranked.turn(rules, settled=True), first_situation(rules, decision))
    thresholds = rules.thresholds
    made, says, listed = _outcome(rules, acts, decision, text, now)
    return SentenceTrial(
        decision=made,
        says=says,
        reason=next((act.reason for act in acts if isinstance(act, HandOff)), ""),
        candidates=ranked.candidates[:SHOWN],
        heard=tuple(sorted(ranked.reading.heard)),
        doubted=tuple(sorted(ranked.reading.doubted)),
        answer_at=thresholds.answer_at,
        sure_at=sure_at(thresholds.answer_at),
        suggest_at=thresholds.suggest_at,
        listed=listed,
    )


def _outcome(
    rules: Rules, acts: tuple[Act, ...], tier: TierDecision, text: str, now: datetime
) -> tuple[str, str, tuple[Candidate, ...]]:
    script = script_of(text)
    language = "zh-Hans" if script == "en" else script
    for act in acts:
        match act:
            case Answer(candidate):
                return "answer", in_script(answer_of(rules.policy, candidate.article, tier, now), language), ()
            case Presume(candidate):
                return "presume", presumed_text(rules.policy, candidate.article, tier, now, language), ()
            case AskBack(candidate):
                return "ask_back", say_question(rules.policy, "ask_back", candidate.article.question, language), ()
            case Suggest(candidates) | Either(candidates):
                return "suggest", "", candidates
            case HandOff():
                return "hand_off", "", ()
    spoken = next((act.wording for act in acts if isinstance(act, Say)), "")
    if spoken and not any(isinstance(act, Miss) for act in acts):
        return "say", say(rules.policy, spoken, language), ()
    return "other", "", ()
