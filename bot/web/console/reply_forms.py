"""The forms that correct or take back a reply, parsed into actions."""

from __future__ import annotations

import re

from starlette.datastructures import FormData

from bot.agents.reply_corrections import CorrectReply, TakeBack
from bot.web.console.access import field
from bot.web.errors import Problem
from bot.wording import refusals
from bot.wording.sanitise import clean

_NUMBER = re.compile(r"[0-9]{1,9}")


def read_new_words(form: FormData) -> CorrectReply:
    """Return a reply's new words; raises Problem for a form without the line's number."""
    return CorrectReply(_line(form), clean(field(form, "text")))


def read_taking_back(form: FormData) -> TakeBack:
    """Return which reply is taken back; raises Problem for a form without the line's number."""
    return TakeBack(_line(form))


def _line(form: FormData) -> int:
    number = field(form, "line")
    if not _NUMBER.fullmatch(number):
        raise Problem(422, refusals.FORM_EXPIRED)
    return int(number)
