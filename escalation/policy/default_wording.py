"""The sentences of keys that policy files written earlier do not hold; a file's own sentence always wins."""

from __future__ import annotations

from collections.abc import Mapping

# A key of read_wording.WORDING that stands here too may be missing in a policy file, or be empty. They name no company,
# no queue and no tier, and are the sentences of policy.yaml.
DEFAULT_WORDING: Mapping[str, str] = {
    "danger_ask": "请问现在有烟、焦味，或者有人被电到、受伤吗？请直接回复「有」或「没有」。",
    "safety_fire": (
        "请先保证人身安全：能安全断电的立即断电，远离设备，不要自行拆机；如有明火，请马上撤离现场并拨打 119。"
    ),
    "safety_shock": (
        "请不要再碰机器和插座，能安全断电的请从总闸断电；如果有人触电，先断电再施救，不要直接拉人，并拨打 120。"
    ),
    "safety_battery": (
        "请不要再充电、按压或拆开电池，离远一些，周围不要放易燃物；如果冒烟或起火，请马上撤离并拨打 119。"
    ),
    "safety_injury": "请先停机断电，照顾好受伤的人，不要勉强移动；伤情严重请立即拨打 120。",
    "safety_chemical": (
        "入眼请立即用清水持续冲洗，误食请保留包装尽快就医，不舒服请到通风处并拨打 120；"
        "如果闻到燃气味，请关阀开窗、不要动电器开关，先撤到室外。"
    ),
    "safety_outage": "已按全面中断登记。请先不要反复重启，保留现场的报错提示，方便值班人员尽快处理。",
    "danger_hold": "收到。值班人员联系您之前，请不要再操作或靠近设备，先确保人身安全。",
    "danger_taken": "值班同事已经接手您的紧急情况，请留意来电和这里的消息。",
    "danger_still_calling": "还在联系值班人员，没有停下。如果情况变严重，请立即拨打 119 或 120。",
    "either": "您是想找人工，还是想了解下面的问题？点一下即可。",
    "withdraw_for_person": "好的，已转告负责的同事，由他与您确认后再结束。",
    "complaint_apology": "很抱歉给您带来了不好的体验，您反映的情况我们会认真查明。",
    "complaint_added": "很抱歉让您不满意。您反映的情况已登记为投诉，并告知负责人。",
    "complaint_result": "处理结果最晚{by} 前告诉您。",
    "bot_honest": "我是在线客服机器人，常见问题可以直接问我；需要真人的话，说「转人工」就行。",
    "small_talk": "这个我不太会聊。产品、订单和售后方面的问题，可以随时问我。",
    "wrong_shop": "抱歉，这项业务我们做不了。产品、订单和售后方面的问题，可以随时问我。",
    "haggling": "价格和优惠我做不了主；需要的话，可以转人工，由同事按您的情况报价。",
    "contact_noted": "好的，联系方式已记下。",
    "person_coming": "已经在为您安排专人，最晚{by} 前与您联系（首次联系），请您稍候。",
    "ask_contact": "方便留个手机号或邮箱吗？您不在线时，专人也能联系到您；有订单号或机身序列号的话，也请一并发来。",
    "withdraw_ask": "那我帮您撤回，好吗？",
    "withdrawn": "好的，已为您撤回，不再安排人联系。有需要随时找我们。",
    "promise_sooner": "收到，已按紧急情况为您提前安排，专人最晚{by} 前与您联系（首次联系）。",
    "no_identity_numbers": "为保护您的个人信息，请不要在这里发送身份证号或银行卡号，我们已将它隐去。",
    "notice_withdrawn": "【客户撤回】{ticket} {customer}（{tier}）已撤回问题，不用再处理；工单原在{queue}。",
}
