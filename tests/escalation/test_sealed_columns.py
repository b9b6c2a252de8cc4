"""Of a JSON object some values are sealed: what no key opens outlives a change of the others."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Dialect

from escalation.column_seal import opened_with
from escalation.sealed_columns import PartlySealedJson
from escalation.vault import Vault

META = PartlySealedJson("messages.meta", "file", "now")
FIRST = Vault({"k1": b"1" * 32}, "k1", b"l" * 32)
SECOND = Vault({"k2": b"2" * 32}, "k2", b"l" * 32)
THIRD = Vault({"k3": b"3" * 32}, "k3", b"l" * 32)
ALL = Vault({"k1": b"1" * 32, "k2": b"2" * 32, "k3": b"3" * 32}, "k3", b"l" * 32)
ANY: Dialect = None  # type: ignore[assignment]


def written(vault: Vault, value: dict[str, Any]) -> Any:
    with opened_with(vault):
        return META.process_bind_param(value, ANY)


def read(vault: Vault, stored: Any) -> Any:
    with opened_with(vault):
        return META.process_result_value(stored, ANY)


def edited(vault: Vault, stored: Any, **changes: Any) -> Any:
    return written(vault, read(vault, stored) | changes)


def test_what_could_not_be_read_is_there_again_once_its_key_is() -> None:
    first = written(FIRST, {"size": 7, "file": "发票.pdf", "now": "原话"})
    second = edited(SECOND, first, now="改过的话", corrected=True)
    assert read(SECOND, second)["now"] == "改过的话"
    assert "file" not in read(SECOND, second)
    third = edited(THIRD, second, now="又改过")
    assert read(ALL, third) == {"size": 7, "corrected": True, "file": "发票.pdf", "now": "又改过"}


@pytest.mark.parametrize("readers", [SECOND, FIRST])
def test_an_edit_of_what_stands_in_the_clear_changes_nothing_of_it(readers: Vault) -> None:
    first = written(FIRST, {"size": 7, "file": "发票.pdf"})
    assert read(FIRST, edited(readers, first, corrected=True)) == {"size": 7, "file": "发票.pdf", "corrected": True}


def test_it_is_sealed_with_the_current_key_only_once_all_of_it_could_be_read() -> None:
    second = edited(SECOND, written(FIRST, {"file": "发票.pdf"}), now="改过的话")
    with opened_with(SECOND):
        assert not META.is_current(second)
    again = edited(ALL, second)
    with opened_with(ALL):
        assert META.is_current(again)
    assert read(THIRD, again) == {"file": "发票.pdf", "now": "改过的话"}
