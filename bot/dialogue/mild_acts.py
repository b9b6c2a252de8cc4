"""Acts that would do harm where they are misheard: heard only where they are what the turn is; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.dialogue.situation import Turn
from knowledge_base.acts.reading import PURE, Reading
from knowledge_base.matching.decide import Answered, Unknown
from knowledge_base.matching.ranking import Candidate

ONE_LINERS = ("bot_question", "wrong_shop", "haggling", "small_talk")  # answered in one line of ours
CLEAR, SURE = 0.8, 0.95  # chances from which on an act is what all clauses, or most, are about, if none is likelier
_BESIDE = PURE | {"unfinished", "urgency"}  # what may be heard beside such an act
_FAREWELLS = {"no_more": "no", "solved": "withdrawal"}  # and the acts they are heard by
_LONG = 6  # characters from which on a farewell is one by the company's words alone


def as_meant(turn: Turn, reading: Reading, candidates: Sequence[Candidate]) -> Turn:
    """Return the turn without the acts that are hardly what it is, and without what a courtesy is taken to ask."""
    misheard = {act for act in ONE_LINERS if act in turn.heard and not _is_it(act, turn, reading)}
    closes = bool(reading.clauses) and "thanks" in reading.clauses[-1].heard & turn.heard
    turn = replace(turn, heard=turn.heard - misheard, closes=closes, solved=turn.solved and not _tells_at_last(reading))
    return _without_farewell(_without_chase(_without_question(turn, reading, candidates), reading), reading)


def _tells_at_last(reading: Reading) -> bool:
    """Whether a text goes on to tell something after all it says: 知道了，下一个，我们 A3 纸少送了一包."""
    last = reading.clauses[-1] if reading.clauses else None
    return last is not None and last.matter and not last.heard and len(last.text) > _LONG


def _is_it(act: str, turn: Turn, reading: Reading) -> bool:
    """Whether a turn is this act: it is clear, nothing heard is likelier, and no clause tells of anything else."""
    chance = reading.chance(act)
    rivals = turn.heard - PURE - {act, "unfinished"}
    if chance < CLEAR or any(reading.chance(rival) > chance for rival in rivals):
        return False
    its = [act in clause.heard or (bool(clause.heard) and clause.heard <= _BESIDE) for clause in reading.clauses]
    return all(its) or (chance >= SURE and 2 * sum(its) > len(its))


def _without_question(turn: Turn, reading: Reading, candidates: Sequence[Candidate]) -> Turn:
    """Where all is small talk, what the knowledge base finds in it is chance, unless that is likelier still."""
    if not turn.bare or not candidates or isinstance(turn.verdict, Answered):
        return turn
    spoken = max((reading.chance(act) for act in turn.heard & set(ONE_LINERS)), default=0.0)
    return replace(turn, verdict=Unknown()) if spoken > candidates[0].confidence else turn


def _without_chase(turn: Turn, reading: Reading) -> Turn:
    """吃过饭了没有 asks when somebody comes as little as 你好 does."""
    if turn.intent != "urge":
        return turn
    kind = max(("greeting", "small_talk"), key=reading.chance)
    if kind not in turn.heard or reading.chance(kind) <= reading.chance("chase"):
        return turn
    return replace(turn, heard=turn.heard - {"chase"}, intent="greeting" if "greeting" in turn.heard else None)


def _without_farewell(turn: Turn, reading: Reading) -> Turn:
    """Who asks does not take leave; nor does all that is denied: 已经拆封但是没装过 says more than 不用了."""
    act = _FAREWELLS.get(turn.intent or "")
    if act is None:
        return turn
    if any(clause.asked for clause in reading.clauses):
        return replace(turn, intent=None, heard=turn.heard - {"no", "withdrawal"})
    tells = len(reading.clauses) == 1 and "no" in turn.heard and len(turn.text) > _LONG and not turn.solved
    return replace(turn, intent=None) if tells and reading.chance(act) < 1.0 else turn
