#!/usr/bin/env bash
# Guess, before it was run: a converter from traditional to simplified characters yields 着火了, 很着急, 账号 and 账单.
# Seen with OpenCC 1.4.2: t2s leaves Taiwan's 著 as it is (著火了, 很著急, 睡著了), and neither t2s nor tw2s nor tw2sp ever
# writes 账 for 帳 (帐号, 帐单), which the mainland keeps apart from 帐 (帐篷). tw2s does turn 著 into 着; but 著火了 holds no
# character that only exists in traditional script, so nothing in it says that it came from Taiwan. A message 著火了 then
# equals no phrasing with 着火. Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install opencc==1.4.2
cd "$folder"
cat >convert.py <<'PY'
import opencc

SAID = ("著火了", "很著急", "睡著了", "帳號", "帳單", "帳篷", "顯著")
seen = {config: [opencc.OpenCC(config).convert(text) for text in SAID] for config in ("t2s", "tw2s", "tw2sp")}
for config, found in seen.items():
    print(f"{config:6}", *found)
from_taiwan = ["着火了", "很着急", "睡着了", "帐号", "帐单", "帐篷", "显著"]
expected = {"t2s": ["著火了", "很著急", "睡著了", *from_taiwan[3:]], "tw2s": from_taiwan, "tw2sp": from_taiwan}
raise SystemExit(seen != expected)
PY
venv/bin/python convert.py
echo "t2s still keeps 著, and no converter writes 账."
