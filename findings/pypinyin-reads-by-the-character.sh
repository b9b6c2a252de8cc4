#!/usr/bin/env bash
# Guess, before it was run: lazy_pinyin reads a word as it is read: 调休 tiao xiu, 还款 huan kuan, 重置 chong zhi; and
# without the phrase dictionary only rare words change.
# Seen with pypinyin 0.55.0: one reading is chosen for a character, whatever stands beside it, unless the phrase is listed.
# 调休, 还款, 重装, 重置 and 长按 are not, or not so: diao xiu, hai kuan, zhong zhuang, zhong zhi, zhang an. Without the phrase
# dictionary (PYPINYIN_NO_PHRASES, which saves most of the memory) 银行, 重启, 着火 and 长度 are lost too. Typed pinyin
# (tiao xiu) therefore meets none of those words unless every reading of a character is looked at.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install pypinyin==0.55.0
cd "$folder"
cat >read.py <<'PY'
import sys

from pypinyin import lazy_pinyin

UNLISTED = {
    "调休": "diao xiu", "还款": "hai kuan", "重装": "zhong zhuang", "重置": "zhong zhi", "长按": "zhang an",
}
LISTED = {"银行": "yin hang", "重启": "chong qi", "着火": "zhao huo", "长度": "chang du"}
BY_CHARACTER = {"银行": "yin xing", "重启": "zhong qi", "着火": "zhe huo", "长度": "zhang du"}
expected = UNLISTED | (LISTED if sys.argv[1] == "phrases" else BY_CHARACTER)
seen = {word: " ".join(lazy_pinyin(word)) for word in expected}
print(f"{sys.argv[1]:10}", *(f"{word} {sounds}," for word, sounds in seen.items()))
raise SystemExit(seen != expected)
PY
venv/bin/python read.py phrases
PYPINYIN_NO_PHRASES=true venv/bin/python read.py characters
echo "Words with a character of several readings are still read by its most usual one."
