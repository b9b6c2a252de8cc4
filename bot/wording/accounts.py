"""Sentences about accounts: passwords, one-time links, people, API keys."""

from __future__ import annotations

PASSWORDS = {
    "short": "密码至少要有 {shortest} 个字符，可以用一句只有您知道的话。",
    "long": "密码最多 {longest} 个字符，请缩短一些。",
    "different": "两次输入的密码不一样，请重新输入。",
    "trivial": "这个密码太容易猜到，请换一个。",
    "name": "密码不能只是账号或姓名加上几个数字，请换一个。",
    "wrong": "原密码不正确，密码没有修改。",
}
LINKS = {
    "used": "这个链接已经用过了。如果不是您本人设置的密码，请立即联系管理员。",
    "expired": "这个链接已过期，请联系管理员重新生成。",
    "unknown": "这个链接无效，请确认地址完整，或联系管理员重新生成。",
}
PEOPLE = {
    "name": "账号和姓名须有 1 到 64 个可见字符，首尾不能有空格。",
    "taken": "账号「{login}」已经有人使用，请换一个。",
    "unknown": "没有「{login}」这个账号。",
    "role": "没有这个角色，请从列表里选择。",
    "last_admin": "「{login}」是唯一能登录的管理员，请先添加另一位管理员，待其设置好密码后再操作。",
    "queue": "政策里没有「{queue}」这个队列，请从列表里选择。",
    "skill": "政策里没有用到「{skill}」这个技能，请从列表里选择。",
    "capacity": "接单上限须为 0 到 {most} 的整数；不填则按政策规定的上限。",
    "not_theirs": "「{login}」不在您负责的队列里，是否忙碌请由本人或其组长设置。",
    "yourself": "这是您自己的账号，请在「我的账号」里修改密码。",
}
KEYS = {
    "name": "名称须有 1 到 64 个可见字符，首尾不能有空格。",
    "taken": "名称「{name}」以前用过，请换一个，以免记录混淆。",
    "unknown": "没有正在使用的密钥「{name}」。",
    "no_scope": "请至少选择一项权限。",
    "unknown_scope": "没有这项权限，请从列表里选择。",
    "days": "有效天数须为 1 到 {most} 的整数；不填表示长期有效。",
}
SCOPES = {
    "customers": "读写客户资料",
    "telegram-links": "生成 Telegram 绑定链接",
    "metrics": "读取运行指标",
    "tickets": "登记工单",
    "reports": "读取服务数据和工单对话",
}
DONE = {
    "password": "密码已修改，其他设备都已退出登录。",
    "ended": "那台设备已退出登录。",
    "others": "其他设备都已退出登录。",
    "desk": "工作台设置已保存。",
    "seen": "好的，这几次登录失败不再提示。",
    "changed": "已保存，立即生效。",
    "session": "那台设备已退出登录。",
    "disabled": "已停用，所有设备都已退出登录；名下的工单已退回队列。",
    "revoked": "已停用，这个密钥立即失效。",
}
BUSY = {
    "switch": "忙碌",
    "on": "开",
    "off": "关",
    "title": "设为忙碌后，系统不再自动派新工单给您",
    "banner": "您已设为忙碌，系统不会派新工单给您，手上的工单照常处理。",
    "end": "恢复接单",
    "set": "设为忙碌",
    "since": "{since} 起忙碌",
}
STANDINGS = {"duty": "当班", "on_call": "值班", "there": "", "busy": "忙碌", "away": "不在"}
OTHER_QUEUE = "其他队列"
ONLY_PEOPLE = "人员账号由管理员维护，如需调整请联系管理员。"
ONLY_KEYS = "接口密钥由管理员维护，如需使用请联系管理员。"
FAILED = "{since} 起，您的账号有 {count} 次登录失败，不是在您常用的浏览器上。"


def load_of(standing: str, count: int, capacity: int) -> str:
    """Return whether a colleague is there, and their open tickets of how many at most: 当班 3/8 张."""
    return f"{STANDINGS[standing]} {count}/{capacity} 张".strip()
