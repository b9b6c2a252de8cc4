"""The chat API, used by our own page and by host sites."""

from __future__ import annotations

import unicodedata
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import StreamingResponse
from pydantic import BaseModel, ConfigDict, Field

from bot.auth import one_time_codes, visitor_sessions
from bot.auth.customer_tokens import BadToken, LivesTooLong, customer_of_token
from bot.delivery.customer_messages import WEB
from bot.dialogue import self_service
from bot.dialogue.choices import is_score_for_nobody
from bot.dialogue.named_taps import is_named, may_take, take_named
from bot.dialogue.objection import take_objection
from bot.messages import MAX_TEXT, Incoming
from bot.service import Service
from bot.web.chat.identity import NoLonger, SomebodyElses, enter_by_link, identify_session
from bot.web.chat.stream import live_events, note_read, read_transcript
from bot.web.chat.visitor_limits import VisitorLimits
from bot.web.chat.visitors import Limits, Origin, Sender, Token, Visitor, demand_key
from bot.web.dependencies import ServiceDep
from bot.web.errors import Problem, refused
from bot.web.responses import until_database_fails
from bot.wording import phrases, refusals
from bot.wording.choices import DataWishChosen, ObjectionChosen, parse_choice
from bot.wording.sanitise import clean
from escalation.customers import customer_store

router = APIRouter(prefix="/api/chat", tags=["chat"], responses=refused(400, 401, 409, 413, 422, 429, 503))
LONGEST_CHOICE = 100  # characters; ours are shorter


After = Annotated[int, Query(ge=0, le=2**31 - 1)]
TalkShown = Annotated[str, Query(max_length=32)]


class SessionWish(BaseModel):
    """Opens a session; `token` is a customer token signed by the host site, `code` that of a link good once."""

    token: str | None = None
    code: str | None = None


class MessageWish(BaseModel):
    """A message: exactly one of text, choice and rating; `key` is the idempotency key."""

    model_config = ConfigDict(extra="ignore")  # one error per unknown key would cost more than the message

    key: str
    text: str | None = None
    choice: str | None = None
    rating: int | None = Field(default=None, strict=True)


@router.post("/sessions", status_code=201)
async def open_session(
    service: ServiceDep, limits: Limits, origin: Origin, wish: Annotated[SessionWish | None, Body()] = None
) -> dict[str, Any]:
    """Create a session; its token is valid for a day, and for 30 days once something was sent with it.

    An invalid customer token or code is refused (401), and nothing is written. Problem 429: too many from this network.
    """
    if wish is not None and wish.code:
        return await _open_by_link(service, limits, origin, wish.code)
    contact_id = await _proven(service, limits, origin, wish.token) if wish and wish.token else None
    token, address = await limits.open_session(origin, contact_id)
    if contact_id is not None:
        await service.database.unit(identify_session, service.rules, address, contact_id, service.clock())
    return _opened(service, token)


async def _open_by_link(service: Service, limits: VisitorLimits, origin: str, code: str) -> dict[str, Any]:
    contact_id = await service.database.read(
        one_time_codes.subject_of, service.token_secret, "chat", code, service.clock()
    )
    if contact_id is None:
        limits.note_bad_token(origin)
        used = await service.database.read(one_time_codes.was_used, "chat", code)
        raise Problem(401, refusals.LINK_USED if used else refusals.BAD_LINK)
    token, address = await limits.open_session(origin, contact_id)
    try:
        await service.database.unit(enter_by_link, service.rules, service.token_secret, address, code, service.clock())
    except NoLonger:  # used on another device in this very moment
        raise Problem(401, refusals.LINK_USED) from None
    return _opened(service, token)


def _opened(service: Service, token: str) -> dict[str, Any]:
    greeting = phrases.say(service.rules.policy, "greeting")
    return {"session_token": token, "expires_in": int(visitor_sessions.UNUSED.total_seconds()), "greeting": greeting}


@router.post("/identify")
async def identify(
    service: ServiceDep, limits: Limits, origin: Origin, address: Sender, wish: SessionWish
) -> dict[str, Any]:
    """Link the session to a customer who has signed in on the host site since; an open ticket is re-routed.

    What was said in it becomes part of the customer's talk, which the session shows from then on. Problem 409: the
    session is another customer's; theirs stays as it is, and this one needs a session of their own.
    """
    contact_id = await _proven(service, limits, origin, wish.token or "")
    try:
        identified = await service.database.unit(identify_session, service.rules, address, contact_id, service.clock())
    except SomebodyElses:
        raise Problem(409, refusals.SOMEBODY_ELSES_SESSION) from None
    return {"identified": identified}


@router.post("/end", status_code=204)
async def end_session(service: ServiceDep, token: Token, _address: Visitor) -> None:
    """End the session: its token opens nothing any more. The matter itself goes on; staff still see it."""
    await service.database.unit(visitor_sessions.close_session, token)


async def _proven(service: Service, limits: VisitorLimits, origin: str, token: str) -> str:
    try:
        contact_id = customer_of_token(token, service.token_secret, service.clock())
    except BadToken as error:
        limits.note_bad_token(origin)
        too_long = isinstance(error, LivesTooLong)
        raise Problem(401, refusals.TOKEN_LIVES_TOO_LONG if too_long else refusals.BAD_TOKEN) from error
    rules = service.rules
    known = await service.database.read(
        customer_store.find_customer, rules.vault, rules.policy, contact_id, service.clock()
    )
    if known is None:
        raise Problem(401, refusals.BAD_TOKEN)
    return contact_id


@router.post("/messages")
async def post_message(
    service: ServiceDep, limits: Limits, origin: Origin, address: Sender, wish: MessageWish
) -> dict[str, Any]:
    """Process a message; the response follows the commit.

    Problem 422 for a score where nothing was ever handed to a person; 429 beyond the rate limit.
    """
    await limits.demand_pace(origin, address)
    heard = replace(_incoming(service, address, wish), origin=origin)
    if heard.kind != "text" and await service.database.read(is_score_for_nobody, heard):
        raise Problem(422, refusals.BAD_CHOICE)
    if isinstance(parse_choice(heard.choice), ObjectionChosen):
        receipt = await service.database.unit(take_objection, service.rules, heard, service.clock())
    elif is_named(heard.choice):
        if not await service.database.read(may_take, service.rules, heard):
            raise Problem(422, refusals.BAD_CHOICE)
        receipt = await service.database.unit(take_named, service.rules, heard, service.clock())
    elif heard.text.strip().lower() in self_service.COMMANDS:
        line = await service.database.unit(self_service.ask_on_page, heard, service.clock())
        return {"id": line, "duplicate": line is None, "composing": False}
    elif isinstance(parse_choice(heard.choice), DataWishChosen):
        if not await service.database.read(self_service.is_proven, heard):
            raise Problem(422, refusals.BAD_CHOICE)
        await service.database.unit(self_service.decide, service.rules, heard, service.clock())
        return {"id": None, "duplicate": False, "composing": False}
    else:
        receipt = await service.receive(heard)
    return {"id": receipt.message_id, "duplicate": receipt.duplicate, "composing": receipt.composing}


def _incoming(service: Service, address: str, wish: MessageWish) -> Incoming:
    demand_key(wish.key)
    if sum(given is not None for given in (wish.text, wish.choice, wish.rating)) != 1:
        raise Problem(422, refusals.BAD_MESSAGE)
    key = f"{address}:{wish.key}"
    if wish.text is not None:
        return Incoming(WEB, address, key, "text", text=_readable(service, wish.text))
    if wish.rating is not None:
        if not 1 <= wish.rating <= 5:
            raise Problem(422, refusals.BAD_RATING)
        return Incoming(WEB, address, key, "rating", rating=wish.rating)
    choice = clean((wish.choice or "")[:LONGEST_CHOICE])
    chosen = parse_choice(choice)
    public = service.rules.policy.tier_rules.criteria_page
    if chosen is None or (isinstance(chosen, ObjectionChosen) and not public):
        raise Problem(422, refusals.BAD_CHOICE)
    return Incoming(WEB, address, key, "choice", choice=choice)


def _readable(service: Service, text: str) -> str:
    if len(text) > MAX_TEXT:
        raise Problem(413, service.rules.policy.wording["too_long"])
    text = clean(text)
    # Signs alone say something, to a person at least; what nobody can see does not.
    if all(unicodedata.category(each)[0] in "CMZ" for each in text):
        raise Problem(422, service.rules.policy.wording["empty_message"])
    return text


@router.get("/messages")
async def get_messages(service: ServiceDep, address: Visitor, after: After = 0, talk: TalkShown = "") -> dict[str, Any]:
    """Return the transcript after a message id, and whether the bot is composing or a person answers.

    `talk`, given back as the last answer had it: once lines from elsewhere have joined this talk, it has another one,
    and the answer has all lines, `after` or not.
    """
    seen = await service.database.read(read_transcript, address, after, talk)
    await note_read(service, seen)
    return seen.shown


@router.get("/stream")
async def stream(
    request: Request, service: ServiceDep, token: Token, address: Visitor, after: After = 0, talk: TalkShown = ""
) -> StreamingResponse:
    """The same as server-sent events: `messages` when there is something new, a comment as keep-alive otherwise."""
    headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    return StreamingResponse(
        until_database_fails(live_events(request, service, token, address, after, talk)),
        media_type="text/event-stream",
        headers=headers,
    )
