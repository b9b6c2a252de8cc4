"""`jiedai talk play|transcript`: talks from files, played through the real intake."""

from __future__ import annotations

from typing import Annotated

from bot.cli.command import argument
from bot.cli.output import Result
from bot.cli.talk_print import talk_as_json, talk_in_words
from bot.cli.talk_rules import DataFolder, PolicyFile, rules_for
from bot.cli.talk_stage import play_talks, talks_of

Files = Annotated[tuple[str, ...], argument(metavar="FILE", help="a talk file, or a folder of them")]


def transcript(files: Files, data: DataFolder = None, policy: PolicyFile = None) -> Result:
    """Play the talks of files and return everything that was said; raises TalkFaults for a faulty file."""
    talks = talks_of(files)
    rules, customers = rules_for(talks, data, policy)
    played = play_talks(rules, talks, customers)
    value = [talk_as_json(rules.policy, one) for one in played]
    return Result(value, [talk_in_words(rules.policy, one) for one in played])
