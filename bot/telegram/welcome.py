"""The bot's greeting in a private chat, with its help and the privacy notice, and the notice itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from bot.delivery.customer_messages import send_to_customer
from bot.dialogue.consent_list import consents_in_words
from bot.dialogue.privacy_notice import as_shown
from bot.messages import Button
from bot.rules import Rules
from bot.telegram.api.places import own_account
from bot.telegram.sending.customer_keyboard import SHARE
from bot.transcript import conversations
from bot.transcript.conversations import Conversation
from bot.wording import privacy_notice as words
from bot.wording import telegram_customers
from bot.wording.phrases import in_script, say

ABOUT_DATA = ("privacy", "consent")  # commands


def welcome(db: Connection, rules: Rules, conversation: Conversation, name: str, now: datetime) -> None:
    """Greet, with help for /help, and say where the privacy notice is."""
    lines, buttons = [say(rules.policy, "greeting", conversation.language)], share_button(conversation)
    if name == "help":
        lines.append(in_script(telegram_customers.HELP, conversation.language))
    if buttons:
        lines.append(in_script(telegram_customers.WHY_SHARE, conversation.language))
    if rules.policy.notice is not None:
        lines.append(in_script(words.SHOWN, conversation.language))
    send_to_customer(db, conversation, "\n".join(lines), now, buttons)
    _save_shown(db, rules, conversation, now)


def tell_of_data(db: Connection, rules: Rules, conversation: Conversation, name: str, now: datetime) -> None:
    """Answer /privacy with the whole notice, and /consent with what may be agreed to."""
    if name == "consent":
        text, buttons = consents_in_words(db, rules, conversation, now)
        send_to_customer(db, conversation, text, now, buttons)
        return
    privacy = rules.policy.notice
    text = words.full(privacy) if privacy is not None else words.NONE
    send_to_customer(db, conversation, in_script(text, conversation.language), now)
    _save_shown(db, rules, conversation, now)


def _save_shown(db: Connection, rules: Rules, conversation: Conversation, now: datetime) -> None:
    shown = as_shown(db, rules, conversation, now)
    if shown != conversation:
        conversations.save_conversation(db, shown, now)


def share_button(conversation: Conversation) -> list[Button]:
    """The button for sharing one's number; none for a customer already known, or where there can be none."""
    if conversation.contact_id is not None or not own_account(conversation.address):
        return []
    return [Button(SHARE, in_script(telegram_customers.SHARE_CONTACT, conversation.language))]
