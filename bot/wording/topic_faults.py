"""What can be wrong with a group that staff work in, and what to do about it; kept with the group as it stands here."""

from __future__ import annotations

NOT_FORUM = "这个群没有开启「话题」功能，请群主在群设置中开启；开启之前，工单请在工作台处理，提醒会直接发到群里。"
NO_RIGHTS = "机器人在这个群里权限不足：请把它设为管理员，并开启「管理话题」权限。"
NO_PIN = "机器人不能置顶消息：请在管理员权限中为它开启「置顶消息」。工单卡片照常更新，只是暂时没有置顶。"
GONE = "机器人不在这个群里：请把它重新加入并设为管理员；如果群号填错了，请改正 JIEDAI_TELEGRAM_DESK 后重启。"
FULL = "这个群的消息数接近上限：请新建一个开启话题的群，把群号加到 JIEDAI_TELEGRAM_DESK 末尾后重启。"

# Menus and refusals then are shown to everybody on the card, and as a window; everything else goes on.
ALONE_VERSION = (
    "菜单和提示暂时不能只显示给点按钮的人：Bot API 服务器版本太旧，需要 10.3 或更新的版本，升级后请重启。"
    "在此之前菜单显示在工单卡片上，其他功能照常。"
)
ALONE_RIGHT = (
    "菜单和提示暂时不能只显示给点按钮的人：机器人不是这个群的管理员，请把它设为管理员。"
    "在此之前菜单显示在工单卡片上，其他功能照常。"
)

# Of topics in customers' private chats: everything is said outside of a topic meanwhile.
PRIVATE_VERSION = (
    "不能在客户的私聊里为工单新建话题：Bot API 服务器版本太旧，需要 9.4 或更新的版本，升级后请重启。"
    "在此之前消息照常发到私聊，没有丢失。"
)
PRIVATE_RIGHT = (
    "不能在客户的私聊里为工单新建话题：请在 @BotFather 为机器人开启「Threaded Mode（话题模式）」，然后重启。"
    "在此之前消息照常发到私聊，没有丢失。（{why}）"
)
