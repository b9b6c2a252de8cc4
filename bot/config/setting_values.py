"""How the texts of settings are read; one that cannot be used is refused with a whole sentence."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit

from bot.messages import BotRefusal

Network = IPv4Network | IPv6Network


class BadSettings(BotRefusal):
    """A setting that cannot be used; the text is a whole sentence."""


def read_number(what: str, text: str, *, least: int = 0, most: int) -> int:
    """Return a whole number in plain digits; raises BadSettings outside `least` to `most`."""
    if not text.isascii() or not text.isdigit() or not least <= int(text) <= most:
        raise BadSettings(f'{what} must be a number from {least} to {most}; "{text}" is not.')
    return int(text)


def read_groups(text: str) -> tuple[int, ...]:
    """Return the numbers of supergroups, each once; raises BadSettings for what is none."""
    found = read_list(text)
    for part in found:
        if not re.fullmatch(r"-100[0-9]{5,13}", part, re.ASCII):
            raise BadSettings(
                f'JIEDAI_TELEGRAM_DESK lists supergroups by number, such as -1001234567890; "{part}" is none.'
            )
    return tuple(dict.fromkeys(int(part) for part in found))


def read_list(text: str) -> tuple[str, ...]:
    """Return the parts of a comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())


def read_networks(what: str, text: str) -> tuple[Network, ...]:
    """Return the networks of a list of addresses and networks; raises BadSettings for a part that is neither."""
    found: list[Network] = []
    for part in read_list(text):
        try:
            found.append(ip_network(part))
        except ValueError:
            raise BadSettings(
                f"{what} lists addresses and networks, such as 127.0.0.1,10.0.0.0/8,fd00::/8; "
                f'"{part}" is neither (a network ends in zeros after its length).'
            ) from None
    return tuple(found)


def read_address(text: str) -> str:
    """Return a URL without its last slash."""
    return text.rstrip("/")


def read_switch(text: str) -> bool:
    """Return whether it is on; raises BadSettings for what is neither on nor off."""
    if text.lower() not in ("0", "1", "on", "off", "yes", "no", "true", "false"):
        raise BadSettings(f'JIEDAI_TELEGRAM_WEBHOOK is either on or off; "{text}" is neither.')
    return text.lower() in ("1", "on", "yes", "true")


def read_webhook_secret(text: str) -> str:
    """Return the secret; raises BadSettings for one that Telegram refuses."""
    if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", text, re.ASCII):
        raise BadSettings(
            "JIEDAI_TELEGRAM_WEBHOOK_SECRET must have 16 to 256 letters, digits, - or _ (the Bot API takes no others)."
        )
    return text


def read_database(text: str) -> str:
    """Return the URL, PostgreSQL's always with psycopg; raises BadSettings for one that cannot be used."""
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


def has_password(url: str) -> bool:
    """Whether a database URL that `read_database` has taken holds a password."""
    return bool(urlsplit(url).password)


def _demand_readable(url: str) -> None:
    try:
        _ = urlsplit(url).port
    except ValueError:
        # Without the URL itself: it may hold a password.
        raise BadSettings(
            "The database URL cannot be read; write it as postgresql://USER:PASSWORD@HOST:PORT/NAME."
        ) from None


def read_journal_key(text: str) -> str:
    """Return the key; raises BadSettings for one that is too short."""
    if len(text.encode()) < 32:
        raise BadSettings("JIEDAI_JOURNAL_KEY must be at least 32 bytes long.")
    return text


def read_token_secret(text: str) -> str:
    """Return the secret; raises BadSettings for one that is too short."""
    if len(text.encode()) < 32:
        raise BadSettings("JIEDAI_CUSTOMER_TOKEN_SECRET must be at least 32 bytes long (RFC 7518, section 3.2).")
    return text
