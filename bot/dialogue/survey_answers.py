"""What customers answer to a quarterly survey, by taps or in words, and that they wish no more of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.dialogue.dimensions import confirmed
from bot.dialogue.turn_context import TurnContext
from bot.wording import surveys as words
from bot.wording.buttons import agree_button, survey_dimension_buttons
from bot.wording.phrases import in_script
from escalation.surveys import survey_consents, survey_store
from escalation.surveys.sampling import quarter_of
from escalation.surveys.survey_store import Survey

OVERALL = ""


def answer_in_words(turn: TurnContext, scores: Mapping[str, int], wrong: Sequence[str]) -> None:
    """Keep what the customer writes as the answer to the survey they were sent last."""
    contact_id = turn.conversation.contact_id
    if scores:
        latest = survey_store.latest_of_contact(turn.db, contact_id) if contact_id is not None else None
        answer_survey(turn, latest, scores)
    for each in wrong[:1]:
        turn.send(in_script(words.OUT_OF_RANGE.format(said=each), turn.conversation.language))


def answer_survey(turn: TurnContext, survey: Survey | None, scores: Mapping[str, int]) -> None:
    """Keep the scores of a survey of this quarter whose contact has not withdrawn, and say so; else say why not."""
    contact_id, language = turn.conversation.contact_id, turn.conversation.language
    if survey is None or survey.contact_id is None or survey.quarter != quarter_of(turn.now, turn.policy.zone):
        turn.send(in_script(words.QUARTERLY_PAST, language))
        return
    if contact_id is not None and not survey_consents.wants_surveys(turn.db, contact_id):
        turn.send(in_script(words.QUARTERLY_WITHDRAWN, language), [agree_button(survey.id, language)])
        return
    before = survey_store.scores_of(turn.db, survey.id)
    for name, score in scores.items():
        if before.get(name) != score:
            survey_store.insert_score(turn.db, survey.id, name, score, turn.now)
    _confirm(turn, survey, before, scores)


def _confirm(turn: TurnContext, survey: Survey, before: Mapping[str, int], scores: Mapping[str, int]) -> None:
    language, labels = turn.conversation.language, turn.policy.surveys.dimensions
    by_dimension = {name: score for name, score in scores.items() if name != OVERALL}
    said = []
    if OVERALL in scores:
        earlier = before.get(OVERALL)
        kept = words.QUARTERLY_KEPT if earlier is None else words.QUARTERLY_CHANGED
        sentence = words.QUARTERLY_AGAIN if earlier == scores[OVERALL] else kept
        said.append(sentence.format(score=scores[OVERALL]))
    if by_dimension:
        said.append(confirmed(labels, before, by_dimension))
    quarterly = turn.policy.surveys.quarterly
    asked = quarterly.dimensions if quarterly is not None else tuple(labels)
    goes_on = OVERALL in scores and not by_dimension and OVERALL not in before and bool(asked)
    text = "\n".join([*said, *([words.ASK_DIMENSIONS] if goes_on else [])])
    more = survey_dimension_buttons(turn.policy, survey.id, asked, language) if goes_on else ()
    turn.send(in_script(text, language), more)


def wish_surveys(turn: TurnContext, *, wanted: bool, survey_id: int | None = None) -> None:
    """Record that the customer wishes surveys or not, and say so; nothing of somebody who is not known."""
    talk = turn.conversation
    if talk.contact_id is None:
        return
    changed = survey_consents.set_wanted(
        turn.db, talk.contact_id, talk.channel, turn.now, wanted=wanted, survey_id=survey_id
    )
    if wanted:
        turn.send(in_script(words.AGREED if changed else words.AGREED_ALREADY, talk.language))
        return
    text = words.STOPPED if changed else words.STOPPED_ALREADY
    turn.send(in_script(text, talk.language), [agree_button(survey_id or 0, talk.language)])
