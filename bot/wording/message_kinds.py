"""What a Telegram message may hold: per field, how it is read and what staff call it; a new kind is one row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

# about: of the message, no content · own: a reader of its own, as text, files and places have · words: its words count
# as if they had been typed · shown: no words of the customer, a line and a sentence · service: passes in silence
Way = Literal["about", "own", "words", "shown", "service"]


@dataclass(frozen=True, slots=True)
class MessageKind:
    """How a field of a message is read.

    `keeps` names what of its value the line says beside the label; `files`: the files in it are the customer's.
    """

    way: Way
    label: str = ""
    keeps: tuple[str, ...] = ()
    files: bool = False


_ABOUT, _OWN, _SERVICE = MessageKind("about"), MessageKind("own"), MessageKind("service")
UNKNOWN = MessageKind("words", "未知类型的消息")  # of a field that the installed library does not have
EMPTY = "空消息"

KINDS: Mapping[str, MessageKind] = {
    # Of the message.
    "message_id": _ABOUT,
    "date": _ABOUT,
    "chat": _ABOUT,
    "message_thread_id": _ABOUT,
    "direct_messages_topic": _ABOUT,
    "from_user": _ABOUT,
    "sender_chat": _ABOUT,
    "sender_boost_count": _ABOUT,
    "sender_business_bot": _ABOUT,
    "sender_tag": _ABOUT,
    "guest_query_id": _ABOUT,
    "business_connection_id": _ABOUT,
    "forward_origin": _ABOUT,  # a mark beside the line, as quotes and replies are
    "is_topic_message": _ABOUT,
    "is_automatic_forward": _ABOUT,
    "reply_to_message": _ABOUT,
    "external_reply": _ABOUT,
    "quote": _ABOUT,
    "reply_to_story": _ABOUT,
    "reply_to_checklist_task_id": _ABOUT,
    "reply_to_poll_option_id": _ABOUT,
    "via_bot": _ABOUT,
    "guest_bot_caller_user": _ABOUT,
    "guest_bot_caller_chat": _ABOUT,
    "edit_date": _ABOUT,
    "has_protected_content": _ABOUT,
    "is_from_offline": _ABOUT,
    "is_paid_post": _ABOUT,
    "media_group_id": _ABOUT,
    "author_signature": _ABOUT,
    "paid_star_count": _ABOUT,
    "entities": _ABOUT,
    "link_preview_options": _ABOUT,
    "suggested_post_info": _ABOUT,
    "effect_id": _ABOUT,
    "caption_entities": _ABOUT,
    "show_caption_above_media": _ABOUT,
    "has_media_spoiler": _ABOUT,
    "reply_markup": _ABOUT,
    "receiver_user": _ABOUT,
    "ephemeral_message_id": _ABOUT,
    "forward_date": _ABOUT,
    "forward_from": _ABOUT,
    "forward_from_chat": _ABOUT,
    "forward_from_message_id": _ABOUT,
    "forward_sender_name": _ABOUT,
    "forward_signature": _ABOUT,
    # Readers of their own.
    "text": _OWN,
    "animation": _OWN,
    "audio": _OWN,
    "document": _OWN,
    "live_photo": _OWN,
    "photo": _OWN,
    "sticker": _OWN,
    "video": _OWN,
    "video_note": _OWN,
    "voice": _OWN,
    "contact": MessageKind("own", "名片"),
    "venue": _OWN,
    "location": _OWN,
    # Words.
    "caption": MessageKind("words"),
    "rich_message": MessageKind("words", "富文本", files=True),
    "poll": MessageKind("words", "投票", files=True),
    "checklist": MessageKind("words", "清单"),
    "checklist_tasks_added": MessageKind("words", "清单新增事项"),
    "poll_option_added": MessageKind("words", "投票新增选项"),
    "paid_media": MessageKind("words", "付费媒体", files=True),
    "game": MessageKind("words", "游戏"),
    "invoice": MessageKind("words", "账单"),
    "giveaway": MessageKind("words", "抽奖"),
    "giveaway_winners": MessageKind("words", "抽奖结果"),
    "gift": MessageKind("words", "礼物"),
    "unique_gift": MessageKind("words", "礼物"),
    "gift_upgrade_sent": MessageKind("words", "礼物升级"),
    # A line and a sentence.
    "story": MessageKind("shown", "动态"),
    "dice": MessageKind("shown", "骰子", ("emoji", "value")),
    "successful_payment": MessageKind("shown", "付款", ("currency", "total_amount")),
    "refunded_payment": MessageKind("shown", "退款", ("currency", "total_amount")),
    "users_shared": MessageKind("shown", "共享的用户"),
    "user_shared": MessageKind("shown", "共享的用户"),
    "chat_shared": MessageKind("shown", "共享的群组", ("title",)),
    "passport_data": MessageKind("shown", "证件资料"),
    "web_app_data": MessageKind("shown", "小程序数据", ("button_text", "data")),
    "suggested_post_declined": MessageKind("shown", "谢绝投稿", ("comment",)),
    # Known service messages.
    "new_chat_members": _SERVICE,
    "left_chat_member": _SERVICE,
    "chat_owner_left": _SERVICE,
    "chat_owner_changed": _SERVICE,
    "new_chat_title": _SERVICE,
    "new_chat_photo": _SERVICE,
    "delete_chat_photo": _SERVICE,
    "group_chat_created": _SERVICE,
    "supergroup_chat_created": _SERVICE,
    "channel_chat_created": _SERVICE,
    "message_auto_delete_timer_changed": _SERVICE,
    "migrate_to_chat_id": _SERVICE,
    "migrate_from_chat_id": _SERVICE,
    "pinned_message": _SERVICE,
    "connected_website": _SERVICE,
    "write_access_allowed": _SERVICE,
    "proximity_alert_triggered": _SERVICE,
    "boost_added": _SERVICE,
    "chat_background_set": _SERVICE,
    "checklist_tasks_done": _SERVICE,
    "direct_message_price_changed": _SERVICE,
    "forum_topic_created": _SERVICE,
    "forum_topic_edited": _SERVICE,
    "forum_topic_closed": _SERVICE,
    "forum_topic_reopened": _SERVICE,
    "general_forum_topic_hidden": _SERVICE,
    "general_forum_topic_unhidden": _SERVICE,
    "giveaway_created": _SERVICE,
    "giveaway_completed": _SERVICE,
    "managed_bot_created": _SERVICE,
    "paid_message_price_changed": _SERVICE,
    "poll_option_deleted": _SERVICE,
    "suggested_post_approved": _SERVICE,
    "suggested_post_approval_failed": _SERVICE,
    "suggested_post_paid": _SERVICE,
    "suggested_post_refunded": _SERVICE,
    "video_chat_scheduled": _SERVICE,
    "video_chat_started": _SERVICE,
    "video_chat_ended": _SERVICE,
    "video_chat_participants_invited": _SERVICE,
    "community_chat_added": _SERVICE,
    "community_chat_removed": _SERVICE,
    "community_chat_joined": _SERVICE,
}
