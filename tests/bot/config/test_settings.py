"""Flags win over the environment, which wins over defaults; what cannot be used is refused with a whole sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.config.settings import EXAMPLE_POLICY, BadSettings, Settings, read_settings


def test_a_journal_key_must_be_long() -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_JOURNAL_KEY": "k" * 31})
    assert str(refusal.value) == "JIEDAI_JOURNAL_KEY must be at least 32 bytes long."


def test_nothing_given_means_the_defaults() -> None:
    found = read_settings({})
    assert found == Settings()
    assert found.database_url == "sqlite:///data/jiedai.sqlite3"
    assert (found.is_example, found.policy) == (True, EXAMPLE_POLICY)


def test_the_environment_wins_over_defaults_and_flags_over_the_environment() -> None:
    environment = {"JIEDAI_PORT": "9000", "JIEDAI_HOST": "0.0.0.0", "JIEDAI_DATA": "/srv/jiedai"}  # noqa: S104
    assert read_settings(environment).port == 9000
    found = read_settings(environment, port="9001", host=None)
    assert (found.port, found.host, found.data) == (9001, "0.0.0.0", Path("/srv/jiedai"))  # noqa: S104


def test_an_empty_variable_counts_as_not_given() -> None:
    assert read_settings({"JIEDAI_PORT": "", "JIEDAI_DATABASE": ""}) == Settings()


@pytest.mark.parametrize("port", ["80a", "-1", "65536", "８０８０", "8080.0", " 8080", "٣", "9" * 40])
def test_a_port_that_is_none(port: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({}, port=port)
    assert str(refusal.value) == f'The port must be a number from 0 to 65535; "{port}" is not.'


@pytest.mark.parametrize(
    ("url", "kind"), [("mysql://db", "mysql"), ("jiedai.sqlite3", "jiedai.sqlite3"), ("sqlite://x", "sqlite")]
)
def test_a_database_of_another_kind(url: str, kind: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_DATABASE": url})
    assert str(refusal.value) == (
        f'The database must be a sqlite:/// or postgresql:// URL; this one begins with "{kind}".'
    )


@pytest.mark.parametrize("url", ["sqlite:///", "sqlite:///:memory:"])
def test_a_database_in_memory_is_refused_for_two_connections_would_see_two(url: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({}, database=url)
    assert str(refusal.value) == "A sqlite:/// URL must name a file, such as sqlite:///data/jiedai.sqlite3."


@pytest.mark.parametrize("url", ["postgresql://host:port/jiedai", "postgresql://[::1/jiedai"])
def test_a_url_that_cannot_be_read_is_refused_without_repeating_its_password(url: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({}, database=url.replace("://", "://jiedai:secret@"))
    assert str(refusal.value) == (
        "The database URL cannot be read; write it as postgresql://USER:PASSWORD@HOST:PORT/NAME."
    )


@pytest.mark.parametrize("prefix", ["postgres", "postgresql", "postgresql+psycopg"])
def test_postgresql_is_always_reached_through_psycopg(prefix: str) -> None:
    found = read_settings({}, database=f"{prefix}://jiedai@db/jiedai")
    assert found.database_url == "postgresql+psycopg://jiedai@db/jiedai"


@pytest.mark.parametrize("secret", ["short", "x" * 31, "密" * 10])
def test_a_token_secret_that_is_too_short(secret: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_CUSTOMER_TOKEN_SECRET": secret})
    assert str(refusal.value) == (
        "JIEDAI_CUSTOMER_TOKEN_SECRET must be at least 32 bytes long (RFC 7518, section 3.2)."
    )


def test_origins_are_listed_with_commas() -> None:
    found = read_settings({"JIEDAI_CORS_ORIGINS": " https://a.example , ,https://b.example"})
    assert found.cors_origins == ("https://a.example", "https://b.example")


def test_addresses_lose_their_last_slash() -> None:
    found = read_settings({"JIEDAI_PUBLIC_URL": "https://help.example/", "JIEDAI_TELEGRAM_API": "http://127.0.0.1:1/"})
    assert (found.public_url, found.telegram_api) == ("https://help.example", "http://127.0.0.1:1")


def test_secrets_do_not_show_when_settings_are_printed() -> None:
    secrets = {"customer_token_secret": "s" * 32, "vault_keys": "v" * 32, "telegram_token": "t" * 32}
    printed = repr(read_settings({f"JIEDAI_{name.upper()}": value for name, value in secrets.items()}))
    assert not [value for value in secrets.values() if value in printed]


def test_another_policy_is_no_example(tmp_path: Path) -> None:
    assert not read_settings({}, policy=str(tmp_path / "policy.yaml")).is_example


def test_the_desk_is_a_list_of_supergroups() -> None:
    assert read_settings({"JIEDAI_TELEGRAM_DESK": "-1001234567890, -1009876543210"}).telegram_desk == (
        -1001234567890,
        -1009876543210,
    )


@pytest.mark.parametrize("group", ["-123", "@ourdesk", "1001234567890", "-100abc", "-１００1234567890"])
def test_a_desk_that_is_no_supergroup(group: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_TELEGRAM_DESK": group})
    assert str(refusal.value) == (
        f'JIEDAI_TELEGRAM_DESK lists supergroups by number, such as -1001234567890; "{group}" is none.'
    )


def test_a_switch_is_on_or_off() -> None:
    assert read_settings({"JIEDAI_TELEGRAM_WEBHOOK": "on"}).telegram_webhook
    assert not read_settings({"JIEDAI_TELEGRAM_WEBHOOK": "off"}).telegram_webhook
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_TELEGRAM_WEBHOOK": "perhaps"})
    assert str(refusal.value) == 'JIEDAI_TELEGRAM_WEBHOOK is either on or off; "perhaps" is neither.'


@pytest.mark.parametrize("secret", ["short", "with blank in the middle", "密" * 20, "a" * 257])
def test_a_webhook_secret_that_telegram_would_refuse(secret: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_TELEGRAM_WEBHOOK_SECRET": secret})
    assert str(refusal.value) == (
        "JIEDAI_TELEGRAM_WEBHOOK_SECRET must have 16 to 256 letters, digits, - or _ (the Bot API takes no others)."
    )


@pytest.mark.parametrize("number", ["0", "1001", "many", "３０"])
def test_a_pace_that_is_none(number: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_TELEGRAM_PER_SECOND": number})
    assert str(refusal.value) == f'JIEDAI_TELEGRAM_PER_SECOND must be a number from 1 to 1000; "{number}" is not.'


def test_proxies_are_listed_as_addresses_and_networks() -> None:
    found = read_settings({"JIEDAI_TRUSTED_PROXIES": "127.0.0.1, 10.0.0.0/8,fd00::/8"}).trusted_proxies
    assert [str(network) for network in found] == ["127.0.0.1/32", "10.0.0.0/8", "fd00::/8"]


@pytest.mark.parametrize("proxy", ["nginx", "10.0.0.1/8", "*", "127.0.0.1:80", "１.2.3.4"])
def test_a_proxy_that_is_no_address(proxy: str) -> None:
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_TRUSTED_PROXIES": f"127.0.0.1,{proxy}"})
    assert str(refusal.value) == (
        "JIEDAI_TRUSTED_PROXIES lists addresses and networks, such as 127.0.0.1,10.0.0.0/8,fd00::/8; "
        f'"{proxy}" is neither (a network ends in zeros after its length).'
    )


def test_a_shared_address_that_is_none() -> None:
    assert not read_settings({}).shared_addresses
    with pytest.raises(BadSettings) as refusal:
        read_settings({"JIEDAI_SHARED_ADDRESSES": "our office"})
    assert str(refusal.value) == (
        "JIEDAI_SHARED_ADDRESSES lists addresses and networks, such as 127.0.0.1,10.0.0.0/8,fd00::/8; "
        '"our office" is neither (a network ends in zeros after its length).'
    )
