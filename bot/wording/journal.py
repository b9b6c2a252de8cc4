"""Sentences of the journal: what happened, in words, and the daily head."""

from __future__ import annotations

DAILY_HEAD = "今日审计日志摘要第 {number} 号：{hash}。请保留本条消息，日后可据此核对记录是否被改动。"

ONLY_AUDITORS = "审计日志由审计员查看，如需了解请联系管理员。"
NO_SUCH_DAY = "「{day}」不是日期，请写成 2026-11-23 这样。"

WHAT = {
    "signed in": "登录",
    "signed out": "退出登录",
    "sign-in failed": "登录失败",
    "staff added": "新增人员",
    "staff changed": "修改人员",
    "staff disabled": "停用人员",
    "session ended": "结束他人的登录",
    "staff busy": "设为忙碌",
    "staff present": "结束忙碌",
    "password set": "设置密码",
    "password link made": "生成设密链接",
    "API key created": "新建接口密钥",
    "API key revoked": "吊销接口密钥",
    "published": "发布知识库",
    "draft saved": "保存知识库草稿",
    "draft dropped": "放弃知识库草稿",
    "draft merged": "知识库草稿并入新版",
    "question added": "新增问题（草稿）",
    "question changed": "修改问题（草稿）",
    "question retired": "下线问题（草稿）",
    "questions uploaded": "上传问题（草稿）",
    "questions exported": "导出知识库",
    "gap accepted": "补入知识库",
    "gap dismissed": "略过知识缺口",
    "gap reopened": "撤销对知识缺口的处理",
    "calendar saved": "保存日历",
    "roster imported": "导入排班",
    "roster added": "加入班次",
    "roster removed": "移除班次",
    "roster swapped": "对调班次",
    "edition in force": "政策生效",
    "emergency mode on": "开启应急模式",
    "emergency mode off": "结束应急模式",
    "incident declared": "宣布故障",
    "incident ended": "结束故障",
    "customer added": "新增客户",
    "customer changed": "修改客户",
    "customer merged": "合并联系人",
    "organisations merged": "合并单位",
    "customer removed": "移除联系人",
    "customer items saved": "保存客户的订单、设备、合同、产品",
    "consent given": "登记客户同意",
    "consent withdrawn": "登记客户撤回同意",
    "customer note added": "写客户备注",
    "CRM file imported": "导入客户资料",
    "tiers held against the policy": "按政策核对等级",
    "team changed": "修改专属团队",
    "tier proposed": "提议等级",
    "tier replaced": "提议被新提议取代",
    "tier withdrawn": "撤回等级提议",
    "tier rejected": "否决等级提议",
    "tier approved": "批准等级",
    "tier set": "人工指定等级（一人决定）",
    "tier ended": "提前结束人工指定的等级",
    "tier expired": "人工指定的等级到期",
    "tickets listed": "列出工单",
    "figures exported": "导出服务数据",
    "tickets exported": "导出工单",
    "ticket shown": "查看工单",
    "customer file seen": "查看客户资料",
    "customer contact details seen": "查看客户完整电话和邮箱",
    "telephone number seen": "查看完整电话",
    "starred words seen": "显示对话中隐去的内容",
    "set aside content seen": "查看未能处理的消息",
    "settings at start": "启动设置有变",
    "threshold moved": "调整回答门槛",
    "threshold reset": "恢复回答门槛",
    "threshold on": "开启回答门槛的自动调整",
    "threshold off": "关闭回答门槛的自动调整",
    "records drawn": "抽取工单供抽查",
    "record scored": "抽查评分",
    "score objected to": "对抽查评分提出异议",
    "objection answered": "答复抽查异议",
    "rectification asked for": "下达整改",
    "rectification done": "完成整改",
    "target set": "设定目标",
    "target changed": "修改目标",
    "target announced": "公布目标",
    "target ended": "结束目标",
    "improvement begun": "登记改进",
    "improvement changed": "修改改进",
    "progress written": "记录改进进展",
    "improvement closed": "结束改进",
    "canned reply added": "新增团队快捷回复",
    "canned reply changed": "修改团队快捷回复",
    "canned reply retired": "停用团队快捷回复",
    "canned replies imported": "导入团队快捷回复",
    "daily head": "每日摘要",
    "begun": "开始记录",
}
SYSTEM = {"system": "系统", "cli": "命令行", "unknown": "未知"}


def daily_head(number: int, hash_: str) -> str:
    """Return what the staff chat is told."""
    return DAILY_HEAD.format(number=number, hash=hash_)


def what_in_words(what: str) -> str:
    """Return what happened, in Chinese where it has words."""
    return WHAT.get(what, what)


def by_in_words(by: str) -> str:
    """Return who did it: a sign-in name as it is."""
    return SYSTEM.get(by, by)
