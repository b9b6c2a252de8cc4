"""Sealed text opens only where it was sealed; keys lie in a file that only its owner can read."""

from __future__ import annotations

import base64
import json
import os
import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from escalation.vault import Vault, VaultError, normal_email, normal_name, normal_phone

K1, K2, LOOKUP = b"1" * 32, b"2" * 32, b"L" * 32
VAULT = Vault({"k1": K1}, "k1", LOOKUP)


def sealed(text: str = "周文博") -> str:
    return VAULT.seal(text, row="C1001", field="contacts.name")


@pytest.mark.parametrize("text", ["周文博", "", "'; DROP TABLE contacts;--", "<b>&\0\n", "😀" * 1000])
def test_what_is_sealed_opens_again(text: str) -> None:
    assert VAULT.open(sealed(text), row="C1001", field="contacts.name") == text


def test_the_same_text_never_looks_the_same_twice_and_never_shows() -> None:
    assert len({sealed() for _ in range(50)}) == 50
    assert "周文博" not in sealed()
    assert sealed().startswith("k1.")


@pytest.mark.parametrize(("row", "field"), [("C1002", "contacts.name"), ("C1001", "contacts.phone")])
def test_sealed_text_moved_to_another_row_or_field_does_not_open(row: str, field: str) -> None:
    with pytest.raises(VaultError) as caught:
        VAULT.open(sealed(), row=row, field=field)
    assert str(caught.value) == (
        f"{field} of row {row} cannot be read: it was altered, moved here, or sealed with another key."
    )


def test_every_altered_byte_is_noticed() -> None:
    stored = sealed()
    raw = bytearray(base64.urlsafe_b64decode(stored.partition(".")[2]))
    for place in range(len(raw)):
        altered = bytes(raw[:place]) + bytes([raw[place] ^ 1]) + bytes(raw[place + 1 :])
        with pytest.raises(VaultError):
            VAULT.open("k1." + base64.urlsafe_b64encode(altered).decode(), row="C1001", field="contacts.name")


@pytest.mark.parametrize("stored", ["k1.", "k1.AAAA", "k1.周", "k1.A", "k1.!!!!", "k1"])
def test_what_was_never_sealed_is_refused_with_the_same_sentence(stored: str) -> None:
    with pytest.raises(VaultError, match=r"altered, moved here, or sealed with another key\.$"):
        VAULT.open(stored, row="C1001", field="contacts.name")


def test_a_missing_key_is_named() -> None:
    with pytest.raises(VaultError) as caught:
        Vault({"k2": K2}, "k2", LOOKUP).open(sealed(), row="C1001", field="contacts.name")
    assert str(caught.value) == 'contacts.name of row C1001 cannot be read: its key "k1" is missing.'


def test_another_key_under_the_same_id_does_not_open() -> None:
    with pytest.raises(VaultError, match="sealed with another key"):
        Vault({"k1": K2}, "k1", LOOKUP).open(sealed(), row="C1001", field="contacts.name")


def test_after_a_rotation_old_text_still_opens_and_says_that_it_is_old() -> None:
    rotated = Vault({"k1": K1, "k2": K2}, "k2", LOOKUP)
    old = sealed()
    fresh = rotated.seal("周文博", row="C1001", field="contacts.name")
    assert rotated.open(old, row="C1001", field="contacts.name") == "周文博"
    assert old.startswith("k1.")
    assert fresh.startswith("k2.")


def test_text_cannot_be_passed_off_as_sealed_with_another_key_id() -> None:
    twins = Vault({"k1": K1, "k2": K1}, "k1", LOOKUP)
    with pytest.raises(VaultError):
        twins.open("k2" + sealed().removeprefix("k1"), row="C1001", field="contacts.name")


def test_equal_values_have_equal_fingerprints_only_in_one_field_and_under_one_key() -> None:
    print_ = VAULT.fingerprint("13800000001", field="phone")
    assert print_ == VAULT.fingerprint("13800000001", field="phone")
    assert len(print_) == 64
    others = [
        VAULT.fingerprint("13800000002", field="phone"),
        VAULT.fingerprint("13800000001", field="email"),
        Vault({"k1": K1}, "k1", b"M" * 32).fingerprint("13800000001", field="phone"),
    ]
    assert print_ not in others


def test_a_rotation_leaves_fingerprints_as_they_are() -> None:
    rotated = Vault({"k1": K1, "k2": K2}, "k2", LOOKUP)
    assert rotated.fingerprint("a", field="email") == VAULT.fingerprint("a", field="email")


def test_a_vault_never_shows_its_keys() -> None:
    assert repr(VAULT) == "Vault(current='k1')"


@pytest.mark.parametrize(
    ("keys", "current", "lookup", "sentence"),
    [
        ({"k1": K1}, "k9", LOOKUP, 'The current key "k9" must be one of: k1.'),
        ({}, "k1", LOOKUP, 'The current key "k1" must be one of: none.'),
        ({"k1": b"short"}, "k1", LOOKUP, 'Key "k1" must have 32 bytes; it has 5.'),
        ({"k.1": K1}, "k.1", LOOKUP, "A key id must be 1 to 32 letters, digits, hyphens or underscores."),
        ({"k1": K1}, "k1", b"short", "The look-up key must have at least 32 bytes; it has 5."),
    ],
)
def test_unusable_keys_are_refused(keys: dict[str, bytes], current: str, lookup: bytes, sentence: str) -> None:
    with pytest.raises(VaultError) as caught:
        Vault(keys, current, lookup)
    assert str(caught.value) == sentence


def test_a_generated_key_file_is_its_owners_alone_and_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    stored = Vault.generate(path).seal("许雅琴", row="r", field="f")
    before = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Vault.generate(path).open(stored, row="r", field="f") == "许雅琴"
    assert Vault.from_file(path).open(stored, row="r", field="f") == "许雅琴"
    assert path.read_text() == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["keys.json"]


def test_processes_that_start_at_once_agree_on_one_key_file(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with ThreadPoolExecutor(8) as pool:
        vaults = list(pool.map(lambda _: Vault.generate(path), range(8)))
    assert len({vault.fingerprint("a", field="f") for vault in vaults}) == 1
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644])
def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "keys.json"
    Vault.generate(path)
    path.chmod(mode)
    with pytest.raises(VaultError) as caught:
        Vault.from_file(path)
    assert str(caught.value) == f"{path}: only its owner may read a key file (mode 0600); its mode is {mode:04o}."


def test_a_key_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    with pytest.raises(VaultError) as caught:
        Vault.from_file(path)
    assert str(caught.value) == f"{path}: the key file must be readable (No such file or directory)."


def test_a_folder_that_takes_no_key_file_is_named(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "keys.json"
    with pytest.raises(VaultError) as caught:
        Vault.generate(path)
    assert str(caught.value) == (f"{path}: the folder of the key file must be writable (No such file or directory).")


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"{}", b'{"keys": {"k1": 5}, "current": "k1", "lookup_key": ""}', b'{"keys": []}']
)
def test_a_key_file_of_another_shape_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(VaultError) as caught:
        Vault.from_file(path)
    assert str(caught.value) == (
        f'{path}: it must be JSON with "current", "keys" (id to base64) and "lookup_key" (base64).'
    )


def test_a_key_file_that_is_not_text_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    path.write_bytes(b"\xff\xfe\x00")
    os.chmod(path, 0o600)  # noqa: PTH101
    with pytest.raises(VaultError) as caught:
        Vault.from_file(path)
    assert str(caught.value) == f"{path}: a key file must be UTF-8 text."


def test_keys_may_come_as_text_from_the_environment(tmp_path: Path) -> None:
    path = tmp_path / "keys.json"
    vault = Vault.generate(path)
    same = Vault.from_text(path.read_text(), source="JIEDAI_KEYS")
    assert same.open(vault.seal("a", row="r", field="f"), row="r", field="f") == "a"
    short = json.dumps({"current": "k1", "keys": {"k1": "AAAA"}, "lookup_key": "AAAA"})
    with pytest.raises(VaultError) as caught:
        Vault.from_text(short, source="JIEDAI_KEYS")
    assert str(caught.value) == 'JIEDAI_KEYS: Key "k1" must have 32 bytes; it has 3.'


@pytest.mark.parametrize(
    ("typed", "normal"),
    [
        ("13800000001", "13800000001"),
        ("+86 138-0000-0001", "13800000001"),
        ("008613800000001", "13800000001"),
        ("8613800000001", "13800000001"),
        ("１３８ ００００ ０００１", "13800000001"),
        ("（010）8888 0001", "01088880001"),
        ("+86 10 8888 0001", "01088880001"),
        ("+86 (0)755 8888 0001", "075588880001"),
        ("400-000-0000", "4000000000"),
        ("+86 400 000 0000", "4000000000"),
        ("+44 20 7946 0000", "+442079460000"),
        ("0044 20 7946 0000", "+442079460000"),
        ("95588", "95588"),
        ("0571-88880000-801", "057188880000;ext=801"),
        ("0571—88880000（转801）", "057188880000;ext=801"),
        ("+86 571 8888 0000 ext. 801", "057188880000;ext=801"),
        ("+86 571 88880000-801", "057188880000;ext=801"),
        ("057188880000;ext=801", "057188880000;ext=801"),
        ("010-8888-0001", "01088880001"),
        ("1390009-5001", "13900095001"),
        ("13900095001转5", "13900095001"),
        ("400-000-0000转8", "4000000000;ext=8"),
        ("转13900095001", "13900095001"),
        ("+1 202 555-0100", "+12025550100"),
        ("+", ""),
        ("+86", ""),
        ("没有", ""),
    ],
)
def test_a_phone_number_has_one_spelling(typed: str, normal: str) -> None:
    assert normal_phone(typed) == normal


def test_a_foreign_number_never_equals_a_chinese_mobile() -> None:
    assert normal_phone("+1 380 000 0001") != normal_phone("138 0000 0001")


def test_e_mail_addresses_and_names_have_one_spelling() -> None:
    assert normal_email(" Zhou.Wenbo＠Example.COM\u200b ") == "zhou.wenbo@example.com"
    assert normal_name("江海银行（总行） ") == normal_name("江海 银行(总行)\ufeff")
    assert normal_name("ACME　Ltd") == normal_name("Acme ltd")
    assert normal_name("江海银行") != normal_name("江海银行分行")
