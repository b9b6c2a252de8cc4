"""What the function words of a clause do to what it says: negated, supposed, asked, past, done; pure.

The words are closed classes of Chinese grammar, of which a language has a few dozen and to which it adds none; they say
nothing of any trade.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from knowledge_base.text.normalise import normalise

# 不 after a verb says what cannot be done (出不来, 喘不上气): a state that is, not one that is denied.
# Nor does 没 before a time that passed (没多久就), before an end that has not come (没灭, 没停), or 没 and 不 in the
# middle of a question (有没有, 会不会); and 特别, 别人, 无线 hold no negator.
_GOES_ON = (
    "电|网|信号|呼吸|心跳|意识|知觉|法|办法|人|救|反应|灭|扑|停|断|关|完|过|等|用|来得及|多久|一会|几[分秒天下]|两|半"
)
_NEGATION = re.compile(
    f"(?<!有)没有(?!{_GOES_ON})|没(?!有|{_GOES_ON})|(?<!是)不是|并非|并不|未(?![来必免])|无(?![法人线论尘纺])|"
    f"[没么]得(?!{_GOES_ON})|冇(?!{_GOES_ON})|唔[係系]|"
    "(?<!会)不会|(?<!要)不要|(?<!需)不需要|(?<!用)不用|(?<!想)不想|不存在|不算|不必|"
    "(?<![特级分区个性类差判告])别(?![的人处家墅碰动])|勿"
)
_SUPPOSED = re.compile(
    "会不会|如果|要是|万一|假如|假设|倘若|的话|怕不怕|是否会|可能会|担心|怕.{0,4}会|以防|防止|预防|避免"
)
_ASKED = re.compile(
    "吗|么$|呢$|(?<![没不])怎[么样]|如何|(?<![没不])什么|多少|为啥|(?<!没)哪(?!怕)|(?<![十好这那没百])几(?=[个天时点次号分])|"
    "是否|是不是|有没有|了没有$|能不能|可不可以|要不要|行不行|(.)不\\1|(.)没\\2|(?<=[^也都还并又从可再绝才])[不没]$"
)
_ASKED_PLAINLY = re.compile(
    "[吗么]$|要不要|能不能|可不可以|多少|几(?=[个天时点次号分])|(?:会|用|需要|可以|能)不(?:会|用|需要|可以|能)|"
    "(?<=[^也都还并又从可再绝才])[不没]$"
)
_HELP = re.compile("怎么办|咋办|怎么处理|咋处理|怎么关|怎么救|怎么灭|怎么断|要不要打|要不要紧|有事吗|快")
_PAST = re.compile(
    "以前|之前|上次|上回|去年|昨[天日晚夜儿]|前[天日晚]|前年|曾经?|当时|那次|早就|过去|原来|从前|前几天|上个?月|上周"
)
_DONE = re.compile("已经?|好了|完了|过了|解决了|恢复了|到了|收到")
_UNFINISHED = re.compile("还没|还是没|没有?(?:好|弄好|修好|解决|收到|处理|到)|不了$|还不|仍然?不|又不")
# A clause that denies, refuses or reports as done what it names: 不是 X, 不想 X 了, X 没问题, 已经 X 了, X 好了; and
# one whose verb a customer decides about (不退了): 不进纸 and 没声音 are faults.
_DENIAL = re.compile(
    "(?<!是)不是|并非|不想|不要(?!紧)|不用|不需要|不打算|不必|没问题|没毛病|没事|别(?!的|人|处|家|墅)|无需|不再|已经?.{1,10}了?$|"
    "(?:好|收到|到账|恢复|成功|解决|搞定|正常|可以|办完|处理完|退完|回来|退到|送到|寄到)了$|(?:没错|没坏|没断|没变|正常)$|"
    "(?:^|[单票租号约])不(?:退|换|买|租|续|取消|注销|订|申请|办|改|装|寄|做|加|延)"
)


# An intention that is denied (不是要投诉), and a denial that is (没有不满意).
# So does who excuses the other side (我不怪你们).
_DISCLAIMED = re.compile(
    "(?<!是)不是(?:要|想|为了|说要|来|.{0,2}投诉)|不是[你您]们?(?!.*[吗嘛么])|[你您]们?不是(?!说|讲|.*[吗嘛么])|并非(?:要|想)|"
    "没有?(?:要|想要|打算|说要|不(?!.*的))|[我也都]不[^要想信是会能]{1,2}[你您]"
)
# What something costs, and when somebody is there: who asks that of a person or of haste does not wish for it yet.
_TERMS = re.compile(
    "多少钱|收费|付费|收钱|要钱|加钱|免费|怎么算钱|怎么收|什么价|价格|几点(?:上|下|开|到|结|关|钟)|到几点|必须填|必填|在不在线"
)
# What the next clause holds against this one: 没有卡纸，可是灯一直闪; 没用优惠券，为什么价格不一样.
_CONTRAST = re.compile("^(?:可是|但是?|不过|就是|只是|而是|是|为什么|怎么还?)")
_BEGINS_NEGATED = re.compile("^(?:也|都|并)?(?:没有?|不|未)")


def is_set_aside(clause: str, following: str) -> bool:
    """Whether a clause says what is not so only to say in the following one what is."""
    plain, after = normalise(clause), normalise(following)
    return bool(_BEGINS_NEGATED.search(plain)) and bool(_CONTRAST.search(after))


@dataclass(frozen=True, slots=True)
class Polarity:
    """What is done to the statement of a clause."""

    negated: bool = False
    supposed: bool = False
    asked: bool = False
    asked_plainly: bool = False  # asked for information, in a form that is no reproach
    disclaimed: bool = False  # says that something is not intended
    asks_terms: bool = False  # asks what it costs, or when somebody is there
    asks_for_help: bool = False  # asks what to do about what is happening
    past: bool = False
    done: bool = False
    unfinished: bool = False  # says that something is not done yet
    denied: bool = False  # what it names is not so, not wanted, or done with


@lru_cache(1024)  # a clause is asked about several times in a turn
def polarity_of(clause: str) -> Polarity:
    """Return the polarity of a clause."""
    plain = normalise(clause).replace(" ", "")
    asked = bool(_ASKED.search(plain)) or clause.rstrip().endswith(("?", "？"))
    return Polarity(
        negated=bool(_NEGATION.search(plain)),
        supposed=bool(_SUPPOSED.search(plain)),
        asked=asked,
        asked_plainly=bool(_ASKED_PLAINLY.search(plain)),
        disclaimed=not asked and bool(_DISCLAIMED.search(plain)),
        asks_terms=asked and bool(_TERMS.search(plain)),
        asks_for_help=bool(_HELP.search(plain)),
        past=bool(_PAST.search(plain)),
        done=bool(_DONE.search(plain)),
        unfinished=bool(_UNFINISHED.search(plain)),
        denied=not asked and bool(_DENIAL.search(plain)) and not _UNFINISHED.search(plain),
    )
