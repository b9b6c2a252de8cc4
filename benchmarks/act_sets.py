"""Utterances nobody learned from: what of them is heard, and what is heard where there is nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from bot.dialogue.acts import Answer, AskBack, Presume, Suggest
from bot.dialogue.plan import plan
from bot.dialogue.ranked_turn import rank_turn
from bot.dialogue.turn import first_situation
from bot.rules import Rules
from escalation.customers.model import TierDecision
from knowledge_base.acts.act_files import SHIPPED, read_acts
from knowledge_base.acts.ordinals import ordinal_of
from knowledge_base.acts.reading import Reading
from knowledge_base.acts.signals import score_of
from knowledge_base.articles import Article
from knowledge_base.text.normalise import normalise
from tests.conftest import MONDAY_MORNING

FOLDER = Path(__file__).parent / "blind"
OFFERED = 5  # things among which an ordinal chooses
SCRIPTS = "danger_scripts"
RULED = ("ordinal", "score")  # read by rules, each utterance with its number
# The act that the sentences of a set of negatives only sound like.
SOUNDS_LIKE = {
    "danger_words": "danger",
    "wish_words": "person",
    "chase_words": "chase",
    "withdraw_words": "withdrawal",
    "complaint_words": "complaint",
    "urgency_words": "urgency",
}
# The acts whose recall has an aim, each with the sets that show it.
EIGHT = {
    "person": ("person",),
    "danger": ("danger",),
    "chase": ("chase",),
    "withdrawal": ("withdrawal",),
    "complaint": ("complaint",),
    "thanks": ("thanks", "score"),
    "yes": ("yes", "no", "ordinal"),
    "urgency": ("urgency",),
}
COSTLY = ("person", "withdrawal", "complaint")

Judge = Callable[[Reading], bool]


@dataclass(frozen=True, slots=True)
class Share:
    """Of how many sentences something is true, and of how many of those that no act file holds word for word.

    `which`: those of which it is true, `others`: those of which it is not.
    """

    what: str
    n: int
    hits: int
    new: int
    new_hits: int
    which: tuple[str, ...] = ()
    others: tuple[str, ...] = ()


def read_sets(*, dev: bool) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The utterances of each act, and the sets of negatives."""
    kind = "dev" if dev else "test"
    names = (f"acts_{kind}.yaml", f"negatives_{kind}.yaml")
    acts, negatives = (yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")) for name in names)
    return acts, negatives


def learned_from() -> frozenset[str]:
    """All examples of the act files, in normal form."""
    rows = (row for act in read_acts(SHIPPED) for row in (*act.utterances, *act.counter_examples))
    return frozenset(normalise(text) for _, text in rows)


def share_of(what: str, judged: Iterable[tuple[str, bool]], known: frozenset[str]) -> Share:
    """The share of sentences that were judged true."""
    rows = [(text, is_hit, normalise(text) not in known) for text, is_hit in judged]
    return Share(
        what,
        len(rows),
        sum(is_hit for _, is_hit, _ in rows),
        sum(is_new for _, _, is_new in rows),
        sum(is_hit and is_new for _, is_hit, is_new in rows),
        tuple(text for text, is_hit, _ in rows if is_hit),
        tuple(text for text, is_hit, _ in rows if not is_hit),
    )


def read_as_heard(rules: Rules, text: str) -> Reading:
    """Return the reading of a text as a turn of the dialogue goes by it: beside what it may ask."""
    return rank_turn(rules, text, rules.policy.default_tier, MONDAY_MORNING).reading


def recalls(rules: Rules, acts: Mapping[str, Any], known: frozenset[str]) -> list[Share]:
    """Of the utterances of every act those in which it is heard; of dangers also those that are asked about."""
    found: list[Share] = []
    for name, texts in acts.items():
        if name in RULED:
            read = _ordinal if name == "ordinal" else score_of
            found.append(share_of(name, [(text, read(text) == number) for text, number in texts.items()], known))
            continue
        act = "danger" if name == SCRIPTS else name
        readings = [(text, read_as_heard(rules, text)) for text in texts]
        found.append(share_of(name, [(text, act in reading.heard) for text, reading in readings], known))
        if act == "danger":
            noticed = [(text, act in reading.heard | reading.doubted) for text, reading in readings]
            found.append(share_of(f"{name}, or asked", noticed, known))
    return found


def mean_of(heard: Sequence[Share]) -> float:
    """The mean recall of the eight acts, 0 to 1."""
    by_name = {share.what: share for share in heard}
    shares = [[by_name[name] for name in names] for names in EIGHT.values()]
    return sum(sum(each.hits for each in some) / sum(each.n for each in some) for some in shares) / len(shares)


def _ordinal(text: str) -> int | None:
    return ordinal_of(text, OFFERED)


def false_alarms(rules: Rules, negatives: Mapping[str, Any], known: frozenset[str]) -> list[Share]:
    """Of the sentences of every set of negatives those in which an act is heard that they only sound like."""
    read = {name: [(text, read_as_heard(rules, text)) for text in negatives[name]] for name in _plain(negatives)}
    found = [
        share_of(f"{name}: {act} heard", _judged(read[name], _hears(act)), known)
        for name, act in SOUNDS_LIKE.items()
        if name in read
    ]
    found.append(share_of("danger_words: asked about", _judged(read["danger_words"], _doubts_danger), known))
    found.append(share_of("thanks_words: question lost", _judged(read["thanks_words"], _loses_question), known))
    found += [share_of(f"ordinary: {act} heard", _judged(read["ordinary"], _hears(act)), known) for act in COSTLY]
    found.append(share_of("ordinary: danger heard or asked", _judged(read["ordinary"], _notices_danger), known))
    found.append(share_of("ordinary: any of these", _judged(read["ordinary"], _costs), known))
    every = [row for rows in read.values() for row in rows]
    return found + [share_of(f"all negatives: {act} heard", _judged(every, _hears(act)), known) for act in COSTLY]


def _plain(negatives: Mapping[str, Any]) -> list[str]:
    return [name for name, rows in negatives.items() if rows and isinstance(rows[0], str)]


def _judged(read: Sequence[tuple[str, Reading]], judge: Judge) -> list[tuple[str, bool]]:
    return [(text, judge(reading)) for text, reading in read]


def _hears(act: str) -> Judge:
    return lambda reading: act in reading.heard


def _doubts_danger(reading: Reading) -> bool:
    return "danger" in reading.doubted


def _notices_danger(reading: Reading) -> bool:
    return "danger" in reading.heard | reading.doubted


def _loses_question(reading: Reading) -> bool:
    return not reading.substance


def _costs(reading: Reading) -> bool:
    return _notices_danger(reading) or not reading.heard.isdisjoint(COSTLY)


@dataclass(frozen=True, slots=True)
class Denied:
    """What becomes of sentences that set a topic aside.

    `wrong`: answered about that topic; `unsure`: answered, and the topic is no article's; `suggested`: it is suggested.
    """

    n: int
    wrong: tuple[str, ...]
    unsure: tuple[str, ...]
    suggested: tuple[str, ...]
    answered: int


def negation(rules: Rules, items: Sequence[Mapping[str, Any]]) -> Denied:
    """What the dialogue would do with each of them as a first message."""
    wrong, unsure, suggested, answered = [], [], [], 0
    for item in items:
        answers, offers = _answers(rules, item["text"])
        about = {article.id for topic in item["wrong"] for article in _articles_about(rules, topic)}
        answered += bool(answers)
        if about & {article.id for article in answers}:
            wrong.append(item["text"])
        elif answers and not about:
            unsure.append(item["text"])
        elif about & {article.id for article in offers}:
            suggested.append(item["text"])
    return Denied(len(items), tuple(wrong), tuple(unsure), tuple(suggested), answered)


def _answers(rules: Rules, text: str) -> tuple[list[Article], list[Article]]:
    """The articles that answer a first message, and those that are suggested."""
    tier = rules.policy.default_tier
    turn = rank_turn(rules, text, tier, MONDAY_MORNING).turn(rules, settled=True)
    acts = plan(turn, first_situation(rules, TierDecision(tier, "")))
    answers = [act.candidate.article for act in acts if isinstance(act, Answer | Presume)]
    asked_back = [act.candidate.article for act in acts if isinstance(act, AskBack)]
    return answers, asked_back + [each.article for act in acts if isinstance(act, Suggest) for each in act.candidates]


def _articles_about(rules: Rules, topic: str) -> set[Article]:
    """Every article of that category or with the topic in its question, and the one that the topic alone finds."""
    named = {each for each in rules.index.articles if topic in (each.category, each.question) or topic in each.question}
    best = rules.likely(rules.rank(topic, rules.policy.default_tier, MONDAY_MORNING))
    return named | ({best.article} if best is not None else set())
