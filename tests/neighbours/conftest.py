"""The doors and the console of a service on SQLite, as the tests of the web have them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.storage.database import Database
from escalation.policy.model import Policy
from escalation.vault import Vault
from tests.bot.scene import Scene
from tests.bot.web.doors import Doors
from tests.bot.web.fixtures import console, doors, hashed
from tests.neighbours.crm import Crm

__all__ = ["console", "doors", "hashed"]


@pytest.fixture
def scene(sqlite: Database, policy: Policy, vault: Vault, clock: Any) -> Scene:
    return Scene(sqlite, policy, vault, clock)


@pytest.fixture
def crm(doors: Doors, tmp_path: Path) -> Crm:  # a fixture is asked for by its name
    return Crm(doors, tmp_path)
