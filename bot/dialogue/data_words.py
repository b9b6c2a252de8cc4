"""What a text wishes about its writer's own data: a copy, an erasure, neither any more, or how far it is; pure."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Literal

from knowledge_base.text.scripts import to_simplified

LONGEST = 80  # characters of a wish; a longer text tells of something else
DataWish = Literal["export", "forget"]
About = Literal["wish", "withdrawn", "state", "consent", "privacy"]

_NEAR = "[^，。,.；;!！?？]{0,10}?"
_KIND = "(?:信息|资料|数据|档案|隐私|个资)"
_PERSONAL = f"(?:个人|私人|隐私|身份|注册|会员|用户|登记|联系)的?(?:身份)?{_KIND}"
_MINE = "(?:我(?!们)(?:的|本人)?|本人的?|自己的?)"
_LINES = "(?:聊天|对话|通话|咨询|服务|沟通)的?(?:记录|内容|数据|录音|信息)"
_CONTACT = "(?:手机号码?|电话号码|电话|联系方式|身份证(?:号码?|照片?)?)"
_DATA = (
    f"(?:{_MINE}{_NEAR}(?:{_KIND}|{_LINES}|{_CONTACT}|记录)|我们的?{_LINES}|{_PERSONAL}"
    f"|(?:和|跟|与|关于){_MINE}{_NEAR}(?:{_KIND}|记录)|my(?:personal)?(?:data|information|info))"
)
# Things that are nobody's personal data, and persons who are not the writer.
_OTHER = re.compile(
    "打印|复印|扫描|传真|驱动|硬盘|机器|设备|平板|电脑|主板|文件|队列|订单|发票|合同|报表|备注|快捷|购物车|商品|课程|缓存|产品|说明书"
    "|员工|离职|前任|学生|孩子|老伴|家人|老婆|老公|儿子|女儿|父母|爸|妈|别人|同事"
)
_POLITE = re.compile("能不能|可不可以|可否|能否|是否(?:可以|能)|是不是(?:可以|能)|不好意思")
_ERASE = "(?:删除|删掉|删了|删干净|删一下|删|清除|清空|清掉|清一下|抹[掉除去]|销毁|注销|移除|delete|erase|remove)"
_COPY = (
    "(?:导出|导给|导一份|下载|拷贝|拷给|复制|副本|备份|打包|调取|调出来|转走|"
    "(?:要|给|发|提供|索取|寄|拿|申请|来)(?:我|一下|过来|到)?[^，。,.；;!！?？]{0,3}一份|一份|查阅|export|copyof)"
)
_KEEP_NOT = (
    rf"(?:不要|别|不想|不许){_NEAR}(?:保存|保留|留|存){_NEAR}{_DATA}|{_DATA}{_NEAR}(?:不要|别)再?(?:保存|保留|留|存)"
)
_ASKS = re.compile(
    "怎么|怎样|如何|哪里|哪儿|在哪|为什么|为何|多久|几年|什么|几时|何时|会不会|是不是|是否|有没有|会[^，。,.]{0,12}吗|谁"
)
_FILLER = "(?:再|给|帮|我|要|着急|先|把|用|您|你|你们|急着|继续|申请|都|全部|全|了|的)*"
_STOPS = re.compile(
    "(?:不要|不用|不必|不想|不需要|无需|先不|暂不|暂停|停止|不|别|勿|莫|甭)"
    rf"{_FILLER}(?:{_DATA})?{_FILLER}(?P<what>{_ERASE}|导出|导|要了)"
)
_UNDO = "(?:撤回|撤销|撤消|撤掉|撤了|撤|取消|收回)"
_TAKES_BACK = re.compile(
    rf"{_UNDO}{_NEAR}(?:申请|请求|要求)|{_UNDO}(?:我|的|刚才|之前|对|这次|{_DATA})*(?:{_ERASE}|导出)"
    rf"|(?:{_ERASE}|导出|{_DATA}){_NEAR}(?:申请|请求|要求){_NEAR}(?:{_UNDO}|作废|停|算了|不要了|不用了)"
)
_REQUEST = rf"(?:{_ERASE}|导出|副本|个人信息|数据|资料){_NEAR}(?:申请|请求|要求|登记)"
_WHEN = "(?:什么时候|啥时候|何时|几时|几号|哪天|多久|多长时间|要几天)"
_STATE = f"(?:状态|进度|进展|到哪|哪一步|怎么样|怎样了|咋样|办好|办完|结果|处理到|有消息|{_WHEN})"
_ASKS_STATE = re.compile(rf"{_REQUEST}{_NEAR}{_STATE}|{_STATE}{_NEAR}{_REQUEST}")
_BEGINS = "(?:那|那么|请问|你们|您们|您|我的|我|大概|大约|最快|到底|究竟|现在|还|副本|数据|资料|信息|个人|申请|要)*"
_DOES = "(?:给|发|寄|导|拿|收|删|清|办|处理|答复|弄)(?:我|好|完|掉|除|出|到|来|过|给|理|结果)*"
_END = "(?:啊|呢|呀|吗|么|没有|没|嘛|了)*"
_ASKS_WHEN = re.compile(
    rf"{_BEGINS}{_WHEN}(?:能|会|可以|才|可)*{_DOES}{_END}"
    rf"|{_BEGINS}(?:删|导|办|清)(?:好|完|除|出|掉|理)*(?:大概|还|得|需要?|要|等)*{_WHEN}{_END}"
    rf"|{_BEGINS}(?:删|导|清|办)(?:除|掉|出|理)*(?:好|完)?了?(?:吗|么|没有|没|嘛)"
)
_CONSENT = re.compile(
    r"(?:我|现在|想|要|请|帮|麻烦|您|你们|申请|需要|希望|决定|就|那|也|可以|吗|吧|了|的|,|，)*"
    r"(?:撤回|收回|撤销|撤消|取消|不再)(?:我|之前|以前|先前|刚才|给|过|的|对|你们|所有|全部|隐私|处理|使用|收集|个人|信息|数据|资料|给出)*"
    r"(?:同意|授权|许可)(?:书|处理|使用|收集|我|你们|的|个人|信息|数据|资料|了|吧|吗)*"
)
_OWN = re.compile("我(?!们)|本人|my")
_NEEDS_A_PERSON = re.compile("注销|销户|账号|账户|更正|改|account")
_ERASES = re.compile(f"{_ERASE}|抹|去掉|拿掉")
_COPIES = re.compile(f"{_COPY}|拷|给我|发我|看看|列出|查询")
_NAMES_COPY = re.compile("导|副本|一份|拷|给我|发我|发给")
_MARKS = "。.!~,?"
_CAN = "可以"
_WANTED = "要了"
_TREATS = "(?:处理|保护|对待|使用|保存|保管|用|存)"
_HOW = "(?:怎么|怎样|如何|咋)"
_PRIVACY = re.compile(
    rf"{_HOW}{_NEAR}{_TREATS}{_NEAR}(?:隐私|{_DATA})|(?:隐私|{_DATA}){_NEAR}{_HOW}{_NEAR}{_TREATS}"
    rf"|(?:看|查|发|给|有|了解)[^不同]{{0,8}}(?:隐私|个人信息)(?:处理|保护)?(?:政策|声明|说明|条款)"
    rf"|(?:隐私|个人信息)(?:处理|保护)?(?:政策|声明|说明|条款)[^不同]{{0,6}}(?:看|查|哪|什么|发)"
)


@dataclass(frozen=True, slots=True)
class SaidOfData:
    """What a text says of its writer's data; `wish`: of which, None if it names none; `named`: it names the data."""

    about: About
    wish: DataWish | None = None
    named: bool = True


def said_of_data(text: str) -> SaidOfData | None:
    """Return what a text says of its writer's own data; None for nothing.

    What names neither data nor request (先别删, 什么时候能给我) is not `named`: it counts where a request is open.
    """
    plain = _plain(text)
    if not plain or len(plain) > LONGEST or _OTHER.search(plain):
        return None
    if _CONSENT.fullmatch(plain):
        return SaidOfData("consent")
    named = re.search(_DATA, plain) is not None or re.search(_REQUEST, plain) is not None
    return _withdrawn(plain, named=named) or _state(plain) or _wish(plain) or _privacy(plain)


def wish_in(text: str) -> DataWish | None:
    """Return which wish a text is that was heard as one about personal data, in whatever words it names them.

    None where it is not its writer's, or for neither: an account to close and a mistake to correct need a person.
    """
    plain = _plain(text)
    if len(plain) > LONGEST or _OTHER.search(plain) or _ASKS.search(plain) or not _OWN.search(plain):
        return None
    if _NEEDS_A_PERSON.search(plain) or _STOPS.search(plain):
        return None
    if _ERASES.search(plain):
        return "forget"
    return "export" if _COPIES.search(plain) else None


def _plain(text: str) -> str:
    plain = to_simplified(unicodedata.normalize("NFKC", text)).casefold().replace(" ", "").strip(_MARKS)
    return _POLITE.sub(_CAN, plain)


def _withdrawn(plain: str, *, named: bool) -> SaidOfData | None:
    if _ASKS.search(plain):
        return None
    if _TAKES_BACK.search(plain):
        return SaidOfData("withdrawn", _which(plain), named)
    stops = _STOPS.search(plain)
    if stops is None or (stops["what"] == _WANTED and (not named or re.search(_ERASE, plain))):
        return None
    return SaidOfData("withdrawn", _which(plain), named)


def _state(plain: str) -> SaidOfData | None:
    if _ASKS_STATE.search(plain):
        return SaidOfData("state", _which(plain))
    if _ASKS_WHEN.fullmatch(plain):
        return SaidOfData("state", _which(plain), named=False)
    return None


def _wish(plain: str) -> SaidOfData | None:
    if _ASKS.search(plain):
        return None
    if _joined(_ERASE, plain) or re.search(_KEEP_NOT, plain):
        return SaidOfData("wish", "forget")
    return SaidOfData("wish", "export") if _joined(_COPY, plain) else None


def _joined(verb: str, plain: str) -> bool:
    """Whether a verb and the data stand together, either first."""
    return re.search(rf"{verb}{_NEAR}{_DATA}|{_DATA}{_NEAR}{verb}", plain) is not None


def _privacy(plain: str) -> SaidOfData | None:
    return SaidOfData("privacy") if _PRIVACY.search(plain) else None


def _which(plain: str) -> DataWish | None:
    if re.search(_ERASE, plain):
        return "forget"
    return "export" if _NAMES_COPY.search(plain) else None
