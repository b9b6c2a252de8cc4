"""The rules that talks are played by: the shipped samples, or a running installation's."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from bot.cli.command import argument
from bot.cli.session import opened
from bot.config.settings import Settings, read_settings
from bot.files.escalation_files import read_customer_file
from bot.files.knowledge_files import read_faq_file
from bot.first_start import SAMPLE_CUSTOMERS, SAMPLE_FAQ
from bot.knowledge.act_reading import act_builder_of, reader_for
from bot.knowledge.encoders import index_builder_of
from bot.rules import Rules
from bot.service import Service
from bot.talks.model import Talk
from escalation.customers import customer_store
from escalation.customers.model import Customer, CustomerRecord
from escalation.policy.model import Policy
from escalation.policy.reader import read_policy
from escalation.vault import Vault

KEPT = Path.home() / ".cache" / "jiedai"  # what is learned from the shipped samples takes seconds to learn again
DataFolder = Annotated[
    str | None,
    argument("--data", metavar="DIR", help="by this data folder's knowledge base (default: the shipped sample)"),
]
PolicyFile = Annotated[
    str | None,
    argument("--policy", metavar="FILE", help="by this service policy (JIEDAI_POLICY; default: the example)"),
]
Played = tuple[Rules, tuple[CustomerRecord, ...]]  # and the contacts that talks name by their id


def rules_for(talks: Iterable[Talk], data: str | None, policy: str | None) -> Played:
    """Return the rules of a data folder, or of the shipped samples; raises the faults of the policy's file."""
    settings = read_settings(data=data, policy=policy)
    if data is not None:
        with opened(settings, "best") as service:
            return service.rules, known_customers(service, talks)
    policy_held = read_policy(settings.policy)
    return _sample_rules(replace(settings, data=KEPT), policy_held), _sample_customers(policy_held, talks)


def _sample_rules(settings: Settings, policy: Policy) -> Rules:
    builder = index_builder_of(settings)
    index = builder.index(read_faq_file(SAMPLE_FAQ).articles, fillers=policy.words.get("filler", ()), revision=1)
    acts = act_builder_of(settings, builder)
    with tempfile.TemporaryDirectory(prefix="jiedai-talks-") as folder:
        vault = Vault.generate(Path(folder) / "keys.json")
    return Rules(policy, vault, index, index_builder=builder, act_builder=acts, acts=reader_for(acts, index))


def fitted_to(rules: Rules) -> Rules:
    """Return the rules with the reader of acts fitted to their index, as a service that takes it up would have it."""
    if rules.act_builder is None:
        return rules
    return replace(rules, acts=reader_for(rules.act_builder, rules.index))


def known_customers(service: Service, talks: Iterable[Talk]) -> tuple[CustomerRecord, ...]:
    """Return the contacts of this installation that the talks name by their id."""
    rules, now = service.rules, service.clock()
    named = _named(rules.policy, talks)
    found = (
        service.database.read_now(customer_store.find_customer, rules.vault, rules.policy, one, now)
        for one in sorted(named)
    )
    return tuple(_record(customer) for customer in found if customer is not None)


def _named(policy: Policy, talks: Iterable[Talk]) -> set[str]:
    return {talk.customer for talk in talks if talk.customer} - set(policy.tiers)


def _sample_customers(policy: Policy, talks: Iterable[Talk]) -> tuple[CustomerRecord, ...]:
    if not _named(policy, talks):
        return ()
    return tuple(read_customer_file(SAMPLE_CUSTOMERS, tiers=tuple(policy.tiers)))


def _record(customer: Customer) -> CustomerRecord:
    contact, house = customer.contact, customer.organisation
    weight = (house.annual_amount, house.orders_per_year, house.influence, house.complexity)
    return CustomerRecord(
        contact.id, house.name, contact.name, *weight, contact.phone, contact.email, house.manual, house.agent
    )
