"""A few short acts, and a reader that learned them without an encoder."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge_base.acts.act_files import ActFile, read_act
from knowledge_base.acts.reader import ActReader
from knowledge_base.acts.training import train_acts
from tests.tiny_acts import write_tiny_acts


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> tuple[ActFile, ...]:
    folder: Path = write_tiny_acts(tmp_path_factory.mktemp("acts"))
    return tuple(read_act(path.name, path.read_bytes()) for path in sorted(folder.glob("*.yaml")))


@pytest.fixture(scope="session")
def reader(tiny: tuple[ActFile, ...]) -> ActReader:
    return ActReader(train_acts(tiny, None))
