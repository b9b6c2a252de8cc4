"""Talk files: YAML documents with a talk each, or lists of talks; every fault with its line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import yaml

from bot.talks.kinds import KINDS
from bot.talks.model import (
    USUALLY_AFTER,
    Deed,
    Expectation,
    Names,
    Rates,
    Says,
    SaysToList,
    Sends,
    StaffMove,
    StaffMoves,
    StaffReplies,
    Talk,
    TalkTurn,
    Taps,
    Waits,
)
from escalation.policy.faults import PolicyFaultCollector, PolicyFaults
from escalation.policy.yaml_blocks import Block

CHANNELS = ("web", "telegram")
DEEDS = ("says", "if_list", "sends", "taps", "rates", "staff", "replies", "waits")
TICKETS = ("none", "waiting", "claimed", "resolved", "closed", "withdrawn")
MINUTE = "%Y-%m-%d %H:%M"
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # a hundred talks take two seconds without libyaml
_A_MINUTE = "a day and time such as 2026-11-23 10:00"


class TalkFaults(PolicyFaults):  # named for what it carries
    """A talk file that cannot be played, with every fault found in it."""


def read_talk_file(path: Path) -> tuple[Talk, ...]:
    """Read the talks of a file; raises TalkFaults with all its faults."""
    try:
        content = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        faults = PolicyFaultCollector(str(path))
        faults.add(1, f"The file cannot be read ({error.strerror}); give the path of a readable talk file.")
        raise _stopped(faults) from None
    except UnicodeDecodeError:
        faults = PolicyFaultCollector(str(path))
        faults.add(1, "The file must be saved as UTF-8.")
        raise _stopped(faults) from None
    return read_talks(str(path), content)


def read_talks(file: str, content: str) -> tuple[Talk, ...]:
    """Read the talks of a file's content; raises TalkFaults with all faults."""
    faults = PolicyFaultCollector(file)
    roots = _documents(content, faults)
    blocks = [Block(node, faults, "talk", node.start_mark.line + 1) for root in roots for node in _talks_in(root)]
    talks = [_talk(block, file) for block in blocks if block.is_block]
    if not talks and not faults.found:
        faults.add(1, 'The file is empty; it must hold at least one talk, beginning with "talk:".')
    _demand_distinct(talks, faults)
    if faults.found:
        raise _stopped(faults)
    return tuple(talks)


def _stopped(faults: PolicyFaultCollector) -> TalkFaults:
    return TalkFaults(faults.stop().faults)


def _documents(content: str, faults: PolicyFaultCollector) -> list[yaml.Node]:
    try:
        return [root for root in yaml.compose_all(content, Loader=LOADER) if root is not None]
    except yaml.reader.ReaderError as error:
        line = content.count("\n", 0, error.position) + 1
        faults.add(line, f"The file holds the control character U+{int(error.character):04X}; remove it.")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        said = error.problem or error.context or "it cannot be read"
        line = 1 if mark is None else mark.line + 1
        faults.add(line, f"This is not valid YAML ({said}); check the indentation, colons, quotes and brackets.")
    except RecursionError:
        faults.add(1, "The file nests lists or blocks too deeply; a talk needs at most four levels.")
    return []


def _talks_in(root: yaml.Node) -> list[yaml.Node]:
    return list(root.value) if isinstance(root, yaml.SequenceNode) else [root]


def _demand_distinct(talks: list[Talk], faults: PolicyFaultCollector) -> None:
    first: dict[str, int] = {}
    for talk in talks:
        if talk.name and talk.name in first:
            faults.add(
                talk.line, f'The talk "{talk.name}" stands twice (first in line {first[talk.name]}); rename one.'
            )
        first.setdefault(talk.name, talk.line)


def _talk(block: Block, file: str) -> Talk:
    found = Talk(
        file=file,
        line=block.line,
        name=block.text("talk"),
        by=block.text("by", required=False),
        channel=block.choice("channel", CHANNELS, required=False) or "web",
        start=block.parsed("start", _minute, _A_MINUTE, None) or _minute("2026-01-01 00:00"),
        customer=block.text("customer", required=False),
        want=block.text("want", required=False),
        turns=tuple(turn for entry in block.blocks("turns") if (turn := _turn(entry)) is not None),
    )
    block.finish()
    return found


def _turn(block: Block) -> TalkTurn | None:
    deed = _deed(block)
    after = block.duration_or_none("after")
    expect = _expectation(block.block("expect")) if "expect" in block.values else Expectation()
    why = block.text("why", required=False)
    if deed is not None:
        for key in DEEDS:
            block.get(key, required=False)
        block.get("expect", required=False)
        block.finish()
    return None if deed is None else TalkTurn(block.line, deed, _after(deed, after), expect, why)


def _after(deed: Deed, given: timedelta | None) -> timedelta:
    if given is not None:
        return given
    return timedelta(0) if isinstance(deed, Waits) else USUALLY_AFTER


def _deed(block: Block) -> Deed | None:
    given = [key for key in DEEDS if key in block.values]
    if given == ["says", "sends"]:
        return Sends(block.text("sends"), block.text("says"))
    if len(given) > 1:
        block.faults.add(
            block.line, f'A turn is one thing; "{given[0]}" and "{given[1]}" are two: make them two turns.'
        )
        return None
    if not given:
        names = ", ".join(DEEDS[:-1])
        block.faults.add(block.line, f"A turn must hold one of {names} or {DEEDS[-1]}; found none.")
        return None
    return _single_deed(block, given[0])


def _single_deed(block: Block, key: str) -> Deed:
    match key:
        case "says":
            return Says(block.text("says"))
        case "if_list":
            return SaysToList(block.text("if_list"))
        case "sends":
            return Sends(block.text("sends"))
        case "taps":
            return Taps(block.text("taps"))
        case "rates":
            return Rates(block.whole("rates", 1, 5))
        case "replies":
            return StaffReplies(block.text("replies"))
        case "waits":
            return Waits(block.duration("waits"))
        case _:
            return StaffMoves(_move(block))


def _move(block: Block) -> StaffMove:
    chosen = block.choice("staff", get_args(StaffMove))
    return next((move for move in get_args(StaffMove) if move == chosen), "claims")


def _expectation(block: Block) -> Expectation:
    reply, listed = _names(block, "reply", KINDS), _is_list(block, "reply")
    found = Expectation(
        acts=_names(block, "acts"),
        acts_not=_names(block, "acts_not"),
        reply=reply,
        exactly=listed,
        reply_not=_names(block, "reply_not", KINDS),
        answers=_names(block, "answers"),
        queue=block.text("queue", required=False),
        topic=block.text("topic", required=False),
        urgency=block.text("urgency", required=False),
        due=block.parsed("due", _minute, _A_MINUTE, None, required=False),
        title=_names(block, "title"),
        title_not=_names(block, "title_not"),
        says=_names(block, "says"),
        says_not=_names(block, "says_not"),
        ticket=block.choice("ticket", TICKETS, required=False),
    )
    block.finish()
    return found


def _is_list(block: Block, key: str) -> bool:
    return isinstance(block.values.get(key), yaml.SequenceNode)


def _names(block: Block, key: str, known: tuple[str, ...] = ()) -> Names:
    """One text or a list of texts; None if the key is absent."""
    node = block.get(key, required=False)
    if node is None:
        return None
    return tuple(_each(block, key, node, known))


def _each(block: Block, key: str, node: yaml.Node, known: tuple[str, ...]) -> Iterator[str]:
    if known:
        nodes = node.value if isinstance(node, yaml.SequenceNode) else [node]
        yield from (name for each in nodes if (name := block.named(key, each, known)))
    elif isinstance(node, yaml.SequenceNode):
        yield from block.texts(key, required=False)
    else:
        yield block.text(key)


def _minute(text: str) -> datetime:
    return datetime.strptime(text.strip(), MINUTE)  # noqa: DTZ007  # a wall clock's; the policy has the zone
