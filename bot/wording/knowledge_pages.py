"""Sentences and labels of the pages on which the knowledge base is kept."""

from __future__ import annotations

TABS = (
    ("questions", "/console/knowledge/questions", "问题"),
    ("gaps", "/console/knowledge", "缺口"),
    ("try", "/console/knowledge/try", "试一句"),
    ("draft", "/console/knowledge/draft", "草稿与发布"),
    ("editions", "/console/knowledge/editions", "历史版本"),
    ("files", "/console/knowledge/files", "上传与导出"),
)
STATES = {"live": "生效中", "future": "尚未生效", "over": "已过有效期", "retired": "已下线"}
CHANGED = {"new": "草稿新增", "changed": "草稿有改动", "retired": "草稿中下线"}
FILTERS = {"": "全部在用", "changed": "草稿有改动", **STATES}
SORTS = {"": "知识库顺序", "asked": "问得最多", "unhelpful": "没帮助最多", "precision": "准确率最低"}
FIELDS = {
    "category": "分类",
    "question": "标准问",
    "similar": "相似问法",
    "answer": "答案",
    "night_answer": "服务时间外的答案",
    "tiers": "可见等级",
    "valid_from": "生效时间",
    "valid_until": "失效时间",
    "id": "编号",
}
EVERYBODY = "所有客户"
NOTHING = "（空）"
VERSIONS = {"pending": "在草稿中", "dropped": "随草稿放弃", "edition": "", "published": ""}

DONE = {
    "saved": "已保存到草稿，客户暂时看不到；发布后生效。",
    "same": "没有改动。",
    "retired": "已在草稿中下线，发布后生效；随时可以恢复。",
    "reverted": "这个问题已恢复为已发布的内容。",
    "dropped": "草稿已放弃。改动的内容和作者仍可在各问题的「改动记录」里查到。",
    "published": "已发布，几秒内生效，不用重启。",
    "restored": "已恢复并发布，几秒内生效。",
    "merged": "草稿已更新到最新版本。",
    "taken": "文件内容已放进草稿，请核对后发布。",
    "file_dropped": "已放弃这个文件。",
    "reopened": "已撤销，这一条回到待处理。",
}

REFUSED = {
    "no_question": "请填写标准问，像客户那样问。",
    "no_words": "「{text}」里没有文字，请像客户那样问。",
    "long_question": "「{text}」太长，一句问法最多 {longest} 个字。",
    "many_phrasings": "一个问题最多 {longest} 种问法，这里有 {found} 种。",
    "no_answer": "请填写答案。",
    "long_answer": "答案最多 {longest} 个字，请删减后再保存。",
    "unknown_category": "没有「{category}」这个分类，请从列表里选择。",
    "unknown_tier": "政策里没有「{tier}」这个等级。",
    "period": "失效时间须晚于生效时间。",
    "instant": "「{found}」不是日期和时间，请写成 2026-11-01 08:00 这样。",
    "exists": "「{text}」与问题「{question}」的问法「{phrasing}」相同，同一句话只能归在一个问题下。",
    "gone": "这个问题已经下线，页面已更新。",
    "no_revision": "没有第 {number} 版。",
    "in_force": "第 {number} 版就是正在使用的版本，不用恢复。",
    "no_draft": "现在没有草稿。",
    "no_change": "草稿与已发布的内容相同，不用发布。",
    "behind": "草稿开始之后，第 {number} 版已经发布，请先把草稿更新到最新版本。",
    "unchecked": "草稿检验之后又有改动，请重新检验再发布。",
    "lost": "没有发布：有必须保持不变的回答会改变。请修改后再检验；确认无妨的，请勾选「仍然发布」。",
    "conflict": "双方都改过的问题，请逐一选择以哪一边为准。",
    "moved": "刚才有人改了草稿或发布了新版本，这一步没有执行。请核对后再试。",
}
NOTE = "在工作台编辑"
FILE_NAME = {"published": "知识库 第{number}版.{format}", "draft": "知识库 草稿.{format}"}
TOO_LONG_FOR_CELL = "有一个答案太长，表格的单元格放不下，请导出为 YAML。"
RESTORED = "恢复到第 {number} 版"
NOT_RESTORED = "没有恢复：这一版不能直接发布，原因如下。"
CHANGED_BY = (
    "{who}{when}改过这个问题，您的内容没有保存。下面列出两边的不同；"
    "核对后再保存一次，会以您的为准，对方的内容留在改动记录里。"
)
RETIRED_BY = "{who}{when}下线了这个问题，您的内容没有保存。再保存一次，会恢复这个问题并以您的内容为准。"
SOMEBODY = "有同事"

DECISIONS = {
    "answer": "直接回答",
    "presume": "回答，并说明理解成了哪个问题",
    "ask_back": "反问是不是这个问题",
    "suggest": "列出几个问题请客户选",
    "hand_off": "转人工",
    "say": "回一句话，不查知识库",
    "other": "不给答案，请客户换个说法或转人工",
}
ACTS = {
    "bot_question": "问是不是机器人",
    "callback_number": "留联系电话",
    "calm": "表示不急",
    "chase": "催办",
    "complaint": "投诉",
    "danger": "危险或特急",
    "delete_data": "要求删除个人信息",
    "feedback": "意见建议",
    "greeting": "问候",
    "haggling": "还价",
    "identity_claim": "自报身份",
    "no": "否定",
    "person": "找人工",
    "questions": "提问",
    "sales_lead": "采购或合作意向",
    "small_talk": "闲聊",
    "thanks": "道谢",
    "unfinished": "没说完",
    "unsolved": "没解决",
    "urgency": "着急",
    "withdrawal": "撤回或已解决",
    "wrong_shop": "找错了地方",
    "yes": "同意",
}
SOURCES = {"classifier": "整体判断", "writing": "字形和读音", "meaning": "意思", "clause": "其中一句"}
NOT_VISIBLE = "该等级看不到这个问题，或不在有效期内"


def act_label(act: str) -> str:
    """Return an act in Chinese; an own one of the company by its id."""
    return ACTS.get(act, act)


def why(*, decision: str, best: float, exact: bool, answer_at: float, sure_at: float, suggest_at: float) -> str:
    """Return in a sentence why a sentence is answered or not, by the confidence of the likeliest question."""
    if exact and decision == "answer":
        return "与一条问法完全相同。"
    sure, enough, some, found = (f"{value * 100:.0f}%" for value in (sure_at, answer_at, suggest_at, best))
    match decision:
        case "answer":
            return f"把握 {found}，达到直接回答的 {sure}。"
        case "presume":
            return f"把握 {found}，达到回答的 {enough}，但不到 {sure}，所以先说明理解成了哪个问题。"
        case "ask_back" | "suggest":
            return f"把握 {found}，不到回答的 {enough}；可能的问题合起来值得问一句（从 {some} 起）。"
        case "say":
            return "客户没有在提问。"
        case "hand_off":
            return f"最接近的问题把握 {found}（回答要 {enough}），按规则转人工。"
        case _ if best >= suggest_at:
            return f"最接近的问题把握 {found}，可能的问题加起来也不到一半，问了多半不是。"
        case _:
            return f"最接近的问题把握 {found}，不到值得一问的 {some}。"


def refused(code: str, values: dict[str, str]) -> str:
    """Return a refusal as a sentence."""
    return REFUSED[code].format(**values)
