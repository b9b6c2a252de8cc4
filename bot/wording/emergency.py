"""What customers and staff read in an emergency."""

TAKEN = "已为您转人工并记下您的问题。目前系统处于应急处理中，暂时无法给出准确的联系时间，我们会尽快与您联系。"
BANNER = "应急模式：{reason}。客户的消息直接转人工，先处理、后补记。"
NO_PLAN = "政策里还没有应急预案，请管理员在政策文件中补充 emergency。"
NEVER, STALE = "还没有演练过，请安排一次演练。", "上次演练在 {day}，已超过一年，请安排演练。"
SWITCH = "应急模式由管理员在本页打开和关闭，也可以在服务器上用 jiedai emergency on 或 off，加 --reason 原因。"
ONLY_ADMIN = "应急模式由管理员打开和关闭，请联系管理员。"
SAY_WHY = "请写明原因，最多 {most} 个字。"
ALREADY = {"on": "应急模式已经打开了。", "off": "应急模式已经关闭了。"}
NO_SUCH_MOVE = "没有这个操作。"
IS_ON, IS_OFF = "应急模式已打开：{reason}", "应急模式未打开。"
