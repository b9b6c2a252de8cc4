"""Sentences to customers about what they rate beside the overall score of a solution, and about a quarter."""

from __future__ import annotations

ASK_DIMENSIONS = "也可以为下面各项打分，1 分最低，5 分最高；不评也没关系。"
AGAIN = "您已经评过 {scores}，不用重复评价。"
CHANGED = "已按您最后的评分改为：{scores}，感谢您的反馈。"
KEPT = "已记下：{scores}，感谢您的反馈。"
OUT_OF_RANGE = "各项评分请填 1 到 5 分，「{said}」没有登记，请重新填写。"
SOLVED_ANEW = "您刚才评的是之前那次处理，评分没有登记；之后又处理过一次，欢迎为最近这次评价。"
TOO_LATE = "这次服务的评价已经结束，刚才的评分没有登记。如仍有问题，请直接写下来，我们会继续为您处理。"
RATED_LATER = "已为您之前的那次服务记为 {score} 分，感谢您的反馈。"

# ── the quarterly survey ──
ASK_QUARTERLY = (
    "您好，想请您为{name}这个季度的服务打个分：1 分很不满意，5 分非常满意。"
    "点一下即可，也可以直接回复分数；不方便就不用理会。"
)
QUARTERLY_KEPT = "已记为 {score} 分，感谢您的反馈。"
QUARTERLY_AGAIN = "您已经评过 {score} 分，不用重复评价。"
QUARTERLY_CHANGED = "已按您最后的评分记为 {score} 分，感谢您的反馈。"
QUARTERLY_PAST = "这次调查已经结束，刚才的评分没有登记，谢谢您的参与。"
QUARTERLY_WITHDRAWN = "您已选择不再接收调查，刚才的评分没有登记。想重新接收，点「再次同意」即可。"
STOPPED = "好的，今后不再向您发送调查。想重新接收，点「再次同意」，或者回复「可以再发调查」。"
STOPPED_ALREADY = "您已经选择不再接收调查，我们不会再发送。想重新接收，点「再次同意」即可。"
AGREED = "好的，今后会再请您参加调查。不想接收时，随时告诉我们「不要再发调查」。"
AGREED_ALREADY = "您现在可以收到我们的调查，不用重复操作。不想接收时，随时告诉我们「不要再发调查」。"
BUTTON_STOP = "不再接收调查"
BUTTON_AGAIN = "再次同意"
