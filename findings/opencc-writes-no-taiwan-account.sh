#!/usr/bin/env bash
# Guess, before it was run: the conversion to Taiwan's script and words (s2twp) writes 账号, 账单, 转账 and 账户 as every bank
# in Taiwan does: 帳號, 帳單, 轉帳, 帳戶.
# Seen with OpenCC 1.4.2: s2twp and s2tw write 賬號, 賬單, 轉賬, 賬戶, the older form that Hong Kong's s2hk writes too; while
# s2twp does exchange 打印机 for 印表機. A bot that answers a customer from Taiwan out of such a conversion misspells every
# second sentence about payment. Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install opencc==1.4.2
cd "$folder"
cat >convert.py <<'PY'
import opencc

SAID = ("账号", "账单", "转账", "账户", "打印机")
seen = {config: [opencc.OpenCC(config).convert(text) for text in SAID] for config in ("s2tw", "s2twp", "s2hk")}
for config, found in seen.items():
    print(f"{config:6}", *found)
old = ["賬號", "賬單", "轉賬", "賬戶"]
expected = {"s2tw": [*old, "打印機"], "s2twp": [*old, "印表機"], "s2hk": [*old[:3], "賬户", "打印機"]}
raise SystemExit(seen != expected)
PY
venv/bin/python convert.py
echo "s2twp still writes 賬 where Taiwan writes 帳."
