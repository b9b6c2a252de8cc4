"""Reads a turn: cuts it into clauses, looks at all of them in one batch, and says which acts are heard."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from knowledge_base.acts.clauses import clauses_of, windows_of
from knowledge_base.acts.head import ActHead, Doubles
from knowledge_base.acts.polarity import Polarity, is_set_aside, polarity_of
from knowledge_base.acts.reading import PURE, WITH_MATTER, ClauseReading, Reading
from knowledge_base.acts.topic_reader import TopicReader
from knowledge_base.model.similarity import Floats

_SHORT = 30  # characters of a text of several clauses that is also looked at as a whole
_TELLS, _SURELY_TELLS = 9, 18  # characters of a clause from which on it may, or will, hold a matter beside a wish
_MOST_LOOKED_AT = 10  # clauses
_REACH = 6  # characters before a window in which a negator still speaks of it
_HARMLESS = 0.1  # below this chance of a danger the company's own danger words are taken for something else
_LIKELY = 0.4  # from it on they make it an alarm; between the two the customer is asked
_AGREED = 0.25  # chance of another act from which a word of the company's inside a clause makes it heard
_ASKED_BACK = 0.55  # enough to be asked about beside any other act
_HEARD, _DOUBTED = 0.6, 0.5  # from which an act is heard or doubted that no head has learned
_MAY_TELL = frozenset({"person", "chase", "unsolved", "callback_number", "identity_claim", "yes", "no"})
# Acts that are only heard where nothing else is likelier in the clause.
_WEAK = frozenset(
    {"feedback", "sales_lead", "haggling", "wrong_shop", "small_talk", "bot_question", "identity_claim", "greeting"}
)
# Acts that take another one's place in a clause where they are likelier.
_YIELDS = {
    "complaint": ("thanks", "chase", "person", "callback_number", "withdrawal", "calm", "yes", "no", "haggling"),
    "withdrawal": ("thanks", "unsolved"),
    "chase": ("calm",),
    "urgency": ("calm",),
}
_DANGER_BESIDE = 0.55  # from which a danger is asked about in a clause that is another act
_WITH_KINDS = frozenset({"danger", "complaint"})

Evidence = Callable[[str], Mapping[str, float]]


def no_evidence(_clause: str) -> Mapping[str, float]:
    """Return nothing: no company's words are known."""
    return {}


@dataclass(frozen=True, slots=True)
class ActReader:
    """The learned head, and where its acts are heard or doubted; without a head only evidence counts.

    `raised`: per act, the threshold to which the company's own questions have raised it. `topics`: what a matter is
    about; None until it is learned.
    """

    head: ActHead | None = None
    raised: Mapping[str, float] | None = None
    topics: TopicReader | None = None

    def sentences(self, text: str) -> tuple[str, ...]:
        """Return the parts of a text that are looked at, those that repeat once."""
        return _parts(_looked_at(clauses_of(text) or (text,), {}), text)

    def read(self, text: str, evidence: Evidence = no_evidence) -> Reading:
        """Return the reading of a text.

        `evidence` gives acts that a clause performs by the company's own words, with their probability. Raises what an
        encoder raises.
        """
        clauses = clauses_of(text) or ((text,) if text.strip() else ())
        listed = {clause: evidence(clause) for clause in clauses}
        looked = self._look(_parts(_looked_at(clauses, listed), text))
        found = [self._clause(clause, looked, listed[clause]) for clause in clauses]
        return Reading(text, _set_aside(tuple(_with_whole(found, text, looked, self))))

    def _look(self, parts: Sequence[str]) -> dict[str, tuple[Doubles, Floats]]:
        return self.head.look(parts) if self.head is not None else {}

    def _clause(
        self, text: str, looked: Mapping[str, tuple[Doubles, Floats]], listed: Mapping[str, float]
    ) -> ClauseReading:
        chances: dict[str, float] = {}
        for part in (text, *windows_of(text)):
            polarity = polarity_in(text, part)
            for act, chance in self._chances(part, looked).items():
                chances[act] = max(chances.get(act, 0.0), struck(act, chance, polarity))
        for act, chance in listed.items():
            # A clause of nothing but the company's words is what they say; of one that only holds them less is left.
            worth = chance if chance >= 1 else struck(act, chance, polarity_of(text))
            if act == "danger":
                worth = self._listed(text, chances, is_seen=text in looked)
            if act != "danger" and chances.get(act, 0.0) >= _AGREED:
                worth = max(worth, self.heard_at(act))
            chances[act] = max(chances.get(act, 0.0), worth)
        named = frozenset(act for act in listed if chances.get(act, 0.0) >= self.doubted_at(act))
        return replace(self.judged(text, chances, looked), listed=named)

    def _listed(self, text: str, chances: Mapping[str, float], *, is_seen: bool) -> float:
        """What the company's word for a danger makes of a clause: such words stand in harmless sentences too."""
        polarity = polarity_of(text)
        if polarity.negated or polarity.supposed:
            return 0.0
        if not is_seen:
            return _ASKED_BACK if polarity.asked and not polarity.asks_for_help else 1.0
        seen = chances.get("danger", 0.0)
        return 0.0 if seen < _HARMLESS else _ASKED_BACK if seen < _LIKELY or polarity.asked or polarity.past else 1.0

    def judged(
        self, text: str, chances: Mapping[str, float], looked: Mapping[str, tuple[Doubles, Floats]]
    ) -> ClauseReading:
        """Return the reading of a clause with these chances."""
        heard = _distinct(frozenset(act for act, chance in chances.items() if chance >= self.heard_at(act)), chances)
        likeliest = max((chances[act] for act in heard), default=0.0)
        doubted = frozenset(
            act
            for act, chance in chances.items()
            # A danger is asked about whatever else is said, if from a higher probability on than where nothing is.
            if chance >= max(self.doubted_at(act), min(likeliest, _DANGER_BESIDE) if act == "danger" else likeliest)
            and act not in heard
        )
        tells = not heard or not heard <= PURE or "danger" in doubted
        matter = tells or self._tells(text, heard & _MAY_TELL, looked)
        kinds = self._kinds(text, heard | doubted, looked)
        polarity = polarity_of(text)
        contested = frozenset(act for act in doubted if chances[act] >= self._threshold(act, doubted=False))
        return ClauseReading(text, chances, heard, doubted, kinds, matter, polarity.denied, polarity.asked, contested)

    def _tells(self, text: str, wishes: frozenset[str], looked: Mapping[str, tuple[Doubles, Floats]]) -> bool:
        """Whether a clause that is a wish tells something of the matter as well."""
        if not wishes or len(text) < _TELLS or self.head is None or text not in looked:
            return bool(wishes) and len(text) >= _TELLS
        if wishes & {"chase", "yes", "no"} or len(text) >= _SURELY_TELLS:
            return True
        nearest = [self.head.nearest_group(looked[text][1], act) for act in wishes]
        return any(group.startswith(WITH_MATTER) for group in nearest)

    def _kinds(
        self, text: str, acts: frozenset[str], looked: Mapping[str, tuple[Doubles, Floats]]
    ) -> Mapping[str, str]:
        if self.head is None or text not in looked:
            return {}
        likeness = looked[text][1]
        return {act: self.head.nearest_group(likeness, act).partition("·")[0] for act in _WITH_KINDS & acts}

    def _chances(self, part: str, looked: Mapping[str, tuple[Doubles, Floats]]) -> Mapping[str, float]:
        if self.head is None or part not in looked:
            return {}
        return dict(zip(self.head.names, looked[part][0].tolist(), strict=True))

    def heard_at(self, act: str) -> float:
        """Return the probability from which an act is heard."""
        return max(self._threshold(act, doubted=False), (self.raised or {}).get(act, 0.0))

    def doubted_at(self, act: str) -> float:
        """Return the probability from which an act is doubted."""
        return self._threshold(act, doubted=True)

    def _threshold(self, act: str, *, doubted: bool) -> float:
        if self.head is None or act not in self.head.names:
            return _DOUBTED if doubted else _HEARD
        at = self.head.names.index(act)
        return float((self.head.doubted_at if doubted else self.head.heard_at)[at])


def polarity_in(clause: str, part: str) -> Polarity:
    """Return the polarity of a part of a clause: a negator may stand just before it."""
    begin = clause.index(part)
    return polarity_of(clause[max(0, begin - _REACH) : begin + len(part)])


def _distinct(heard: frozenset[str], chances: Mapping[str, float]) -> frozenset[str]:
    strongest = max(heard, key=lambda act: chances[act], default="")
    kept = frozenset(act for act in heard if act not in _WEAK or act == strongest)
    kept -= {
        act
        for act, others in _YIELDS.items()
        if act in kept and any(other in kept and chances[other] >= chances[act] for other in others)
    }
    # Who asks whether a person answers does not ask for one.
    return kept - {"person"} if strongest == "bot_question" else kept


def struck(act: str, chance: float, polarity: Polarity) -> float:
    """Return the chance of an act that is only about what is: nothing negated, supposed, asked or past is a danger."""
    if act == "danger" and (polarity.negated or polarity.supposed):
        return min(chance, 0.29 if polarity.negated else 0.6)
    if act == "danger" and (polarity.past or (polarity.asked and not polarity.asks_for_help)):
        return min(chance, 0.7)
    if act in ("person", "urgency") and polarity.asks_terms:
        return min(chance, 0.1)
    if act in ("person", "complaint") and polarity.disclaimed:
        return min(chance, 0.1)
    if act == "complaint" and polarity.asked_plainly:
        return min(chance, 0.6)
    if act == "withdrawal" and (polarity.asked or polarity.supposed or polarity.unfinished):
        return min(chance, 0.3)
    return chance


def _looked_at(clauses: Sequence[str], listed: Mapping[str, Mapping[str, float]]) -> tuple[str, ...]:
    """The clauses that the head looks at: of very many those that hold the company's words, then those at both ends."""
    last = len(clauses) - 1
    order = sorted(range(len(clauses)), key=lambda at: (not listed.get(clauses[at]), min(at, last - at)))
    return tuple(clauses[at] for at in sorted(order[:_MOST_LOOKED_AT]))


def _parts(clauses: Iterable[str], text: str) -> tuple[str, ...]:
    clauses = tuple(clauses)
    parts = [part for clause in clauses for part in (clause, *windows_of(clause))]
    if len(clauses) > 1 and len(text) <= _SHORT:
        parts.append(text)
    return tuple(dict.fromkeys(parts))


def _set_aside(clauses: Sequence[ClauseReading]) -> tuple[ClauseReading, ...]:
    """Mark the clauses that deny something which the next one puts right."""
    following = [clause.text for clause in [*clauses, ClauseReading("")][1:]]
    pairs = zip(clauses, following, strict=True)
    return tuple(replace(each, denied=True) if is_set_aside(each.text, after) else each for each, after in pairs)


def _with_whole(
    clauses: Sequence[ClauseReading], text: str, looked: Mapping[str, tuple[Doubles, Floats]], reader: ActReader
) -> Iterable[ClauseReading]:
    """An act that only the whole short text shows belongs to the clause where it is likeliest."""
    if len(clauses) < 2 or text not in looked or reader.head is None:
        return clauses
    found = list(clauses)
    for act, chance in zip(reader.head.names, looked[text][0].tolist(), strict=True):
        at = int(np.argmax([clause.chances.get(act, 0.0) for clause in found]))
        left = struck(act, chance, polarity_of(text))
        if left > found[at].chances.get(act, 0.0):
            raised = {**found[at].chances, act: left}
            found[at] = replace(reader.judged(found[at].text, raised, looked), listed=found[at].listed)
    return found
