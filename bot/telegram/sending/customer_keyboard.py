"""The buttons under a message as the Bot API has them: suggestions in a column, ratings in a row."""

from __future__ import annotations

from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
)

from bot.messages import Button
from bot.wording.choices import (
    FoundHelpful,
    FoundUnhelpful,
    Meant,
    NotMeant,
    StepAnswerChosen,
    parse_choice,
)
from bot.wording.survey_choices import DimensionChosen, ScoreChosen, SurveyScored

CHOICE_BYTES = 64  # of a button's callback data
SHARE = "contact"  # the choice of a button that asks for the customer's own telephone number
PUT_AWAY = "put_away"  # … and of the one that takes it away again


def keyboard(
    buttons: tuple[Button, ...], *, private: bool = True
) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """Return a message's buttons: suggestions in a column, ratings in a row.

    A button for sharing one's number needs a reply keyboard, which is removed afterwards; both only in `private` chats.
    """
    if not private:
        buttons = tuple(button for button in buttons if button.choice not in (SHARE, PUT_AWAY))
    share = next((button for button in buttons if button.choice == SHARE), None)
    if share is not None:
        row = [KeyboardButton(text=share.label, request_contact=True)]
        return ReplyKeyboardMarkup(keyboard=[row], resize_keyboard=True, one_time_keyboard=True)
    if any(button.choice == PUT_AWAY for button in buttons):
        return ReplyKeyboardRemove()
    rows: dict[str, list[InlineKeyboardButton]] = {}
    for button in buttons:
        if 0 < len(button.choice.encode()) <= CHOICE_BYTES and button.label:
            style = button.style or None
            tappable = InlineKeyboardButton(text=button.label, callback_data=button.choice, style=style)
            rows.setdefault(_row(button.choice), []).append(tappable)
    return InlineKeyboardMarkup(inline_keyboard=list(rows.values())) if rows else None


def _row(choice: str) -> str:
    """Key of the row a button belongs to: ratings share one, and so do verdicts on an answer; others stand alone."""
    match parse_choice(choice):
        case ScoreChosen():
            return "rating"
        case DimensionChosen(dimension=name) | SurveyScored(dimension=name):
            return f"rating {name}"
        case FoundHelpful() | FoundUnhelpful() | Meant() | NotMeant() | StepAnswerChosen():
            return "verdict"
        case _:
            return choice
