"""Sentences for the faults of tables, by the codes of `bot.files.faults` and of the two domains."""

from __future__ import annotations

from collections.abc import Mapping

from bot.wording.customer_files import ITEM_KINDS

# Of any table.
ANY = {
    "too_large": "文件太大，须小于 {most} MB。",
    "encoding": "文件编码无法识别，请另存为 UTF-8。",
    "separator": "各列之间用的是「{found}」，请改用英文逗号。",
    "quotes": "从这一行起无法读取，请检查引号。",
    "workbook": "无法读取这个 Excel 文件，请另存为不带密码的 .xlsx。",
    "several_sheets": "有几个工作表都有内容：{sheets}。只能读取一个，请隐藏或删除其他的，或分别存成文件。",
    "only_hidden": "有内容的工作表都被隐藏了：{sheets}，请取消隐藏要导入的那一个。",
    "too_many_rows": "有内容的行超过 {most} 行，请分成几个文件。",
    "too_many_cells": "有内容的单元格超过 {most} 个，请分成几个文件。",
    "too_long": "读取超过了 {most} 秒，请另存为 CSV。",
    "formula": "单元格 {cell} 是公式，请改为文字。",
    "error": "单元格 {cell} 是错误值，请改为文字。",
    "time_of_day": "单元格 {cell} 是带时刻的日期 {found}，请改为文字。",
    "empty": "没有内容。",
    "no_rows": "只有列名，没有内容。",
    "unknown_column": "没有「{column}」这一列。",
    "twice": "列 {column} 出现了两次。",
    "same_column": "列 {columns} 都表示 {column}，请只保留一列。",
    "unit": "列名「{column}」里的单位无法识别，请以元为单位填写。",
    "no_column": "第一行缺少列 {column}，须有 {required}。",
    "no_column_in_sheet": "工作表「{sheet}」第一个有内容的行（第 {line} 行）缺少列 {column}，须有 {required}。",
    "cells": "这一行有 {found} 列，第一行只有 {wanted} 列，请删去多出的内容。",
}

# Of customers.
CRM = ANY | {
    "no_rows": "只有列名，没有客户。",
    "unknown_column": "没有「{column}」这一列，可用的列名见下方说明。",
    "no_column": "第一行缺少「{column}」列。",
    "control": "{column}里有不可见的控制字符，请重新填写：{found}。",
    "long": "{column}最多 {most} 个字，这里有 {found} 个。",
    "one_of": "{column}须为 {names} 之一，这里是 {found}。",
    "dots": "{column}里不要用点分隔千位，请写成 1200000 或 1,200,000，这里是 {found}。",
    "amount": "{column}须为每年的金额（元），例如 6200000 或 620万，这里是 {found}。",
    "count": "{column}须为整数，例如 48，这里是 {found}。",
    "grade": "{column}须为 1 到 5 的整数，这里是 {found}。",
    "phone": "{column}须为可以拨打的号码，例如 13800000001 或 010-88880001，这里是 {found}。",
    "email": "{column}须为邮箱地址，例如 name@example.com，这里是 {found}。",
    "two_ways": "{column}有两种读法，请把年份写在前面，例如 2027-03-31，这里是 {found}。",
    "day": "{column}须为日期，例如 2027-03-31，这里是 {found}。",
    "given": "请填写{column}。",
    "used_twice": "编号 {id} 重复，第 {line} 行已经用过。",
    "differs": "「{organisation}」的{column}与第 {line} 行不一致：那里是 {wanted}，这里是 {found}；请改为一致或留空。",
    "with_tier": "指定等级时须填写{column}。",
    "without_tier": "没有指定等级，{column}须留空。",
    "of_new_contact": "这是新客户，请填写{column}。",
    "of_new_organisation": "「{organisation}」是新单位，请填写{column}，例如 6200000。",
    "of_one_person": "请填写{column}，例如 6200000。",
}
_UNNAMED = {"of_new_organisation": "行内的单位是新单位，请填写{column}，例如 6200000。"}
CRM_COLUMNS = {
    "id": "编号", "organisation": "单位", "contact": "联系人", "phone": "电话", "email": "邮箱",
    "annual_amount": "年采购额", "orders_per_year": "年采购次数", "influence": "影响力", "complexity": "复杂度",
    "tier": "等级", "reason": "原因", "expires": "有效期", "agent": "专属客服", "preferred_channel": "首选联系方式",
    "note": "备注",
}  # fmt: skip


def crm_sentence(code: str, field: str | None, values: Mapping[str, str]) -> str:
    """Return what is wrong in a file of customers: with a field's cell, or with the table."""
    named = field or values.get("column", "")
    return CRM[code].format(**{**chinese(values), "column": CRM_COLUMNS.get(named, named)})


def chinese(values: Mapping[str, str]) -> dict[str, str]:
    """Return a fault's values with what may stand in a cell listed as in Chinese."""
    return {**values, **({"names": values["names"].replace(", ", "、")} if "names" in values else {})}


def crm_lack(code: str, field: str) -> str:
    """Return what a row lacks, without the names that stand in it."""
    return _UNNAMED.get(code, CRM[code]).format(column=CRM_COLUMNS.get(field, field))


# Of what organisations have: orders, devices, contracts, products.
ITEMS = CRM | {
    "no_rows": "只有列名，没有内容。",
    "one_of": "{column}须为 {kinds} 之一，这里是 {found}。",
    "before": "{column}不能早于{begins_column}（{begins}），这里是 {found}。",
    "used_twice": "「{customer}」的{kind} {number} 重复，第 {line} 行已经用过。",
    "unknown_customer": "没有编号或单位名称为「{customer}」的客户，请核对后再填。",
}
ITEM_COLUMNS = {
    "customer": "客户", "kind": "类别", "number": "编号", "what": "名称", "begins": "开始", "ends": "到期",
    "status": "状态", "note": "备注",
}  # fmt: skip
_KINDS = {str(kind): label for kind, label in ITEM_KINDS.items()}


def item_sentence(code: str, field: str, values: Mapping[str, str]) -> str:
    """Return what is wrong in a file of items: with a field's cell, or with the table."""
    named = field or values.get("column", "")
    ours = {"column": ITEM_COLUMNS.get(named, named), "kind": _KINDS.get(values.get("kind", ""), "")}
    all_of = {"kinds": "、".join(_KINDS.values()), "begins_column": ITEM_COLUMNS["begins"]}
    return ITEMS[code].format(**{**values, **all_of, **ours})


# Of days off and make-up days.
CALENDAR = ANY | {
    "twice": "{day} 写了两次，请只保留一行。",
    "year": "年份须在 {first} 到 {last} 之间，这里是 {day}。",
    "elsewhere": "{day} 不在 {year} 年。",
    "kind": "类型须为 off（放假）或 on（调休上班），这里是「{found}」。",
    "name": "名称最多 {most} 个字，且不能含不可见字符。",
    "weekday": "{day} 不是周末，本来就上班；调休上班只能是周六或周日。",
    "calendar": "没有「{found}」这个服务时间，现有：{known}。",
    "anyway": "「{calendar}」在 {day} 本来就开放，不用设置。",
    "empty": "没有内容。请每行写一天，例如 2027-01-01,off,元旦。",
    "no_rows": "没有内容。请每行写一天，例如 2027-01-01,off,元旦。",
    "date": "日期须写成 2027-01-01 的样子，这里是「{found}」。",
    "unpublished": "{year} 年的节假日还没有录入，请先导入全年安排；"
    "如果只是公司自己的安排，请在「适用」里选一个服务时间。",
    "same": "{day} 本来就是这样，没有改动。",
    "feed_region": "这是「{region}」的日历，只能导入中国大陆的节假日。",
    "feed_empty": "文件里没有中国大陆的放假安排（没有标为 X-APPLE-SPECIAL-DAY 的节日），"
    "请用苹果的中国大陆节假日日历，或粘贴通知。",
    "feed_date": "每个日程须为 1 到 31 个整天，有一个从「{found}」开始的不是。",
    "feed_both": "{day} 既放假又上班。",
    "other_year": "文件里是 {years} 年的安排，不是 {asked} 年的。",
    "yaml": "YAML 有误：{sentence}",
    "law": "{day} 是法定节假日（{name}），不能取消；如果只是公司自己安排上班，请在「适用」里选一个服务时间。",
    "moved": "日历刚刚有改动，请重新核对后再保存。",
    "no_version": "{year} 年没有第 {version} 版。",
    "notice_old": "「{words}」：只能识别 {first} 年以后的通知，{year} 年的写法不同。",
    "notice_other_year": "这是 {year} 年的通知（「{words}」），不是 {asked} 年的。",
    "notice_years": "文中有不止一个年份（「{words}」），请一次粘贴一份通知。",
    "notice_no_year": "文中没有写是哪一年，请连同标题一起粘贴，或者选择年份。",
    "notice_empty": "文中没有放假安排，请粘贴带日期的通知正文。",
    "notice_unread": "「{words}」读不出是放假还是上班，请删去，或按通知的写法填写。",
    "notice_no_holiday": "「{words}」没有写是哪个节日，请在日期前写上，例如「劳动节：」。",
    "notice_missing": "「{words}」：文中没有{names}的安排，请粘贴全文。",
    "notice_twice": "「{words}」：{name}写了两次，请只保留一处。",
    "notice_weekday": "「{words}」前后矛盾：{day} 不是这个星期几。",
    "notice_lunar": "「{words}」与农历不符：{day} 不是这一天。",
    "notice_count": "「{words}」前后矛盾：写出的放假日期共 {count} 天。",
    "notice_range": "「{words}」前后矛盾：末日不在首日之后。",
    "notice_date": "「{words}」：{year} 年没有这一天。",
    "notice_elsewhere": "「{words}」不在通知所说的 {year} 年。",
    "notice_since": "「{words}」前后矛盾：上班日不是假期结束的次日。",
    "notice_weekend": "「{words}」前后矛盾：放假日期不与周末相连。",
    "notice_away": "「{words}」：{year} 年的{name}是 {day}，不在放假日期之内。",
    "notice_both": "「{words}」：{day} 既放假又上班。",
    "notice_worked": "「{words}」：{day} 不是周末，本来就上班；调休上班只能是周六或周日。",
    "notice_far": "「{words}」：{day} 离所调的假期超过两周。",
    "notice_part": "文中只有 {year} 年{names}的安排，而该年的{missing}还没有录入，请粘贴全年的通知。",
    "notice_longer": "{year} 年的{name}还没有录入，无法延长，请先导入该年的安排。",
    "notice_longer_already": "{name}已经放到 {last}，不能延长到 {until}。",
}

# Of shifts.
ROSTER = ANY | {
    "empty": "没有内容。第一行写列名，例如 日期,账号,开始,结束,类别，下面每行一个班次。",
    "no_rows": "没有内容。第一行写列名，例如 日期,账号,开始,结束,类别，下面每行一个班次。",
    "unknown_column": "没有「{column}」这一列，可用的列：日期、账号、开始、结束、类别。",
    "no_column": "第一行缺少列 {column}。",
    "missing": "请填写{column}。",
    "bad_date": "日期须写成 2026-11-23 的样子，这里是「{found}」。",
    "bad_time": "{column}须写成 08:00 的样子，这里是「{found}」。",
    "bad_kind": "类别须为 当班 或 值班，这里是「{found}」。",
    "unknown_login": "账号「{login}」不存在或已停用。",
    "no_such_time": "{day} 没有 {time} 这个时刻（夏令时跳过了），请改填跳过之后的时间。",
    "two_at_once": "{login} 的两个班次时间重叠：{first} 与 {second}。",
    "no_shift": "这个班次已经不在了，可能刚被移除，请刷新后再看。",
    "same_person": "两个班次是同一个人的，不用换。",
    "other_queue": "{name}不在您负责的队列里，其班次请联系主管调整。",
}
