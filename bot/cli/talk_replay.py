"""The talks that an installation keeps, played when a revision is to be published."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import partial

from bot.cli.talk_rules import fitted_to, known_customers
from bot.cli.talk_stage import play_talks
from bot.rules import Rules
from bot.service import Service
from bot.talks.judging import differences
from bot.talks.model import Talk
from bot.talks.reading import read_talks
from knowledge_base.revisions import talk_store


def kept_talks(service: Service) -> tuple[Talk, ...]:
    """Return the talks in force; raises TalkFaults if a file of another version of the program has faults in this."""
    files = service.database.read_now(talk_store.load_talks)
    return tuple(talk for file in files for talk in read_talks(file.name, file.text))


def failing(service: Service, rules: Rules, names: Collection[str] | None = None) -> Mapping[str, str]:
    """Play the talks that this installation keeps by these rules; return those that go wrong: name → sentences.

    `names`: only these talks.
    """
    talks = [talk for talk in kept_talks(service) if names is None or talk.name in names]
    if not talks:
        return {}
    played = play_talks(fitted_to(rules), talks, known_customers(service, talks))
    found = ((one.talk.name, differences(one, rules.policy.zone)) for one in played)
    return {name: "\n".join(sentences) for name, sentences in found if sentences}


def replay_of(service: Service) -> partial[Mapping[str, str]]:
    """Return what plays the talks of this installation for `publish`."""
    return partial(failing, service)
