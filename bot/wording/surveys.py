"""Sentences to customers about what they rate beside the overall score of a solution."""

from __future__ import annotations

ASK_DIMENSIONS = "也可以为下面各项打分，1 分最低，5 分最高；不评也没关系。"
AGAIN = "您已经评过 {scores}，不用重复评价。"
CHANGED = "已按您最后的评分改为：{scores}，感谢您的反馈。"
KEPT = "已记下：{scores}，感谢您的反馈。"
OUT_OF_RANGE = "各项评分请填 1 到 5 分，「{said}」没有登记，请重新填写。"
SOLVED_ANEW = "您刚才评的是之前那次处理，评分没有登记；之后又处理过一次，欢迎为最近这次评价。"
TOO_LATE = "这次服务的评价已经结束，刚才的评分没有登记。如仍有问题，请直接写下来，我们会继续为您处理。"
RATED_LATER = "已为您之前的那次服务记为 {score} 分，感谢您的反馈。"
