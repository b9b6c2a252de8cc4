"""Sentences that the Telegram adapter itself says to customers, independent of the policy."""

from bot.wording.matter_titles import is_unsaid
from escalation.customers.starring import starred

_LONGEST_TITLE = 40  # characters of a topic's name that say what it is about

SHARE_CONTACT = "共享手机号以识别身份"
WHY_SHARE = "点下方按钮共享手机号，方便我们核对您的客户身份；不共享也可以直接提问。"
KNOWN_NOW = "已核实您的客户身份，谢谢。"
NOT_KNOWN = "手机号已收到，谢谢。客户资料里暂时没有这个号码，不影响您继续咨询。"
BOUND = "{name}，您好。已为您绑定「{organisation}」的客户身份，今后可以直接在这里咨询。"
BAD_LINK = "这个绑定链接已失效。请回到我们的官网重新获取，10 分钟内打开即可。"
HELP = (
    "您可以直接用文字提问，也可以发送图片、语音、文件或位置。\n"
    "/me 查看您的客户信息与服务\n/export 申请导出个人信息\n/forget 申请删除个人信息\n"
    "/privacy 个人信息处理说明\n/consent 查看、撤回我的同意"
)
UNSUPPORTED = "暂不支持这种消息，请发送文字、图片、语音、文件或位置。"
FILE_TOO_LARGE = "文件太大了，请发送 20 MB 以内的文件。"
SET_ASIDE = "抱歉，您刚才的消息没能处理成功。请换个说法再发一次，或点「转人工」。"
MAYBE_TWICE = "（可能重复）"
CARD = "【未能处理】Telegram 会话 {address} 有一条消息未能自动处理（{kind}，编号 {number}），请人工联系这位客户。{text}"

# What the messenger offers behind its / button.
COMMANDS = {
    "start": "开始咨询",
    "help": "使用说明",
    "me": "查看我的客户信息与服务",
    "export": "申请导出个人信息",
    "forget": "申请删除个人信息",
    "privacy": "个人信息处理说明",
    "consent": "查看、撤回我的同意",
}


def topic_name(ticket_id: int, title: str) -> str:
    """Return the name of a ticket's topic in its customer's chat: its number and its title, starred, if any."""
    words = " ".join(starred(title).split())
    if not words or is_unsaid(words):
        return f"#{ticket_id} 您的服务事项"
    short = f"{words[: _LONGEST_TITLE - 1].rstrip()}…" if len(words) > _LONGEST_TITLE else words
    return f"#{ticket_id} {short}"
