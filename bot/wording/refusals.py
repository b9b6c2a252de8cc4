"""Sentences for refusals, to staff, visitors and programs, by code or by name."""

from __future__ import annotations

from bot.wording.business import OBSTACLES
from escalation.tickets.refusal_codes import RefusalCode

REFUSALS: dict[RefusalCode, str] = {
    "claimed_by_other": "这张工单已由{holder}认领。",
    "already_yours": "这张工单已经在您名下。",
    "not_holder": "这张工单由{holder}负责，只有经办人能这样操作。",
    "unclaimed": "请先认领这张工单。",
    "finished": "这张工单已经结束，不能再操作。",
    "not_finished": "这张工单还在处理中，不能这样操作。",
    "not_found": "没有这张工单。",
    "no_such_line": "这条消息不能关联：只能关联同单位其他联系人发来、您也有权查看的消息。",
    "unknown_fact": "政策里没有这个进展事项。",
    "unknown_queue": "政策里没有这个队列。",
    "unknown_staff": "没有这位同事，或其账号已停用。",
    "empty": "内容不能为空。",
    "too_long": "内容太长，请删减后再提交。",
    "forbidden": "您无权查看这张工单，如需处理请联系组长。",
    "read_only": "这张工单您只能查看，如需处理请联系负责这个队列的同事。",
    "cause_needed": "这是投诉工单，请先选择投诉原因。",
    "unknown_cause": "政策里没有这类投诉原因。",
    "cause_by_lead": "原因由经办人或该队列的组长登记。",
    "nothing_of_it": "这张工单没有这种情况，不用登记原因。",
    "unknown_cause_class": "请选择原因类别：流程、人员、资源或沟通。",
    "cause_words": "请写明原因。",
    "unknown_support": "政策里没有这个支援对象。",
    "unknown_urgency": "政策里没有这个紧急程度。",
    "no_steps": "方案须有 1 到 20 个步骤，每一步都要写明做什么。",
    "step_in_the_past": "每一步的完成时间都要晚于现在。",
    "already_waiting": "这张工单已经登记为等待客户。",
    "no_report_owed": "按政策，这位客户的工单不需要服务报告。",
    "write_the_report": "请用「写服务报告」提交报告内容，系统会送达收件人。",
    "no_plan": "还没有可以发给客户的方案，请先拟定方案。",
    "send_it": "这一步要发给客户：请在「发给客户」里写好发送；已在电话里说明的，请先登记「已电话联系」。",
    "still_owed": "评估、方案、验收、报告里还有没做的；确实不用做的，请写明理由再标记为已解决。",
    "unknown_step": "最新一版方案里没有这一步，请刷新页面后再勾选。",
    "step_done": "这一步已经由{holder}勾选完成。",
    "say_what_came": "请用「上报与会商」登记，写明与谁、什么时间、结果如何。",
    "with_whom": "请写明与谁，以及结果如何。",
    "held_in_future": "时间不能晚于现在。",
    "nothing_late": "这张工单没有需要确认的超时提醒。",
    "critical_not_withdrawn": "这是特急工单，须由经办人与客户确认后结束，不能直接撤回。",
    "complaint_not_withdrawn": "这是投诉工单，须由经办人与客户确认后结束，不能直接撤回。",
    "not_a_complaint": "这张工单不是投诉，不用登记投诉对象。",
    "closed_to_them": "这张投诉工单对这位同事保密，请选择其他人。",
    "about_you": "这张投诉可能涉及您本人，请由组长或主管登记投诉对象。",
    "merge_itself": "不能把工单并入它自己，请填写另一张工单的编号。",
    "already_merged": "这张工单已并入其他工单，请到那张工单上操作。",
    "merge_finished": "已经结束的工单不能合并，两张工单都须未结束。",
    "into_not_found": "没有要并入的那张工单，请核对编号。",
    "into_not_in_hand": "要并入的那张工单您无权处理，不能合并，请联系组长。",
    "other_customer": "无法确认两张工单是同一位客户的，不能合并；请先确认客户身份。",
    "other_organisation": "两张工单属于不同单位的客户，不能合并。",
    "merge_about_you": "这张投诉可能涉及您本人，不能由您合并，请联系组长或主管。",
    "nobody_left": "这样登记后就没有人能看到这张投诉了，请至少留下一位可以处理的同事。",
    "may_not_open": "您没有负责的队列，不能登记工单；请联系管理员为您分配队列。",
    "unknown_channel": "请选择渠道：电话、邮件或来访。",
    "nobody_named": "请选择客户；不在客户资料里的，请写下姓名或电话。",
    "unknown_customer": "客户资料里没有这位客户，请重新选择。",
    "nothing_said": "请写明客户要办什么。",
    "unknown_topic": "政策里没有这个事由。",
    "raised_in_future": "提出时间不能晚于现在。",
    "raised_too_long_ago": "提出时间不能早于 30 天前；更早的事，提出时间请填现在。",
    "mail_is_no_contact": "邮件不算首次联系，请不要勾选「已与客户通话或面谈」。",
    "not_your_queue": "这位客户的工单由其他队列负责，您不能直接认领；请留给负责的队列。",
    "nobody_to_write_to": "这位客户没有可以收到消息的渠道，请打电话联系并登记「已电话联系」，或写内部备注。",
    **OBSTACLES,
    "unknown_line": "没有这条回复。",
    "not_author": "只有发送这条回复的{holder}或组长可以更正或撤回。",
    "taken_back": "这条回复已经撤回，不用再操作。",
    "unchanged": "内容没有变化，不用更正。",
    "unknown_department": "政策里没有这个部门。",
    "unknown_approval": "政策里没有这类审批。",
    "unknown_task": "没有这项请求。",
    "ask_yourself": "不能请自己办理，请选择其他同事。",
    "nobody_to_ask": "目前没有可以请的同事，请改选其他人。",
    "too_many_tasks": "这张工单已有 20 项未答复的请求，请先处理或撤回。",
    "due_in_the_past": "完成时间须晚于现在。",
    "beyond_their_limit": "这笔金额超出对方的审批权限（最高 {limit:,} 元），请改由权限更高的同事审批。",
    "beyond_your_limit": "这笔金额超出您的审批权限（最高 {limit:,} 元），请由权限更高的同事审批。",
    "own_approval": "不能审批自己提出的申请，请由其他人审批。",
    "own_request": "不能答复自己提出的请求，请由被请求的同事答复。",
    "not_asked": "这项请求不是请您办理的，不能答复。",
    "already_answered": "这项请求已由{holder}答复，不能再次答复。",
    "task_withdrawn": "这项请求已经撤回，不用再答复。",
    "task_over": "工单已经结束，这项请求不用再答复。",
    "no_decision": "请选择同意或不同意。",
    "no_reason": "不同意时请写明原因。",
    "disabled": "这个账号已停用，不能答复。",
    "not_asker": "只有提出请求的同事、经办人或组长可以撤回。",
    "answer_the_help": "这张工单还有未答复的求援，对方答复后会自动登记；如已不需要，请先撤回求援。",
    "unknown_gravity": "只能标记为重大或复杂，或取消标记。",
    "reason_needed": "调低紧急程度或取消投诉，请写明理由。",
    "nothing_to_set": "请填写要修改的内容。",
    "unknown_incident": "没有这次服务中断。",
    "nothing_to_undo": "没有可以撤销的操作。",
    "undo_too_late": "已过了可以撤销的时间，不能再撤销。",
    "undo_overtaken": "这之后已有新的进展，不能再撤销。",
    "undo_of_others": "这是{holder}的操作，只有本人或组长能撤销。",
    "no_objection": "这张工单没有待处理的等级异议，可能已经处理过了。",
    "objection_by_lead": "异议成立要提议新的等级，请组长或主管来认定。",
    "wish_changes_nothing": "提议的等级与现行的、等待批准的或刚被否决的相同，等级不会变动；请核对后再提交。",
    "outcome_needed": "请写明回访结果，再登记「已回访」。",
    "answer_needed": "意见建议要先答复客户，再标记为已解决。",
    "words_needed": "投诉的这一步要写明内容，请写好后再登记。",
    "conclusion_needed": "投诉办结前，请先登记调查结论。",
    "result_needed": "投诉办结前，请先把处理结果告知客户。",
    "prevention_needed": "投诉办结前，请先登记拟采取的预防措施。",
    "fact_not_owed": "按政策，这张工单没有这一项进展，不用登记。",
}

# Closing a knowledge gap.
GAP_REFUSALS = {
    "gone": "这一条已经处理过了，列表已更新。",
    "busy": "没有发布成功，您填写的内容还在，请稍后再提交；如果一直不行，请联系管理员。",
    "unknown_article": "知识库里没有「{article}」，请从列出的问题里选择。",
    "unknown_category": "没有「{category}」这个分类，请从列表里选择。",
    "no_wording": "客户原话里有个人信息（星号部分），请改写成不含个人信息的问法。",
    "masked": "「{text}」里有个人信息（星号部分），请改写后再提交。",
    "masked_answer": "答案里有个人信息（{text}）。答案会发给所有客户，请改写后再提交。",
    "no_words": "请填写问法，像客户那样问。",
    "long_question": "「{text}」太长，一句问法最多 {longest} 个字。",
    "long_answer": "答案最多 {longest} 个字，请删减后再提交。",
    "exists": "「{text}」已经是问题「{question}」的一种问法，同一句话只能归在一个问题下。",
    "exists_here": "「{text}」已经是这个问题的一种问法，不用再加。",
    "no_answer": "请填写答案。",
    "changed_since": "没有撤销：问题「{question}」之后又改过，请到这个问题的页面修改或下线。",
    "broken": "没有发布：这样修改会改变{texts}现在的回答，而这些回答必须保持不变。请换一种问法。",
}

# Declaring or ending a service interruption.
INCIDENT_REFUSALS = {
    "forbidden": "只有组长和主管可以宣布或结束服务中断。",
    "no_title": "请填写名称，几个字说明哪项服务中断了。",
    "long_title": "名称最多 {longest} 个字，请删减后再提交。",
    "no_notice": "请填写给客户的通知。",
    "long_notice": "给客户的通知最多 {longest} 个字，请删减后再提交。",
    "no_end_notice": "请填写结束通知，它会发给每一位收到过中断通知的客户。",
    "names_inside": "这段话客户会看到，不能提到等级或队列的名称（{name}），请改写后再提交。",
    "touches_nothing": "请至少选择一个事由，或填写一个客户会说的词。",
    "unknown_topic": "没有「{topic}」这个事由，请从列表里选择。",
    "short_word": "「{word}」太短，容易误发给不相关的客户，至少要两个字。",
    "long_word": "「{word}」太长，客户很难一字不差地说出来，一个词最多 {longest} 个字。",
    "many_words": "词太多，最多 {most} 个，请只保留客户常说的。",
    "topic_taken": "「{title}」已经涉及事由「{topic}」，请先结束它，或不选这个事由。",
    "word_taken": "「{title}」已经用了「{word}」这个词，请先结束它，或不填这个词。",
    "not_found": "没有这次服务中断。",
    "ended": "「{title}」已经结束，结束通知只发一次。",
}

# What a program or a page is told when it sends us something we cannot take.
NOT_WORKING = "系统暂时繁忙，请稍后再试，您已发送的内容不会丢失。"
BAD_SESSION = "会话已失效，请刷新页面后重新开始。"
BAD_TOKEN = "身份凭证无效或已过期，请从官网重新进入。"  # noqa: S105  # a sentence, not a secret
SOMEBODY_ELSES_SESSION = "这是另一位客户的会话，请先结束会话，再从官网重新进入。"
TOKEN_LIVES_TOO_LONG = "身份凭证的有效期超过 24 小时，不能使用，请从官网重新进入。"  # noqa: S105
LINK_USED = "这个链接已经用过，每个链接只能使用一次；如需在其他设备上继续，请向客服索取新的链接。"
BAD_LINK = "链接无效或已过期，请向客服索取新的链接。"
NO_SUCH_CUSTOMER = "没有编号为「{customer}」的客户，请先导入或创建客户资料。"
CUSTOMER_CHANGED = "客户「{customer}」的资料在您读取之后已有改动，这次没有保存；请重新读取后再提交。"
ONLY_MANAGERS_IMPORT = "客户资料由主管和管理员导入，如需更新请联系主管。"
IMPORT_TOO_LARGE = "文件超过 1 MB，请分成几个文件，或请管理员用命令导入。"
NO_SUCH_IMPORT = "没有这次导入，可能已经放弃。"
IMPORT_DECIDED = "这次导入已经确认或放弃过了，请查看最近的导入。"
OPEN_TICKETS_LEFT = "客户「{customer}」还有未结束的工单（{tickets}），请先处理完再删除。"
IS_GONE = "客户「{customer}」已经移除；如又回来，重新提交资料即可。"
HAS_LEFT = "客户「{customer}」已经移除，不用再删除。"
UNKNOWN_AGENT = "已保存，但 agent「{login}」不是任何同事的登录名，请核对；账号建好之前，由当班同事服务。"
OTHER_CUSTOMER_ID = "内容里的 id 与地址里的「{customer}」不一致；请改成一致，或不写 id。"
TIER_KEPT = "人工指定的等级不会因资料留空或新增联系人而改变；如需调整，请在工作台「等级」页提出，由另一位主管批准。"
TIER_RUN_OUT = "有效期已过，没有按此指定等级；请填写今天或以后的日期。"
FIGURE_KEPT = '这一项属于单位，已有的值没有改；如确实要改，请加上 "overwrite": true 再提交。'
NO_BOT = "还没有可用的 Telegram 机器人：请设置 JIEDAI_TELEGRAM_TOKEN，并确认服务已连上 Telegram。"
BAD_KEY = "接口密钥无效或已停用。"
KEY_EXPIRED = "接口密钥「{name}」已到期，请联系管理员重新生成。"
KEY_WITHOUT_SCOPE = "接口密钥「{name}」没有「{scope}」权限，请联系管理员另外生成密钥。"
BAD_MESSAGE = "消息格式不正确：请提供 key，以及 text、choice、rating 三者之一。"
BAD_MESSAGE_KEY = "消息的 key 须为 1 到 64 个字符，每条消息各不相同。"
BAD_RATING = "评分须为 1 到 5 的整数。"
BAD_CHOICE = "这个选项已失效，请直接输入您的问题。"
FILE_TOO_LARGE = "文件太大了，请发送 10 MB 以内的文件。"
NO_ROOM_FOR_FILES = "暂时无法接收文件，请先用文字说明情况，我们照常受理；文件请稍后再发。"
TOO_FAST = "您发送得太快了，刚才的消息没有全部收到。请稍等一分钟，再把要点发给我们。"
HEADERS_TOO_LARGE = "请求头太大，无法处理。请清除浏览器中本站的 Cookie 后再试。"
REQUEST_TOO_SLOW = "网络太慢，请求没有完整收到，请检查网络后再试。"
TOO_MANY_VISITORS = "当前访问人数较多，请稍后再试，您已发送的内容不会丢失。"
TOO_MANY_FROM_NETWORK = "您所在的网络同时打开的页面太多，请关闭几个页面或稍后再试。"
TOO_MANY_REQUESTS = "您所在的网络短时间内请求太多，请稍等片刻再试，您已发送的内容不会丢失。"
TOO_MANY_PAGES = "您打开的对话页面太多，请关闭其他页面后再试。"
FILE_KIND = "暂不支持这种文件，请发送图片、语音或常见文档。"
FILE_ELSEWHERE = "这个文件存放在客户使用的聊天软件里，当前没有连接，无法打开。"
SEALED_FOR_GOOD = "内容无法解密，可能换过密钥。"
MERGE_NO_NUMBER = "请填写要并入的工单编号。"
CONSULT_NO_TIME = "请填写时间，日期和时间都要填。"
PLAN_NO_RESPONSIBLE = "请选择方案的负责人。"
SUBJECTS_BOTH = "「不涉及同事」不能和同事的名字一起选，请只选一样。"
SUBJECTS_NONE = "请选择投诉涉及的同事；如果不涉及任何同事，请选「不涉及同事」。"
PLAN_NO_WORDS = "请写明第 {number} 步做什么。"
PLAN_NO_TIME = "请填写第 {number} 步的完成时间，日期和时间都要填。"
BAD_DAY = "「{text}」不是日期，请写成 2026-11-23 这样。"
DAYS_REVERSED = "开始日期晚于结束日期，请对调后再查。"
RAISED_NO_TIME = "请填写提出时间，日期和时间都要填。"
RAISED_NO_INSTANT = "raised_at 须为带时区的时间，例如 2026-11-23T10:15:00+08:00。"
BAD_SIGN_IN = "账号或密码不正确。"
SIGN_IN_THROTTLED = "尝试次数过多，请 {minutes} 分钟后再试。"
UNREADABLE_FORM = "填写的内容里有无法识别的字符，请重新输入。"
FORM_EXPIRED = "页面已过期，请刷新后再试。"
NOTHING_STARRED = "这条消息没有隐去的内容，或您不能查看它。"
NO_SUCH_PAGE = "没有这个页面。"
NO_SUCH_EDITION = "没有找到这一版政策。"
ONLY_LEADS_CALENDAR = "日历由主管和管理员维护，如需调整请联系主管。"
ONLY_LEADS_ROSTER = "排班表由组长和主管维护，如需换班请联系组长。"
ONLY_LEADS = "这个页面供组长和主管使用，如需调整知识库请联系组长。"
ONLY_LEADS_SET_ASIDE = "未能自动处理的消息不属于任何队列，只有主管和负责全部队列的组长可以查看。"
_APPROVES_NONE: dict[RefusalCode, str] = {
    "beyond_their_limit": "对方没有这类金额的审批权限，请改由有权限的同事审批。",
    "beyond_your_limit": "您没有这类金额的审批权限，请由有权限的同事审批。",
}


def refusal(code: RefusalCode, holder: str | None, limit: int = 0) -> str:
    """Return the sentence for a refused action; `limit`: up to how many yuan they may approve."""
    sentence = REFUSALS[code] if limit else _APPROVES_NONE.get(code, REFUSALS[code])
    return sentence.format(holder=holder or "其他同事", limit=limit)
