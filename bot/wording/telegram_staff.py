"""Sentences in the staff groups: button labels, confirmations, refusals."""

CLAIM = "认领"
TRANSFER = "转交"
NOTE = "备注"
RESOLVE = "关闭"
MORE = "更多…"
BACK = "‹ 返回"
FOLD = "收起"
CLAIMED_BY = "已认领 {name}"
CALLED = "已电话联系"
CALL_MISSED = "未接通"
WAIT = "等待客户"
RELEASE = "退回队列"
ACKNOWLEDGE = "知道了"
RESOLVE_YES = "确认已解决，通知客户"
RESOLVE_UNTOLD_YES = "确认已解决"
TO_QUEUE = "队列：{name}"
TO_PERSON = "同事：{name}"

# Used as long as the policy's own label still says so.
BRIEF = {
    "assessed": "已评估",
    "plan_explained": "方案已沟通",
    "confirmed": "客户已确认",
    "progress_reported": "进展",
    "work_done": "完成",
}

HOW_TO_NOTE = (
    "直接在本话题里发言即为内部备注，客户看不到。要回复客户，请「回复」客户的那条消息，或以 /r 开头；"
    "方案、进展、验收、结果用 /plan、/progress、/invite、/result 发送。"
)
CHOOSE_TRANSFER = "请选择转交的队列或同事，期限不变。"
CHOOSE_CAUSE = "这是投诉工单，请先选择投诉原因。"
CONFIRM_RESOLVE = "确认问题已解决？确认后会询问客户是否还有其他需要。"
CONFIRM_RESOLVE_UNTOLD = "确认问题已解决？系统无法通知这位客户，请打电话告知处理结果。"

CHOOSE_MORE = "请选择要进行的操作。"
ONLY_YOU = "工单 #{ticket}（仅您可见）\n{text}"  # a menu that one person alone sees

DONE_FACT = "已登记：{label}。"
DONE_TRANSFER = "已转交给{to}，期限不变。"

STALE_BUTTON = "这个按钮已失效，请使用本话题里最新的工单卡片。"
NOT_LINKED = (
    "您的 Telegram 账号还没有关联客服账号，刚才的操作没有生效。"
    "请登录工作台，在「Telegram」页取得关联码，再私聊发给本机器人。"
)
ANONYMOUS = "匿名发言无法确认身份，刚才的话没有保存，也没有发给客户。请取消匿名后再发。"
NOTHING_KEPT = "刚才的话没有保存，也没有发给客户。"
NONE_OF_YOURS = "您名下没有未结工单。"
NONE_LATE = "没有超时的工单。"
# What the messenger offers in a group of staff; the answer is for the asker alone.
COMMANDS = {
    "mine": "我名下的未结工单（仅您可见）",
    "late": "超时的工单（仅您可见）",
    "find": "按单号、姓名、电话或关键词找工单（仅您可见）",
}
TO_THE_BOT_ALONE = (
    "这条消息只有您和机器人能看到，没有保存，也没有发给客户。"
    "要写备注或回复客户，请在话题里发普通消息：直接发言即为备注，「回复」客户的消息或以 /r 开头即发给客户。"
)
CODE_IN_GROUP = "关联码不能发在群里，这个码已经作废。请在工作台「Telegram」页重新取一个，私聊发给本机器人。"
NOT_CORRECTED = "客户看到的仍是原来的内容。"
NOTE_STAYS = "备注保存后不能修改，如需更正请再写一条。"
NOT_SENDABLE = "这种消息无法发给客户，请改发文字、图片、语音、文件或位置。"
FILE_TO_WEB = "客户用的是网页对话，无法发送群里的文件，请用文字回复，或在工作台的工单页发送文件。"
FILE_TOO_BIG = "文件超过 20 MB，Telegram 不提供下载，请客户用其他方式发送。"
FILE_NOT_NOW = "暂时无法从 Telegram 取得这个文件，请稍后再试，或请客户重新发送。"
UNDELIVERED = "这条回复没有送达客户：Telegram 没有接受，或客户已停用机器人。请换个形式重发，或改用其他方式联系客户。"
FILE_NOTE = "[{name}，见 Telegram 话题]"

LINKED = "已关联客服账号「{name}」。现在可以在工单话题里发言、回复客户和点按钮了。"
BAD_CODE = "关联码无效、已用过或已过期。请在工作台「Telegram」页重新取一个，10 分钟内发来。"

LEFT = "【离群】{name}已不在 Telegram 客服群，其账号关联已解除。工单 #{ticket} 仍在其名下，请视情况转交。"
