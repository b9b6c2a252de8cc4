"""What is amiss with the people who serve organisations: too many customers, posts empty, sign-in names of nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from escalation.customers.customer_rows import organisations
from escalation.customers.service_teams import service_teams
from escalation.policy.model import Policy
from escalation.policy.tiers import Tier
from escalation.staff import all_staff


@dataclass(frozen=True, slots=True)
class Overburdened:
    """Somebody with more customers of a tier, in a post, than `most`, which the policy says of each."""

    login: str
    count: int
    tier: str
    post: str
    most: int


def service_troubles(db: Connection, policy: Policy) -> list[str]:
    """Return what is amiss in whole sentences; each one counts organisations, none names any.

    By the tiers last stored: how many customers of a tier somebody looks after, as named agent or in a post of a team,
    against the policy's `customers_each`.
    """
    logins = {person.login for person in all_staff(db)}
    agents, posts = _agents(db), _posts(db)
    named: dict[str, int] = {}
    for (_tier, login), count in agents.items():
        named[login] = named.get(login, 0) + count
    for (_tier, _post, login), count in posts.items():
        named[login] = named.get(login, 0) + count
    found = [
        f'Nobody signs in as "{login}", who is named for {count} organisation{"s" * (count > 1)}.'
        for login, count in sorted(named.items())
        if login not in logins
    ]
    for tier in sorted(policy.tiers.values(), key=lambda tier: tier.rank):
        found += [_too_many(each) for each in _overburdened(tier, agents, posts)]
        found += _unknown_posts(tier, posts)
    return found


def overburdened(db: Connection, policy: Policy) -> list[Overburdened]:
    """Return who looks after more customers of a tier than the policy's `customers_each`, by the tiers last stored."""
    agents, posts = _agents(db), _posts(db)
    tiers = sorted(policy.tiers.values(), key=lambda tier: tier.rank)
    return [each for tier in tiers for each in _overburdened(tier, agents, posts)]


def customers_of(db: Connection) -> dict[str, int]:
    """Return how many organisations each sign-in name is the named agent of, or in the team of."""
    found: Counter[str] = Counter()
    for (_tier, login), count in _agents(db).items():
        found[login] += count
    for (_tier, _post, login), count in _posts(db).items():
        found[login] += count
    return dict(found)


def _overburdened(
    tier: Tier, agents: Mapping[tuple[str, str], int], posts: Mapping[tuple[str, str, str], int]
) -> Iterator[Overburdened]:
    bounds = {post.role: post.customers_each for post in tier.posts if post.customers_each is not None}
    if len(tier.posts) == 1 and bounds:  # a tier with one post: its people are the named agents
        [(role, most)] = bounds.items()
        for (of, login), count in sorted(agents.items()):
            if of == tier.id and count > most:
                yield Overburdened(login, count, tier.id, role, most)
    for (of, post, login), count in sorted(posts.items()):
        if of == tier.id and count > bounds.get(post, count):
            yield Overburdened(login, count, tier.id, post, bounds[post])


def _too_many(of: Overburdened) -> str:
    return f"{of.login} looks after {of.count} customers of {of.tier} as {of.post}; the policy says {of.most} each."


def _unknown_posts(tier: Tier, posts: Mapping[tuple[str, str, str], int]) -> Iterator[str]:
    known = {post.role for post in tier.posts}
    for post in sorted({post for of, post, _login in posts if of == tier.id} - known):
        names = "、".join(sorted(known)) or "none"
        yield f"The policy has no post {post} for {tier.id}; its posts are {names}."


def _agents(db: Connection) -> dict[tuple[str, str], int]:
    """Organisations by tier and named agent."""
    of = organisations.c
    query = select(of.tier, of.agent, func.count()).where(of.agent.is_not(None), of.merged_into.is_(None))
    return {(row[0], row[1]): row[2] for row in db.execute(query.group_by(of.tier, of.agent))}


def _posts(db: Connection) -> dict[tuple[str, str, str], int]:
    """Organisations by tier, post and person."""
    of, team = organisations.c, service_teams.c
    query = select(of.tier, team.post, team.login, func.count()).join_from(service_teams, organisations)
    rows = db.execute(query.where(of.merged_into.is_(None)).group_by(of.tier, team.post, team.login))
    return {(row[0], row[1], row[2]): row[3] for row in rows}
