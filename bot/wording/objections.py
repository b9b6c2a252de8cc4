"""What is said of an objection to how a customer's service was decided: to them, and to staff."""

from __future__ import annotations

LABEL = "对服务评定有异议"  # the customer's button; it names no tier
REGISTERED = "您对服务评定的异议已登记，{by_when}。专人核实后会答复您；有什么理由或情况，可以直接写在这里。"
ALREADY = "您的异议已经登记，不用重复提交。{by_when}。"
STRANGER = "要登记对服务评定的异议，需要先核实您的身份：请登录我们的官网，再从官网进入在线客服；也可以转人工说明。"

NO_DECISION = "请选择维持原评定，或异议成立。"
