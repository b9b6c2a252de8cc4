"""The structure of the product: no circles, one meaning for a name, short modules."""

from __future__ import annotations

import pytest

from benchmarks.structure import imports, names
from benchmarks.structure.docstrings import raisers
from benchmarks.structure.source import HERE, PACKAGES, product, read_modules

# Between the direct children of `bot`; the latest: reports are exported, shown on pages and posted on a schedule.
MOST_ARROWS = 184
MOST_LOOSE = 6  # modules in `bot` itself


@pytest.mark.parametrize("package", PACKAGES)
def test_no_room_reaches_itself_by_way_of_another(package: str) -> None:
    assert imports.child_circles(read_modules(HERE, package)) == []


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_reaches_itself_by_way_of_another(package: str) -> None:
    assert imports.module_circles(read_modules(HERE, package)) == []


def test_few_rooms_of_bot_import_each_other() -> None:
    assert len(imports.child_arrows(read_modules(HERE, "bot"))) <= MOST_ARROWS


def test_hardly_a_module_of_bot_lies_outside_a_room() -> None:
    assert len(imports.loose_modules(read_modules(HERE, "bot"))) <= MOST_LOOSE


def test_a_class_name_has_one_meaning() -> None:
    assert names.shared_class_names(product(HERE)) == {}


def test_no_module_is_longer_than_can_be_read_at_once() -> None:
    assert names.long_modules(product(HERE)) == {}


def test_a_docstring_names_what_its_function_raises() -> None:
    assert [each for each in raisers(product(HERE)) if each.silent] == []
