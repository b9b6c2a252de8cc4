"""The page of an export, for the person to read: one file in Chinese that needs nothing from elsewhere; pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo
from html import escape
from typing import Any

from bot.privacy.held import HeldLine
from bot.wording import labels
from bot.wording import privacy as words

_STYLE = (
    "body{font:16px/1.6 system-ui,sans-serif;max-width:50rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse}th{text-align:left;padding-right:1rem;vertical-align:top}"
    ".line{margin:.4rem 0;white-space:pre-wrap}.at{color:#666;font-size:.85em}"
)
END = "</body></html>\n"


def head_of(contact: Mapping[str, str], made_at: str) -> str:
    """Return the beginning of the page: who it is about, and what is on file of them."""
    rows = "".join(
        f"<tr><th>{words.FIELDS.get(name, name)}</th><td>{escape(value)}</td></tr>" for name, value in contact.items()
    )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{words.TITLE}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{words.TITLE}</h1><p>{words.MADE_AT.format(at=made_at)}</p>"
        f"<h2>{words.CONTACT}</h2><table>{rows}</table>\n"
    )


def rights_of(rights: Mapping[str, Sequence[Mapping[str, Any]]], purposes: Mapping[str, str], zone: tzinfo) -> str:
    """Return the parts about consents, notices shown and requests; `purposes`: what is asked for, by name."""
    told = {
        words.CONSENTS: [_consent(each, purposes, zone) for each in rights["consents"]],
        words.NOTICES: [
            words.NOTICE.format(at=_minute(each["at"], zone), version=each["version"])
            for each in rights["notices_shown"]
        ],
        words.REQUESTS: [_request(each, zone) for each in rights["requests"]],
    }
    parts = {title: "".join(f"<li>{escape(line)}</li>\n" for line in lines) for title, lines in told.items()}
    return "".join(f"<h2>{title}</h2><ul>{part}</ul>\n" for title, part in parts.items() if part)


def matters_of(matters: Sequence[Mapping[str, Any]], notes: Sequence[Mapping[str, str]], zone: tzinfo) -> str:
    """Return the part about tickets and notes."""
    told = "".join(f"<li>{escape(_matter(each, zone))}</li>\n" for each in matters)
    noted = "".join(f"<li>{escape(each['text'])}</li>\n" for each in notes)
    found = f"<h2>{words.MATTERS}</h2><ul>{told}</ul>" if told else ""
    return found + (f"<h2>{words.NOTES}</h2><ul>{noted}</ul>" if noted else "") + f"<h2>{words.TALK}</h2>\n"


def line_of(line: HeldLine, zone: tzinfo, place: str | None) -> str:
    """Return a line of a conversation; `place`: where its file is, beside the page."""
    said = [escape(line.text), *(escape(words.EDITED.format(text=text)) for text in line.versions)]
    if line.file is not None:
        name = escape(words.FILE.format(name=line.file))
        said.append(f'<a href="{escape(place)}">{name}</a>' if place is not None else name + words.NOT_HERE)
    who = words.AUTHORS.get(line.author, line.author)
    text = "<br>".join(part for part in said if part)
    return f'<p class="line"><span class="at">{_minute(line.at, zone)} {who}</span> {text}</p>\n'


def _consent(said: Mapping[str, Any], purposes: Mapping[str, str], zone: tzinfo) -> str:
    what, given = purposes.get(said["purpose"], said["purpose"]), words.GIVEN if said["given"] else words.NOT_GIVEN
    return words.CONSENT.format(at=_minute(said["at"], zone), what=what, given=given)


def _request(request: Mapping[str, Any], zone: tzinfo) -> str:
    fields = "、".join(words.CORRECTED.get(each, each) for each in request["corrected"])
    kind = words.KINDS[request["kind"]] + (f"（{fields}）" if fields else "")
    state = words.STATES[request["state"]]
    return words.REQUEST.format(at=_minute(request["asked_at"], zone), kind=kind, state=state)


def _matter(matter: Mapping[str, Any], zone: tzinfo) -> str:
    state = labels.STATES.get(matter["state"], matter["state"])
    return words.MATTER.format(subject=matter["subject"], state=state, at=_minute(matter["received_at"], zone))


def _minute(at: str, zone: tzinfo) -> str:
    return f"{datetime.fromisoformat(at).astimezone(zone):%Y-%m-%d %H:%M}"
