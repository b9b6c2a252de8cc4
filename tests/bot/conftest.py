"""The scene, on SQLite for what does not depend on the database, on both for what does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.vault import Vault
from tests.bot.scene import Scene, Visitor


@pytest.fixture
def scene(sqlite: Database, policy: Policy, vault: Vault, clock: Any) -> Scene:
    return Scene(sqlite, policy, vault, clock)


@pytest.fixture
def scene_anywhere(database: Database, policy: Policy, vault: Vault, clock: Any) -> Scene:
    return Scene(database, policy, vault, clock)


@pytest.fixture
def anna(scene: Scene) -> Visitor:
    """A customer nobody has identified: 三级."""
    return scene.visitor()


@pytest.fixture
def postgres_scene(migrated_postgres: Any, policy: Policy, vault: Vault, clock: Any) -> Iterator[Scene]:
    """The rooms on PostgreSQL, where transactions run at the same time."""
    with closing(Database(migrated_postgres(), vault=vault)) as database:
        yield Scene(database, policy, vault, clock)
