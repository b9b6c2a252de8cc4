"""What the measurements of searching share: made-up people, rules, a new SQLite database, and how figures are told."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.tables import show
from bot.config.settings import EXAMPLE_POLICY
from bot.migrations import schema
from bot.rules import Rules
from bot.storage.database import Database
from escalation.policy.reader import read_policy
from escalation.vault import Vault
from knowledge_base.matching.index import build

FAMILY, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"
PLACES = "云州江宁海安北川南桥东港西岭中原"


def person(chance: random.Random) -> str:
    """Return a made-up name."""
    return chance.choice(FAMILY) + "".join(chance.choices(GIVEN, k=chance.choice((1, 2))))


def rules_without_questions() -> Rules:
    """Return the rules of the example policy, with keys of their own and an empty knowledge base."""
    vault = Vault({"k1": b"k" * 32}, "k1", b"l" * 32)
    return Rules(read_policy(EXAMPLE_POLICY), vault, build((), revision=0, fillers=()))


@contextmanager
def new_database() -> Iterator[Database]:
    """Make a SQLite database in a folder that goes afterwards."""
    with (
        tempfile.TemporaryDirectory() as folder,
        closing(Database(f"sqlite:///{Path(folder) / 'found.sqlite3'}")) as db,
    ):
        db.write_now(schema.upgrade)
        yield db


def tell(title: str, found: Mapping[str, Any]) -> None:
    """Print the figures and a line of JSON."""
    show(title, ("what", "figure"), [(name, str(figure)) for name, figure in found.items()])
    print(json.dumps(found))
