"""The sentences of keys that policy files written earlier do not hold; a file's own sentence always wins."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT_NUMBER = "订单号或机身序列号"  # by which a matter is found whose topic says nothing of it

# A key of read_wording.WORDING that stands here too may be missing in a policy file, or be empty. They name no company,
# no queue and no tier, and are the sentences of policy.yaml.
DEFAULT_WORDING: Mapping[str, str] = {
    "presumed": "您是问“{question}”吧？",
    "ask_back": "您是想问“{question}”吗？",
    "ask_back_meanwhile": "已经记下，专人联系您时一并答复。您是想问“{question}”吗？是的话，我先为您解答。",
    "not_meant": "抱歉，是我理解错了。请您换个说法，或再具体说说；也可以点「转人工」，由专人为您处理。",
    "not_meant_list": (
        "抱歉，是我理解错了。您想了解的是不是下面这些？点一下即可查看；都不是的话，请换个说法，或点「转人工」。"
    ),
    "not_meant_ask": "抱歉，是我理解错了。那您是想问“{question}”吗？",
    "button_meant": "是的",
    "button_not_meant": "不是",
    "danger_ask": "请问现在有烟、焦味，或者有人被电到、受伤吗？请直接回复「有」或「没有」。",
    "outage_ask": "请问是所有设备或系统全都停了吗？请直接回复「是」或「不是」。",
    "safety_fire": (
        "请先保证人身安全：能安全断电的立即断电，远离设备，不要自行拆机；如有明火，请马上撤离现场并拨打 119。"
    ),
    "safety_shock": (
        "请不要再碰机器和插座，能安全断电的请从总闸断电；如果有人触电，先断电再施救，不要直接拉人，并拨打 120。"
    ),
    "safety_battery": (
        "请不要再充电、按压或拆开电池，离远一些，周围不要放易燃物；如果冒烟或起火，请马上撤离并拨打 119。"
    ),
    "safety_injury": (
        "请先照顾好受伤的人，不要勉强移动，也别再碰机器，能安全断电的请从总闸断电；"
        "被电到或手脚发麻请尽快就医，伤情严重请立即拨打 120。"
    ),
    "safety_chemical": (
        "入眼请立即用清水持续冲洗，误食请保留包装尽快就医，不舒服请到通风处并拨打 120；"
        "如果闻到燃气味，请关阀开窗、不要动电器开关，先撤到室外。"
    ),
    "safety_outage": "已按全面中断登记。请先不要反复重启，保留现场的报错提示，方便值班人员尽快处理。",
    "safety_gas": (
        "请马上关阀、开窗，不要开关任何电器，也不要点火，所有人先撤到室外；"
        "到室外后拨打 119 或燃气公司电话，有人不舒服请拨打 120。"
    ),
    "danger_more": (
        "能安全断电的请断电，够不到插头就拉总闸；人离远一些，不要再通电。手脚发麻或不舒服请尽快就医；"
        "有烟有火请撤离并拨打 119，有人受伤请拨打 120。"
    ),
    "danger_more_fire": (
        "够不到插头、不敢碰时，请去拉总闸；带电时不要用水浇，火灭了也先别再通电。"
        "烟大或火势变大，请马上撤离、随手关门，并拨打 119。"
    ),
    "danger_more_shock": (
        "够不到插头就请拉总闸，断电前谁都不要再碰机器。被电到后手脚发麻、心慌或不舒服，请尽快就医；"
        "症状严重请马上拨打 120。"
    ),
    "danger_more_battery": (
        "请不要再碰电池，也不要浇水。还在充电的，插头能安全拔就拔，不行就拉总闸；已经挪到室外的，别再拿回来。"
        "冒烟或起火请撤离并拨打 119。"
    ),
    "danger_more_injury": (
        "断电前谁都不要再碰机器，够不到插头就拉总闸；被电到的，手脚发麻、心慌请尽快就医。"
        "流血请用干净的布压住，烫伤用流动清水冲 15 分钟以上，被夹住不要硬拽；严重请拨打 120。"
    ),
    "danger_more_chemical": (
        "入眼请拨开眼皮，用流动清水冲至少 15 分钟，自来水就可以，不要揉；误食不要催吐。"
        "请留好包装，尽快去医院检查；不舒服加重请拨打 120。"
    ),
    "danger_more_gas": (
        "请所有人留在室外、离远一些，不要返回，也不要在里面打电话或按开关；"
        "请在室外拨打 119 或燃气公司电话，头晕恶心请拨打 120。"
    ),
    "danger_more_outage": (
        "已登记。方便的话，请再说说从什么时候开始、影响哪些地方、有什么报错提示，值班人员可以更快处理。"
    ),
    "danger_hold": (
        "收到。值班人员联系您之前，请先不要再使用或靠近，以人身安全为先；"
        "情况有变化请直接告诉我们，危急请拨打 119 或 120。"
    ),
    "handed_off_critical_alone": (
        "已按紧急情况登记，并请负责人马上安排人员，最晚{by} 前与您联系（首次联系）。请留意来电和这里的消息。"
    ),
    "danger_noted": (
        "收到，已补充到您的紧急情况里，最晚{by} 前与您联系（首次联系）。"
        "情况有变化请直接告诉我们，危急请拨打 119 或 120。"
    ),
    "danger_chased": (
        "已再次为您催促，最晚{by} 前与您联系（首次联系）。情况有变化请直接告诉我们，危急请拨打 119 或 120。"
    ),
    "danger_thanks": (
        "不客气。值班人员仍会与您联系，请先照顾好自己；情况有变化请马上告诉我们，危急请拨打 119 或 120。"
    ),
    "danger_over": "好的，已记下。值班人员仍会与您联系确认，在此之前请先别再使用；情况有变化请马上告诉我们。",
    "outage_noted": "收到，已补充到您的问题里，最晚{by} 前与您联系（首次联系）。有新的情况请直接告诉我们。",
    "outage_over": "好的，已记下，值班人员仍会与您联系确认。如果又出现问题，请马上告诉我们。",
    "danger_taken": "值班同事已经接手您的紧急情况，请留意来电和这里的消息。",
    "danger_still_calling": "暂时还没有同事接手，我们一直在呼叫值班人员。如果情况变严重，请立即拨打 119 或 120。",
    "outage_still_calling": "暂时还没有同事接手，我们一直在呼叫值班人员，一有人接手就告诉您。",
    "either": "您是想找人工，还是想了解下面的问题？点一下即可。",
    "ask_what": "请问您想了解哪方面？请用一句话告诉我，也可以点「转人工」，由专人为您处理。",
    "withdraw_for_person": "好的，已转告负责的同事，由他与您确认后再结束。",
    "complaint_apology": "很抱歉给您带来了不好的体验，您反映的情况我们会认真查明。",
    "complaint_added": "很抱歉让您不满意。您反映的情况已登记为投诉，并告知负责人。",
    "complaint_result": "我们会在{by} 前告诉您调查结果。",
    "bot_honest": "我是在线客服机器人，常见问题可以直接问我；需要真人的话，说「转人工」就行。",
    "small_talk": "这个我不太会聊。产品、订单和售后方面的问题，可以随时问我。",
    "wrong_shop": "抱歉，这项业务我们做不了。产品、订单和售后方面的问题，可以随时问我。",
    "haggling": "价格和优惠我做不了主；需要的话，可以转人工，由同事按您的情况报价。",
    "contact_noted": "好的，联系方式已记下。",
    "person_coming": "已经在为您安排专人，最晚{by} 前与您联系（首次联系），请您稍候。",
    "ask_contact": "方便留个手机号或邮箱吗？您不在线时，专人也能联系到您；有{number}的话，也请一并发来。",
    "ask_contact_only": "方便留个手机号或邮箱吗？您不在线时，专人也能联系到您。",
    "withdraw_ask": "您是说问题已经解决、不用再安排人了吗？回复「是」，我就为您撤回；不是的话照常处理。",
    "withdrawn": "好的，已为您撤回，不再安排人联系。有需要随时找我们。",
    "chased_just_now": "刚才已为您催过，您说的也记下了。专人最晚{by} 前与您联系（首次联系）。",
    "waiting_overdue_again": "还没有人联系上您，实在抱歉。已再次提醒负责人，您说的也一并记下了。",
    "question_noted": "您说的我先记下，专人最晚{by} 前与您联系（首次联系），一并答复您。",
    "question_noted_again": "好的，这个也记下了，专人联系您时一并答复。",
    "question_overdue": "非常抱歉，没能在约定的时间联系您。您说的已记下，我已再次提醒负责人，联系您时一并答复。",
    "suggest_meanwhile": "已经记下，专人联系您时一并答复。您也可以先看看是不是下面的问题，点一下即可。",
    "appended_again": "好的，这一条也记下了。",
    "noted": "好的，已记下。有新的情况随时告诉我们。",
    "calm_noted": "好的，已记下。安排不变，专人最晚{by} 前与您联系（首次联系）。",
    "complaint_grown": "您说的这些已一并记入投诉，负责人会看到。专人最晚{by} 前与您联系（首次联系）。",
    "bot_honest_waiting": "您说的都已转给专人，最晚{by} 前由专人与您联系（首次联系）；我是在线客服机器人，先为您记录。",
    "promise_sooner": "收到，已按紧急情况为您提前安排，专人最晚{by} 前与您联系（首次联系）。",
    "no_identity_numbers": "为保护您的个人信息，请不要在这里发送身份证号或银行卡号，我们已将它隐去。",
    "notice_task": "【任务】{ticket} {customer}（{tier}，{queue}）：{by}请您在 {due} 前完成：{text}",
    "notice_approval": "【审批】{ticket} {customer}（{tier}，{queue}）：{by}请您在 {due} 前答复{what}：{text}",
    "notice_answered": "【已答复】{ticket} {customer}（{tier}）：{by}答复了{what}：{text}",
    "notice_task_due": "【提醒】{ticket} {customer}（{tier}，{queue}）：{what}请在 {due} 前答复。",
    "notice_task_late": "【未答复】{ticket} {customer}（{tier}，{queue}）：{what}应于 {due} 前答复，至今没有答复。",
    "notice_task_withdrawn": "【已撤回】{ticket} {customer}（{tier}）：{by}撤回了{what}，不用再处理。",
    "notice_task_lapsed": "【请另请同事】{ticket} {customer}（{tier}）：{what}已撤回，对方不能再查看，请另请同事。",
    "notice_withdrawn": "【客户撤回】{ticket} {customer}（{tier}）已撤回问题，不用再处理；工单原在{queue}。",
    "handoff_delayed": ("目前转人工的请求较多，需要稍等。您的问题已记下，最晚{by} 为您安排专人，期间您可以继续问我。"),
    "handoff_refused": ("目前转人工的请求太多，暂时不能为您转接。请在{by} 后再说一次「转人工」，期间您可以继续问我。"),
    "danger_delayed": ("您的情况已记下，最晚{by} 转给值班人员。危急时请不要等待，马上拨打 119 或 120。"),
    "danger_refused": (
        "您的情况已记下，并会告知负责人。"
        "危急时请不要等待，马上拨打 119 或 120；如仍需值班人员，请在{by} 后再发消息告诉我。"
    ),
    "ask_person": "这个情况需要专人来看。要为您转人工吗？也可以再说说具体情况。",
    "told_noted": "好的，记下了。您可以再说说需要办什么，或点「转人工」，由专人为您处理。",
    "unknown_detail": "这一点我暂时没有资料。要请专人为您确认吗？",
    "other_unknown": "您问的另一件事我暂时答不上来，需要的话可以转人工，由同事为您确认。",
    "number_of_organisation": "手机号已收到，谢谢。已核对到您所在的单位，您可以继续咨询。",
    "number_to_check": "手机号已收到，谢谢。同事为您服务时会先与您核对身份，您可以继续咨询。",
    "rated_again": "您已经评过 {score} 分，不用重复评价。",
    "rated_changed": "已按您最后的评分记为 {score} 分，感谢您的反馈。",
    "rated_meanwhile": "您的问题还在处理，刚才的评分没有登记，处理完后会再请您评价。",
    "glad": "太好了，能用就好。还有其他问题，随时告诉我。",
    "tier_changed": "您好，为您提供的服务安排有所调整，今后将按新的安排为您服务。如有疑问，请直接在这里回复。",
}
