"""Which customers have a word in their name, organisation, number, e-mail or CRM id."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, select

from bot.transcript.conversations import conversations
from bot.transcript.search_terms import plain
from escalation.customers.customer_rows import EMAIL, NAME, ORGANISATION_NAME, PHONE, contacts, organisations
from escalation.normalise import all_digits, main_number, normal_email, normal_name, normal_phone
from escalation.tickets.ticket_store import tickets
from escalation.vault import Vault

SHORTEST_END = 4  # digits by which a telephone number may be asked for
WHOLE = 11  # digits of a mobile: the end of a longer number must not be taken for one
KEPT = 400_000  # opened names, so that they are opened once and not at each search


def having(db: Connection, vault: Vault, words: Sequence[str]) -> list[set[str]]:
    """Return for each word the ids of the customers with tickets who have it; all of them are looked at.

    Words are as `word_index.plain` returns them. Raises VaultError when the keys do not fit.
    """
    found: list[set[str]] = [set() for _ in words]
    columns = (contacts.c.id, contacts.c.name, contacts.c.phone, contacts.c.email, organisations.c.id.label("of"))
    query = select(*columns, organisations.c.name.label("organisation")).join_from(contacts, organisations)
    asked = [(word, normal_name(word), _number_in(word)) for word in words]
    for row in db.execute(query.where(contacts.c.id.in_(select(tickets.c.contact_id).distinct()))):
        called, names, email, phone = _known(vault, *row)
        for (word, name, number), ids in zip(asked, found, strict=True):
            named = name != "" and name in names
            if named or word in email or word == called or (number and _is_number(phone, number)):
                ids.add(row.id)
    return found


@lru_cache(maxsize=KEPT)
def _known(
    vault: Vault, contact: str, name: str, phone: str | None, email: str | None, house: str, organisation: str
) -> tuple[str, str, str, str]:
    """A customer's id, names, e-mail and number, as they are compared."""
    names = _opened(vault, name, contact, NAME), _opened(vault, organisation, house, ORGANISATION_NAME)
    ways = _opened(vault, email or "", contact, EMAIL), _opened(vault, phone or "", contact, PHONE)
    return (plain(contact), "\n".join(names), *ways)


def houses_having(db: Connection, vault: Vault, words: Sequence[str]) -> list[set[str]]:
    """Return for each word the organisations with it in their names, of those whose number an unknown person shared.

    Words as in `having`; raises VaultError when the keys do not fit.
    """
    query = select(organisations.c.id, organisations.c.name)
    shared = select(conversations.c.organisation_id).where(conversations.c.organisation_id.is_not(None))
    rows = db.execute(query.where(organisations.c.id.in_(shared))).all()
    names = {row.id: _opened(vault, row.name, row.id, ORGANISATION_NAME) for row in rows}
    wanted = [normal_name(word) for word in words]
    return [{each for each, name in names.items() if word and word in name} for word in wanted]


def _number_in(word: str) -> str:
    """The digits of a word that may be a telephone number or its end; empty for any other."""
    if word.isdecimal() and len(word) < WHOLE:
        number = word  # an end stays as it is: its 00 leads to no other country
    else:
        number = normal_phone(word) if not any(char.isalpha() for char in word) else ""
    return number if len(number) >= SHORTEST_END else ""


def _is_number(phone: str, asked: str) -> bool:
    main = main_number(phone)
    return asked in (phone, all_digits(phone), main) or (len(asked) < WHOLE and main.endswith(asked))


@lru_cache(maxsize=KEPT)
def _opened(vault: Vault, sealed: str, row: str, field: str) -> str:
    if not sealed:
        return ""
    text = vault.open(sealed, row=row, field=field)
    match field:
        case "contacts.phone":
            return normal_phone(text)
        case "contacts.email":
            return normal_email(text)
        case _:
            return normal_name(text)
