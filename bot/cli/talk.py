"""`jiedai talk play|transcript`: talks from files, played through the real intake."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from bot.cli.command import argument
from bot.cli.output import Result, counted
from bot.cli.talk_print import talk_as_json, talk_in_words
from bot.cli.talk_rules import DataFolder, PolicyFile, rules_for
from bot.cli.talk_stage import play_talks, talks_of
from bot.talks.judging import differences
from bot.talks.played import PlayedTalk

Files = Annotated[tuple[str, ...], argument(metavar="FILE", help="a talk file, or a folder of them")]


def play(files: Files, data: DataFolder = None, policy: PolicyFile = None) -> Result:
    """Play the talks of files; failed if one goes otherwise than expected. Raises TalkFaults for a faulty file."""
    talks = talks_of(files)
    rules, customers = rules_for(talks, data, policy)
    return verdict(play_talks(rules, talks, customers), rules.policy.zone)


def verdict(played: Sequence[PlayedTalk], zone: ZoneInfo) -> Result:
    """Return every difference of these talks; failed if there is one."""
    found = [(one, differences(one, zone)) for one in played]
    failed = sum(bool(each) for _, each in found)
    words = [sentence for _, each in found for sentence in each]
    words.append(
        f"{failed} of {counted(len(found), 'talk')} went otherwise than expected."
        if failed
        else f"{counted(len(found), 'talk')} went as expected."
    )
    return Result({"ok": not failed, "talks": [_as_json(*each) for each in found]}, words, failed=failed > 0)


def _as_json(played: PlayedTalk, found: Sequence[str]) -> dict[str, Any]:
    talk = played.talk
    return {"talk": talk.name, "file": talk.file, "line": talk.line, "ok": not found, "differences": list(found)}


def transcript(files: Files, data: DataFolder = None, policy: PolicyFile = None) -> Result:
    """Play the talks of files and return everything that was said; raises TalkFaults for a faulty file."""
    talks = talks_of(files)
    rules, customers = rules_for(talks, data, policy)
    played = play_talks(rules, talks, customers)
    value = [talk_as_json(rules.policy, one) for one in played]
    return Result(value, [talk_in_words(rules.policy, one) for one in played])
