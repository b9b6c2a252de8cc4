"""The methods this server knows, each with its parameters: any other is refused, so that slips are found."""

from __future__ import annotations

_PLACE = "chat_id message_thread_id direct_messages_topic_id"
_ACCOUNT = "business_connection_id"
_TO = f"{_PLACE} {_ACCOUNT} disable_notification protect_content message_effect_id allow_paid_broadcast"
_REPLY = "reply_parameters reply_markup reply_to_message_id allow_sending_without_reply"
_TEXT = "text parse_mode entities link_preview_options"
_EPHEMERAL = "ephemeral_message"
_ONE_OF_THOSE = f"chat_id receiver_user_id {_EPHEMERAL}_id"
_WORDS = "caption parse_mode caption_entities"
_CAPTION = f"{_WORDS} show_caption_above_media"
_SEND = f"{_TO} {_REPLY}"
_EDIT = f"{_ACCOUNT} chat_id message_id inline_message_id reply_markup"
_COPY = f"{_PLACE} from_chat_id disable_notification protect_content"

METHODS: dict[str, frozenset[str]] = {
    name: frozenset(parameters.split())
    for name, parameters in {
        "getMe": "",
        "getUpdates": "offset limit timeout allowed_updates",
        "setWebhook": "url certificate ip_address max_connections allowed_updates drop_pending_updates secret_token",
        "deleteWebhook": "drop_pending_updates",
        "getWebhookInfo": "",
        "sendMessage": f"{_SEND} {_TEXT} disable_web_page_preview {_EPHEMERAL}_parameters",
        "sendPhoto": f"{_SEND} {_CAPTION} photo has_spoiler",
        "sendDocument": f"{_SEND} {_WORDS} document thumbnail disable_content_type_detection",
        "sendVoice": f"{_SEND} {_WORDS} voice duration",
        "sendAudio": f"{_SEND} {_WORDS} audio duration performer title thumbnail",
        "sendVideo": f"{_SEND} {_CAPTION} video duration width height thumbnail has_spoiler supports_streaming",
        "sendVideoNote": f"{_SEND} video_note duration length thumbnail",
        "sendAnimation": f"{_SEND} {_CAPTION} animation duration width height thumbnail has_spoiler",
        "sendSticker": f"{_SEND} sticker emoji",
        "sendLocation": f"{_SEND} latitude longitude horizontal_accuracy live_period heading proximity_alert_radius",
        "sendVenue": f"{_SEND} latitude longitude title address foursquare_id foursquare_type google_place_id",
        "sendContact": f"{_SEND} phone_number first_name last_name vcard",
        "sendMediaGroup": f"{_TO} media reply_parameters reply_to_message_id allow_sending_without_reply",
        "sendChatAction": f"{_ACCOUNT} chat_id action message_thread_id",
        "copyMessage": f"{_COPY} {_CAPTION} {_REPLY} message_id",
        "copyMessages": f"{_COPY} message_ids remove_caption",
        "forwardMessage": f"{_COPY} message_id",
        "forwardMessages": f"{_COPY} message_ids",
        "editMessageText": f"{_EDIT} {_TEXT} disable_web_page_preview",
        "editMessageCaption": f"{_EDIT} {_CAPTION}",
        "editMessageReplyMarkup": _EDIT,
        "editEphemeralMessageText": f"{_ONE_OF_THOSE} {_TEXT} reply_markup",
        "editEphemeralMessageReplyMarkup": f"{_ONE_OF_THOSE} reply_markup",
        "deleteEphemeralMessage": _ONE_OF_THOSE,
        "deleteMessage": "chat_id message_id",
        "deleteMessages": "chat_id message_ids",
        "pinChatMessage": "chat_id message_id disable_notification",
        "unpinChatMessage": "chat_id message_id",
        "unpinAllChatMessages": "chat_id",
        "unpinAllForumTopicMessages": "chat_id message_thread_id",
        "setMessageReaction": "chat_id message_id reaction is_big",
        "answerCallbackQuery": "callback_query_id text show_alert url cache_time",
        "createForumTopic": "chat_id name icon_color icon_custom_emoji_id",
        "editForumTopic": "chat_id message_thread_id name icon_custom_emoji_id",
        "closeForumTopic": "chat_id message_thread_id",
        "reopenForumTopic": "chat_id message_thread_id",
        "deleteForumTopic": "chat_id message_thread_id",
        "editGeneralForumTopic": "chat_id name",
        "closeGeneralForumTopic": "chat_id",
        "reopenGeneralForumTopic": "chat_id",
        "getChat": "chat_id",
        "getChatMember": "chat_id user_id",
        "getChatAdministrators": "chat_id",
        "getChatMemberCount": "chat_id",
        "leaveChat": "chat_id",
        "setMyCommands": "commands scope language_code",
        "getMyCommands": "scope language_code",
        "deleteMyCommands": "scope language_code",
        "getFile": "file_id",
        "getBusinessConnection": _ACCOUNT,
        "readBusinessMessage": f"{_ACCOUNT} chat_id message_id",
        "deleteBusinessMessages": f"{_ACCOUNT} message_ids",
    }.items()
}
