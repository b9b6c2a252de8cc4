"""What the measurements of searching share: made-up people, rules, a new database, and how figures are told."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from benchmarks.ground import VAULT, opened, own_ground
from benchmarks.tables import show
from bot.config.settings import EXAMPLE_POLICY
from bot.rules import Rules
from bot.storage.database import Database
from escalation.policy.reader import read_policy
from knowledge_base.matching.index import build

FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"
PLACES = "云州江宁海安北川南桥东港西岭中原"


def person(chance: random.Random) -> str:
    """Return a made-up name."""
    return chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))


def rules_without_questions() -> Rules:
    """Return the rules of the example policy, with keys of their own and an empty knowledge base."""
    return Rules(read_policy(EXAMPLE_POLICY), VAULT, build((), revision=0, fillers=()))


@contextmanager
def new_database(kind: str = "sqlite") -> Iterator[Database]:
    """Make a sealed database of this kind that goes afterwards."""
    with own_ground(kind) as where, opened(where.url) as database:
        yield database


def tell(title: str, found: Mapping[str, Any]) -> None:
    """Print the figures and a line of JSON."""
    show(title, ("what", "figure"), [(name, str(figure)) for name, figure in found.items()])
    print(json.dumps(found))
