#!/usr/bin/env bash
# Guess, before it was run: a message with a field that the library does not know is refused, or the field is dropped;
# one whose known field holds a kind of content that is newer than the library keeps at least its text.
# Seen with aiogram 3.31.0: an unknown field is kept, readable in `model_extra`, and the message is decoded. An unknown
# kind inside a known field (the origin of a forwarded message) refuses the whole update, the customer's words with it:
# whoever decodes updates in one batch answers nobody until the bot is upgraded. The error names the place, so that this
# one part can be put aside and the rest decoded again.
# Exits 1 when that changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" --quiet --disable-pip-version-check install aiogram==3.31.0
cat >"$folder/decode.py" <<'PY'
from aiogram.types import Update
from pydantic import ValidationError


def update(**content: object) -> dict[str, object]:
    chat = {"id": 5, "type": "private", "first_name": "A"}
    return {"update_id": 1, "message": {"message_id": 2, "date": 1_790_000_000, "chat": chat, "text": "打不开门", **content}}


kept = Update.model_validate(update(voucher={"title": "八折"})).message
assert kept is not None
print("unknown field:", kept.text, kept.model_extra)
try:
    Update.model_validate(update(forward_origin={"type": "satellite", "date": 1_790_000_000}))
    refused = ()
except ValidationError as error:
    refused = error.errors()[0]["loc"]
print("unknown kind: refused at", refused)
raise SystemExit(not (kept.model_extra == {"voucher": {"title": "八折"}} and refused[:2] == ("message", "forward_origin")))
PY
"$folder/venv/bin/python" "$folder/decode.py"
echo "New fields are still kept, and new kinds still refuse the whole update."
